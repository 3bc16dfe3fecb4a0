"""What inspectors write: descriptions by category, results, measures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from geodata.synthetic.chance import Ints, Objects, words
from geodata.synthetic.hazards import CATEGORIES, Found

SPOTS = (
    "一楼", "二楼", "三楼", "入口处", "仓库", "后门", "楼梯间", "车间东侧", "厨房", "配电间旁", "西侧通道", "值班室旁",
)  # fmt: skip
TEXTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "消防设施": (
            "灭火器压力不足",
            "灭火器被遮挡",
            "应急照明灯损坏",
            "消火栓无水带",
            "烟感探测器失效",
            "灭火器超过检验期",
        ),
        "疏散通道": ("疏散通道堆放杂物", "安全出口上锁", "疏散指示标志缺失", "防火门常开", "逃生窗被铁栏封闭"),
        "电气线路": ("电线私拉乱接", "配电箱前堆放杂物", "线路未穿管保护", "插座老化发黑", "配电箱未设漏电保护"),
        "用火用气": (
            "燃气软管老化",
            "未安装燃气泄漏报警器",
            "液化气瓶与灶台距离不足",
            "动火作业未审批",
            "炉灶旁存放可燃物",
        ),
        "机械防护": ("传动部位无防护罩", "冲压设备光电保护失效", "紧急停止按钮损坏", "砂轮机无托架"),
        "现场管理": ("物料堆放过高", "地面油污未清理", "安全警示标志缺失", "作业人员未佩戴防护用品", "叉车通道未划线"),
        "教育培训": ("新员工三级教育记录缺失", "特种作业人员证件过期", "未开展班前安全提醒"),
        "应急预案": ("应急预案未修订", "未按期开展演练", "应急物资缺少台账", "值班电话未公示"),
        "粉尘防爆": ("除尘系统积尘未清理", "未设置泄爆口", "除尘器未接地", "未建立清扫记录"),
        "有限空间": ("有限空间未上锁", "无气体检测仪", "作业未审批", "未设置有限空间警示牌"),
        "房屋结构": ("墙体有贯穿裂缝", "阳台栏杆松动", "违规加建楼层", "外墙饰面空鼓"),
        "电动车充电": ("电动车在楼道充电", "电池进屋充电", "充电飞线", "充电区未与住人区分隔"),
        "危化品储存": ("禁忌物料混放", "防静电跨接缺失", "储存量超过核定", "未张贴安全技术说明书"),
        "特种设备": ("压力表超期未检", "电梯检验合格标志过期", "起重吊具磨损超标", "安全阀未校验"),
        "临边防护": ("临边无护栏", "洞口未覆盖", "脚手架缺少剪刀撑", "水边未设救生圈"),
        "校园安全": ("校门口未设防撞柱", "护学岗缺人", "食堂留样不足"),
    }
)
RESULTS = ("合格", "当场整改", "限期整改", "挂牌督办")
MEASURES = "停止使用相关区域，更换设备，整改后复查"


def describe(category: Ints, wording: Ints) -> Objects:
    """Give a description of each hazard from its category and its wording number."""
    table = {
        (number, n): spot + text
        for number, name in enumerate(CATEGORIES)
        for n, (spot, text) in enumerate((s, t) for s in SPOTS for t in TEXTS[name])
    }
    counts = np.array([len(SPOTS) * len(TEXTS[name]) for name in CATEGORIES])
    first = np.r_[0, np.cumsum(counts)[:-1]]
    flat = words(*(table[number, n] for number in range(len(CATEGORIES)) for n in range(counts[number])))
    return np.asarray(flat[first[category] + wording % counts[category]], dtype=object)


def results(stops: int, found: Found) -> Objects:
    """Give the result of each visit, the worst of its hazards."""
    worst = np.zeros(stops, dtype=np.int64)
    grade = np.where(found.major, 3, np.where(found.course.at_once, 1, 2))
    np.maximum.at(worst, found.stop[~found.void], grade[~found.void])
    return np.asarray(words(*RESULTS)[worst], dtype=object)
