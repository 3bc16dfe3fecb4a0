"""One schema a table: columns, the headers a ledger may use for them, types, vocabularies, geometry.

Readers, store, service and documents all read this file; nothing else lists the columns.

Kinds of column, as they stand in a frame of a `Ledger` (missing is None/NaN/NaT):

========== ============================ =======================================
kind       in a frame                   in the store
========== ============================ =======================================
text       str                          TEXT
choice     str (canonical word)         TEXT
tags       str, `;` between, no blanks  TEXT
integer    float64                      INTEGER
number     float64                      REAL
date       datetime64[s], midnight      DATE `YYYY-MM-DD` (town-local day)
moment     datetime64[s, town zone]     DATETIME `YYYY-MM-DDTHH:MM:SS.000Z`
flag       bool (missing is False)      BOOLEAN
========== ============================ =======================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from geodata.model import LEVEL_NAMES, LEVELS

Kind = Literal["text", "choice", "tags", "integer", "number", "date", "moment", "flag"]
Shape = Literal["POINT", "MULTILINESTRING", "MULTIPOLYGON"]


@dataclass(frozen=True)
class Column:
    """One field of a table.

    Attributes
    ----------
    name, kind
        Field name of the contract, and its kind (see the module).
    headers
        Headers understood as they come, besides the name itself; compared without case, blanks or full width.
    required
        A row without it is rejected, a file without it is refused.
    choices
        For kind `choice`: every accepted word → the canonical word.
    open_choice
        An unknown word is kept as it is (with a warning) instead of rejecting the row.
    default
        What a missing value becomes when a row is read from a file.
    derived
        Filled by wangge, never read from a file.
    units
        Unit that may stand in the header or behind a value → what a number of it is worth in the column's own unit.
        In a text column a bare number gets the header's unit behind it.
    """

    name: str
    kind: Kind = "text"
    headers: tuple[str, ...] = ()
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    open_choice: bool = False
    default: str | None = None
    derived: bool = False
    units: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Table:
    """One table of a town.

    Attributes
    ----------
    key
        Columns that name a row; rows of an import are matched by them.
    identity
        What a row without id is known by: its id becomes `auto-` + 16 hex digits of the SHA-256 of these values
        (`geometry` stands for its WKB). Empty: a row without id is rejected.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    geometry: Shape | None
    key: tuple[str, ...] = ("id",)
    identity: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Give the column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, geometry apart."""
        return tuple(column.name for column in self.columns)


def _words(**groups: tuple[str, ...]) -> Mapping[str, str]:
    """Turn canonical=(aliases…) into alias → canonical, the canonical word among them."""
    return MappingProxyType({alias: word for word, aliases in groups.items() for alias in (word, *aliases)})


LEVEL_WORDS = MappingProxyType(
    {
        alias: str(level)
        for level in LEVELS
        for alias in (str(level), *LEVEL_NAMES[level].split("/"), LEVEL_NAMES[level])
    }
    | {"镇": "town", "街道": "town", "镇街道": "town", "乡镇": "town", "市级": "city", "网格单元": "grid"}
)
RISK_WORDS = _words(
    重大=("红", "红色", "重大风险", "major", "red", "1", "一级"),
    较大=("橙", "橙色", "较大风险", "considerable", "orange", "2", "二级"),
    一般=("黄", "黄色", "一般风险", "general", "yellow", "3", "三级"),
    低=("蓝", "蓝色", "低风险", "low", "blue", "4", "四级"),
)
HAZARD_WORDS = _words(一般=("一般隐患", "一般事故隐患", "general"), 重大=("重大隐患", "重大事故隐患", "major"))
STATUS_WORDS = _words(
    open=("正常", "在营", "营业", "在业", "存续", "开业", "生产", "在产"),
    suspended=("停产", "停业整顿", "停产停业", "暂停营业", "歇业", "停工"),
    closed=("关闭", "注销", "吊销", "停业", "已停业", "倒闭", "搬离"),
)
BY_WORDS = _words(
    inspector=("安全员", "专职安全员", "网格员", "巡查员", "安监员", "检查员"),
    department=("部门", "行业部门", "主管部门", "监管部门"),
    leader=("领导", "党政领导", "分管领导", "包保领导", "挂点领导"),
    expert=("专家", "第三方", "专业机构", "技术服务机构"),
    enterprise=("企业", "企业自查", "企业自检", "自查", "主体"),
)
KIND_WORDS = MappingProxyType(
    dict(
        _words(routine=("日常", "日常检查", "例行", "例行检查", "日常巡查"), campaign=("专项", "专项检查", "专项行动"))
    )
    | dict(_words(expert=("专家", "专家检查", "专家会诊"), surprise=("突击", "突击检查", "四不两直", "双随机")))
    | dict.fromkeys(("look-back", "回头看", "复查", "复检"), "look-back")
)
EXEMPTION_WORDS = _words(
    suspended=("停产", "停业", "停工", "暂停营业", "停产停业"), exempt=("免查", "免检", "免于检查", "豁免")
)
MASK_WORDS = _words(
    water=("水面", "水域", "河流", "水库", "鱼塘"),
    farmland=("农田", "耕地", "农用地", "基本农田"),
    forest=("林地", "山林", "森林"),
)
GEOTAG_WORDS = _words(
    gps=("GPS", "手机定位", "定位", "北斗", "卫星"),
    exif=("EXIF", "照片", "照片定位"),
    typed=("手工", "手动", "录入", "手工录入", "manual", "地图选点", "选点"),
    mock=("模拟", "模拟定位", "虚拟定位"),
)
ROLE_WORDS = _words(
    inspector=("安全员", "专职安全员", "网格员"),
    grid_manager=("网格长", "片区长"),
    clerk=("安委办", "文员"),
    leader=("党政领导", "分管领导", "领导"),
    department=("行业主管部门", "部门"),
)
MODE_WORDS = _words(walk=("步行", "走路"), car=("车", "汽车", "开车", "巡查车"))
PEOPLE = MappingProxyType({"人": 1.0, "名": 1.0, "个": 1.0, "位": 1.0, "百人": 100.0, "万人": 10_000.0})
METRES = MappingProxyType({"m": 1.0, "米": 1.0, "cm": 0.01, "厘米": 0.01, "km": 1000.0, "公里": 1000.0, "千米": 1000.0})
KM_PER_HOUR = MappingProxyType(
    {"km/h": 1.0, "kmh": 1.0, "公里/小时": 1.0, "千米/小时": 1.0, "公里/时": 1.0, "千米/时": 1.0}
    | {"m/s": 3.6, "米/秒": 3.6}
)
MONEY = MappingProxyType({"元": 1.0, "千元": 1e3, "万元": 1e4, "亿元": 1e8})
TRUE_WORDS = frozenset({"是", "y", "yes", "true", "1", "误录", "√", "t"})
FALSE_WORDS = frozenset({"", "否", "n", "no", "false", "0", "f"})

AREAS = Table(
    "areas",
    "区域",
    (
        Column("code", headers=("编码", "网格编码", "区域编码", "区划代码", "代码"), required=True),
        Column("name", headers=("名称", "网格名称", "区域名称")),
        Column("level", "choice", ("级别", "层级"), required=True, choices=LEVEL_WORDS),
        Column("parent", headers=("上级编码", "上级", "所属编码")),
        Column("manager", headers=("负责人", "网格长", "片区长")),
        Column("parent_level", "choice", choices=LEVEL_WORDS, derived=True),
        Column("parent_how", derived=True),
        Column("since", "date", derived=True),
    ),
    "MULTIPOLYGON",
    key=("level", "code"),
)
# as they were in force until the day `until`, which is no day of theirs; `adoption` ended them
PAST_AREAS = Table(
    "past_areas",
    "旧区域",
    (
        *(replace(column, headers=(), derived=True) for column in AREAS.columns),
        Column("until", "date", derived=True),
        Column("adoption", required=True, derived=True),
    ),
    "MULTIPOLYGON",
    key=("level", "code", "adoption"),
)
ADOPTIONS = Table(
    "adoptions",
    "启用记录",
    (
        Column("id", required=True, derived=True),
        Column("level", "choice", choices=LEVEL_WORDS, derived=True),
        Column("day", "date", derived=True),
        Column("reason", derived=True),
        Column("actor", derived=True),
        Column("at", "moment", derived=True),
        Column("figures", derived=True),
    ),
    None,
)
SUCCESSIONS = Table(
    "successions",
    "区域沿革",
    (
        Column("adoption", required=True, derived=True),
        Column("level", "choice", required=True, choices=LEVEL_WORDS, derived=True),
        Column("old", required=True, derived=True),
        Column("new", required=True, derived=True),
        Column("m2", "number", derived=True),
        Column("places", "integer", derived=True),
    ),
    None,
    key=("adoption", "level", "old", "new"),
)
PLACES = Table(
    "places",
    "监管场所",
    (
        Column("id", headers=("编号", "统一社会信用代码", "企业编号", "场所编号"), required=True),
        Column("name", headers=("名称", "企业名称", "单位名称", "场所名称"), required=True),
        Column("address", headers=("地址", "详细地址", "经营地址")),
        Column("industry", headers=("行业", "行业领域", "所属行业")),
        Column("risk", "choice", ("风险等级", "风险级别"), choices=RISK_WORDS),
        Column("headcount", "integer", ("从业人数", "人数"), units=PEOPLE),
        Column("department", headers=("监管部门", "主管部门")),
        Column("tags", "tags", ("标签",)),
        Column("leader", headers=("包保领导",)),
        Column("opened", "date", ("开业日期", "成立日期")),
        Column("closed", "date", ("停业日期", "注销日期")),
        Column("status", "choice", ("状态", "经营状态"), choices=STATUS_WORDS, default="open"),
    ),
    "POINT",
)
INSPECTIONS = Table(
    "inspections",
    "检查记录",
    (
        Column("id", headers=("检查编号", "记录编号", "编号")),
        Column("place_id", headers=("企业编号", "场所编号", "统一社会信用代码", "单位编号")),
        Column("place_name", headers=("企业名称", "单位名称", "场所名称")),
        Column("officer", headers=("检查人", "安全员", "检查人员")),
        Column("by", "choice", ("检查主体",), choices=BY_WORDS, default="inspector"),
        Column("at", "moment", ("检查时间", "检查日期"), required=True),
        Column("kind", "choice", ("检查类型", "检查类别"), choices=KIND_WORDS, open_choice=True, default="routine"),
        Column("accuracy", "number", ("精度(m)", "精度", "定位精度"), units=METRES),
        Column("geotag", "choice", ("定位方式", "定位来源"), choices=GEOTAG_WORDS),
        Column("result", headers=("检查结果", "结果")),
        Column("note", headers=("备注",)),
        Column("photos", "tags", ("照片",)),
        # 综合查一次: the fields that one joint visit covered, for the duties of several departments
        Column("covers", "tags", ("覆盖领域", "检查事项", "综合查一次", "联合检查领域")),
        Column("matched_by", "choice", choices=_words(name=()), derived=True),
        Column("likeness", "number", derived=True),
    ),
    "POINT",
    identity=("place_id", "at", "officer"),
)
# what a person thinks of an inspection, beside what the evidence says: appended, never changed
REVIEWS = Table(
    "reviews",
    "人工复核",
    (
        Column("id", required=True, derived=True),
        Column("inspection_id", required=True, derived=True),
        Column("verdict", "choice", choices=_words(genuine=(), doubtful=(), false=()), required=True, derived=True),
        Column("reason", derived=True),
        Column("actor", required=True, derived=True),
        Column("at", "moment", required=True, derived=True),
    ),
    None,
)
EXEMPTIONS = Table(
    "exemptions",
    "停产和免查",
    (
        Column("id", headers=("编号", "批准文号")),
        Column("place_id", headers=("企业编号", "场所编号", "统一社会信用代码", "单位编号"), required=True),
        Column("kind", "choice", ("类型", "类别"), choices=EXEMPTION_WORDS, default="suspended"),
        Column("duty", headers=("免查事项", "规则", "任务")),
        Column("first", "date", ("开始日期", "停产日期", "起始日期"), required=True),
        Column("last", "date", ("结束日期", "复产日期前一日", "截止日期")),
        Column("reason", headers=("原因", "事由", "停产原因"), required=True),
        Column("approver", headers=("批准人", "审批人", "批准单位")),
    ),
    None,
    identity=("place_id", "kind", "duty", "first"),
)
# the point is where the place stood before that day
MOVES = Table(
    "moves",
    "迁址",
    (
        Column("id", headers=("编号", "迁址编号")),
        Column("place_id", headers=("企业编号", "场所编号", "统一社会信用代码", "单位编号"), required=True),
        Column("day", "date", ("迁址日期", "搬迁日期"), required=True),
        Column("address", headers=("原地址", "迁址前地址")),
    ),
    "POINT",
    identity=("place_id", "day"),
)
HAZARDS = Table(
    "hazards",
    "隐患",
    (
        Column("id", headers=("隐患编号", "编号")),
        Column("inspection_id", headers=("检查编号",)),
        Column("place_id", headers=("企业编号", "场所编号", "统一社会信用代码", "单位编号")),
        Column("found_at", "moment", ("发现时间", "发现日期"), required=True),
        Column("level", "choice", ("隐患等级", "隐患级别"), choices=HAZARD_WORDS, default="一般"),
        Column("category", headers=("隐患类别", "隐患类型")),
        Column("description", headers=("隐患描述", "隐患内容")),
        Column("deadline", "date", ("整改期限", "整改时限")),
        Column("rectified_at", "moment", ("整改时间", "整改完成时间")),
        Column("closed_at", "moment", ("销号时间",)),
        Column("void", "flag", ("误录",)),
        Column("measures", headers=("措施", "整改措施")),
        Column("responsible", headers=("责任人", "整改责任人")),
        Column("funds", headers=("资金", "整改资金"), units=MONEY),
        Column("plan", headers=("预案", "应急预案")),
        Column("supervisor", headers=("督办领导",)),
        Column("address", headers=("地址",)),
    ),
    "POINT",
    identity=("place_id", "found_at", "category", "description", "geometry"),
)
# the life of a hazard, step by step: appended, never changed; `state` and what follows it are as they were after it
STEPS = Table(
    "steps",
    "隐患办理",
    (
        Column("id", required=True, derived=True),
        Column("hazard_id", required=True, derived=True),
        Column("action", required=True, derived=True),
        Column("at", "moment", required=True, derived=True),
        Column("actor", required=True, derived=True),
        Column("role", required=True, derived=True),
        Column("reason", derived=True),
        Column("facts", derived=True),
        Column("photos", "tags", derived=True),
        Column("accuracy", "number", derived=True),
        Column("state", required=True, derived=True),
        Column("deadline", "date", derived=True),
        Column("rectified_at", "moment", derived=True),
        Column("closed_at", "moment", derived=True),
    ),
    "POINT",
)
# which risk a person gave a place after a proposal: appended, never changed; `places.risk` mirrors the newest
RISK_DECISIONS = Table(
    "risk_decisions",
    "风险定级",
    (
        Column("id", required=True, derived=True),
        Column("place_id", required=True, derived=True),
        Column("at", "moment", required=True, derived=True),
        Column("actor", required=True, derived=True),
        Column("before", "choice", choices=RISK_WORDS, derived=True),
        Column("proposed", "choice", choices=RISK_WORDS, derived=True),
        Column("accepted", "choice", choices=RISK_WORDS, required=True, derived=True),
        Column("score", "number", derived=True),
        Column("reason", derived=True),
    ),
    None,
)
# A day's route of an officer as it was planned, changed and sent: every change is a new revision, none is changed
# afterwards. Ids begin with date and officer, so that those of a day lie side by side: DATE/OFFICER/REVISION, and
# DATE/OFFICER/REVISION/NUMBER of a stop. Times of the day are in seconds after midnight.
PLANNED_ROUTES = Table(
    "planned_routes",
    "巡查路线",
    (
        Column("id", required=True, derived=True),
        Column("date", "date", required=True, derived=True),
        Column("officer", required=True, derived=True),
        Column("revision", "integer", required=True, derived=True),
        Column("state", "choice", choices=_words(draft=(), sent=()), required=True, derived=True),
        Column("at", "moment", required=True, derived=True),
        Column("actor", required=True, derived=True),
        Column("action", required=True, derived=True),
        Column("reason", derived=True),
        Column("mode", "choice", choices=MODE_WORDS, derived=True),
        *(Column(name, "integer", derived=True) for name in ("begin", "end", "depart", "home")),
        *(Column(name, "integer", derived=True) for name in ("lunch_from", "lunch_to")),
        *(Column(name, "number", derived=True) for name in ("from_lon", "from_lat", "to_lon", "to_lat")),
        *(Column(name, "number", derived=True) for name in ("travel_minutes", "stay_minutes", "wait_minutes")),
        *(Column(name, "number", derived=True) for name in ("length_m", "prize")),
        *(Column(name, "flag", derived=True) for name in ("feasible", "straight")),
        Column("problems", derived=True),
    ),
    "MULTILINESTRING",
)
PLANNED_STOPS = Table(
    "planned_stops",
    "路线停留点",
    (
        Column("id", required=True, derived=True),
        Column("date", "date", required=True, derived=True),
        Column("officer", required=True, derived=True),
        Column("revision", "integer", required=True, derived=True),
        Column("number", "integer", required=True, derived=True),
        Column("place_id", required=True, derived=True),
        *(Column(name, "integer", derived=True) for name in ("arrive", "begin", "leave", "stay", "opens", "closes")),
        *(Column(name, "number", derived=True) for name in ("travel_minutes", "length_m", "prize")),
        *(Column(name, "flag", derived=True) for name in ("must", "locked", "done")),
        Column("partner", derived=True),
        Column("why", derived=True),
        Column("problem", derived=True),
    ),
    "POINT",
)
# what somebody on the way left out and why, and that this was taken back: DATE/OFFICER/ and what the phone calls it
ROUTE_SKIPS = Table(
    "route_skips",
    "没去的停留点",
    (
        Column("id", required=True, derived=True),
        Column("date", "date", required=True, derived=True),
        Column("officer", required=True, derived=True),
        Column("place_id", required=True, derived=True),
        Column("at", "moment", required=True, derived=True),
        Column("actor", required=True, derived=True),
        Column("state", "choice", choices=_words(skipped=(), taken_back=()), required=True, derived=True),
        Column("reason", derived=True),
        Column("note", derived=True),
    ),
    "POINT",
)
ROUTE_TABLES = (PLANNED_ROUTES, PLANNED_STOPS, ROUTE_SKIPS)
"""Read by day, never whole: no figure of a day rests on them."""
TRACKS = Table(
    "tracks",
    "轨迹",
    (
        Column("id", headers=("轨迹编号",)),
        Column("officer", headers=("安全员", "检查人", "人员")),
        Column("start", "moment", ("开始时间",), required=True),
        Column("end", "moment", ("结束时间",)),
        Column("times", derived=True),
    ),
    "MULTILINESTRING",
    identity=("officer", "start", "geometry"),
)
ROADS = Table(
    "roads",
    "道路",
    (
        Column("id", headers=("编号", "道路编号")),
        Column("name", headers=("名称", "道路名称")),
        Column("class", headers=("等级", "道路等级", "highway")),
        Column("oneway", "flag", ("单行",)),
        Column("speed", "number", ("限速", "速度"), units=KM_PER_HOUR),
    ),
    "MULTILINESTRING",
    identity=("name", "geometry"),
)
WATER = Table(
    "water",
    "水面",
    (
        Column("id", headers=("编号",)),
        Column("name", headers=("名称",)),
    ),
    "MULTIPOLYGON",
    identity=("name", "geometry"),
)
# ground that nobody need see: left out of the ground figures
MASKS = Table(
    "masks",
    "不计地块",
    (
        Column("id", headers=("编号", "地块编号")),
        Column("name", headers=("名称", "地块名称")),
        Column("kind", "choice", ("类别", "地类", "用地类型"), choices=MASK_WORDS, open_choice=True),
    ),
    "MULTIPOLYGON",
    identity=("name", "geometry"),
)
OFFICERS = Table(
    "officers",
    "人员",
    (
        Column("id", headers=("编号", "工号", "人员编号"), required=True),
        Column("name", headers=("姓名", "名称")),
        Column("role", "choice", ("角色", "职务"), choices=ROLE_WORDS, default="inspector"),
        Column("area", "tags", ("网格", "负责网格", "网格编码")),
        Column("mode", "choice", ("出行方式",), choices=MODE_WORDS, default="walk"),
        Column("shift", headers=("班次",)),
        Column("department", headers=("部门", "单位", "所属部门")),
        Column("skills", "tags", ("专长", "持证", "资质")),
        Column("stand_in", headers=("替班人", "代班人")),
    ),
    None,
)
# every column comes from the picture itself or from what wangge makes of it: no ledger's header names one
PHOTOS = Table(
    "photos",
    "照片",
    (
        Column("id", derived=True),
        Column("name", derived=True),
        Column("taken_at", "moment", derived=True),
        Column("altitude", "number", derived=True),
        Column("direction", "number", derived=True),
        Column("direction_ref", "choice", choices=_words(true=(), magnetic=()), derived=True),
        Column("accuracy", "number", derived=True),
        Column("clock_error", "number", derived=True),
        Column("camera", derived=True),
        Column("width", "integer", derived=True),
        Column("height", "integer", derived=True),
        Column("phash", derived=True),
        Column("inspection_id", derived=True),
        Column("place_id", derived=True),
        Column("officer", derived=True),
        Column("attached_by", "choice", choices=_words(name=(), time=(), made=(), posted=()), derived=True),
    ),
    "POINT",
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            *(AREAS, PLACES, INSPECTIONS, HAZARDS, TRACKS, ROADS, WATER, OFFICERS, PHOTOS),
            *(PAST_AREAS, ADOPTIONS, SUCCESSIONS),
            *(EXEMPTIONS, MOVES, MASKS, REVIEWS, STEPS, RISK_DECISIONS, *ROUTE_TABLES),
        )
    }
)

IMPORTED: Mapping[str, Table] = MappingProxyType(
    {
        name: table
        for name, table in TABLES.items()
        if table not in (PAST_AREAS, ADOPTIONS, SUCCESSIONS, REVIEWS, STEPS, RISK_DECISIONS, *ROUTE_TABLES)
    }
)
"""Tables that files may be imported into; the others are written by wangge alone."""

REFERENCES = (
    ("inspections", "place_id", "places"),
    ("hazards", "place_id", "places"),
    ("photos", "place_id", "places"),
    ("photos", "inspection_id", "inspections"),
    ("reviews", "inspection_id", "inspections"),
    ("steps", "hazard_id", "hazards"),
    ("exemptions", "place_id", "places"),
    ("moves", "place_id", "places"),
    ("risk_decisions", "place_id", "places"),
    ("planned_stops", "place_id", "places"),
    ("route_skips", "place_id", "places"),
)
"""Table, column, and the table whose row it must name when it is filled."""
