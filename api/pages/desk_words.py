"""Words of the clerk's desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

JOB_STATES: Mapping[str, str] = MappingProxyType(
    {
        "queued": "排队",
        "running": "进行",
        "done": "完成",
        "failed": "失败",
        "cancelled": "取消",
        "interrupted": "中断",
    }
)
POSITION_WORDS: Mapping[str, str] = MappingProxyType({"lon": "经度", "lat": "纬度", "geometry": "几何（WKT）"})
DATUMS = (
    ("auto", "自动判断"),
    ("wgs84", "WGS 84（GPS、照片）"),
    ("cgcs2000", "CGCS2000"),
    ("gcj02", "GCJ-02（高德、腾讯）"),
    ("bd09", "BD-09（百度）"),
    ("xian80", "西安 80"),
    ("beijing54", "北京 54"),
)
MAP_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "coverage": "覆盖率",
        "hazards": "隐患",
        "gaps": "缺口",
        "risk": "四色图",
        "measures": "指标地图",
        "streets": "道路走到",
        "ground": "地面看到",
        "hotspots": "隐患热点",
        "areas": "划分前后",
    }
)


@dataclass(frozen=True)
class Way:
    """What one command does, and where on the pages; `only` says why it is done on the command line alone."""

    command: str
    does: str
    path: str | None
    only: str = ""


COMMANDS = (
    Way("doctor · import · imports · undo", "看文件、导入、撤销", "/desk/imports"),
    Way("rules", "检查规则", "/desk/rules"),
    Way("checklists", "检查表", "/desk/checklists"),
    Way("town", "镇名、到场距离、时区", None, "改了以后所有数字都按新的算，在服务器上做"),
    Way("divide", "划分片区、网格", "/desk/jobs#do-divide"),
    Way("divide --draft", "在图上改方案、启用", "/divide"),
    Way("assign", "安排安全员、包保领导", "/desk/jobs#do-assign"),
    Way("coverage · gaps", "覆盖率、缺口", "/gaps"),
    Way("board", "领导看板、简报", "/board"),
    Way("forecast", "期末预计", "/forecast"),
    Way("streets · ground · hotspots · map", "道路、地面、热点和各种地图", "/map/coverage"),
    Way("map --paper", "出挂图文件", "/desk/jobs#do-map"),
    Way("visits · review", "检查核实、复核", "/visits"),
    Way("hazards · hazard · step", "隐患、办理", "/hazards"),
    Way("todo", "谁该办什么", "/todo"),
    Way("plan · replan · routes · stays", "一天的路线", "/routes"),
    Way("plan --month", "一个月的计划", "/desk/jobs#do-plan"),
    Way("risk", "风险分级", "/risk"),
    Way("report", "报表", "/desk/jobs#do-report"),
    Way("backup", "备份", "/desk/backups"),
    Way("check", "检查数据库、区域", "/desk/jobs#do-check"),
    Way("restore", "恢复", None, "要换掉整个数据库，只在服务器上做（见备份页）"),
    Way("users", "账号", "/users"),
    Way("copy · many", "搬到另一种数据库、很多镇街一起算", None, "在服务器上做"),
    Way("init · demo · serve", "新建、演示、开服务", None, "开服务的人在服务器上做"),
)
