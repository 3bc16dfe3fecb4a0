"""Kinds of places: how many, where, how risky, who is responsible, how often the inspectors mean to come."""

from __future__ import annotations

from dataclasses import dataclass

ESTATE, MARKET, HOMES, FIELDS, HILLS, SHORE, SITES = range(7)
"""Surroundings: industrial estate, market street, dwellings, fields, hills, water's edge, building sites."""


@dataclass(frozen=True)
class Trade:
    """One kind of place.

    Attributes
    ----------
    industry, department
        As they stand in the register.
    where
        Surroundings it seeks.
    per_mille, village
        Share in a town of 虎门's scale; number in the township.
    risks
        Shares of 重大, 较大, 一般, 低.
    heads
        Median headcount; 0 where none is kept.
    visits
        Visits a month that inspectors mean to make.
    brands, forms
        Name: 合成 + brand + form; no brand: the form after the community's name; `#` stands for a number.
    tags
        Always; `worry`: share of places that may become 不放心点位.
    hazards
        Categories found here, the most frequent first.
    """

    industry: str
    department: str
    where: int
    per_mille: float
    village: int
    risks: tuple[float, float, float, float]
    heads: int
    visits: float
    brands: bool
    forms: tuple[str, ...]
    tags: str
    worry: float
    hazards: tuple[str, ...]


FIRE = ("消防设施", "疏散通道", "电气线路", "用火用气")
MACHINE = ("机械防护", "电气线路", "现场管理", "教育培训", "消防设施")

TRADES: tuple[Trade, ...] = (
    Trade("工贸", "应急管理分局", ESTATE, 150, 34, (0, 0.06, 0.5, 0.44), 38, 1, True,
          ("五金制品有限公司", "塑胶制品有限公司", "电子科技有限公司", "服装有限公司", "包装制品厂",
          "模具加工厂", "玩具厂", "印刷厂", "纸箱厂", "制衣厂"),
          "", 0.01, MACHINE),
    Trade("工贸", "应急管理分局", ESTATE, 14, 3, (0.05, 0.4, 0.5, 0.05), 46, 1, True,
          ("家具厂", "木业有限公司", "抛光加工厂", "铝制品有限公司"), "粉尘涉爆;重点", 0.1, ("粉尘防爆", *MACHINE)),
    Trade("工贸", "应急管理分局", ESTATE, 9, 2, (0.06, 0.4, 0.5, 0.04), 52, 1, True,
          ("漂染有限公司", "造纸厂", "食品有限公司", "电镀加工厂"), "有限空间;重点", 0.1, ("有限空间", *MACHINE)),
    Trade("工贸", "应急管理分局", ESTATE, 4, 1, (0.08, 0.5, 0.42, 0), 40, 1, True,
          ("铸造厂", "压铸有限公司", "玻璃制品厂"), "涉炉;重点", 0.12, ("机械防护", "现场管理", "电气线路",
          "应急预案")),
    Trade("工贸", "农业农村局", FIELDS, 1, 30, (0, 0.3, 0.6, 0.1), 14, 1, True,
          ("洗果厂", "果品清洗加工厂"), "洗果厂;有限空间", 0.08, ("有限空间", "机械防护", "电气线路", "现场管理")),
    Trade("九小场所", "消防救援大队", MARKET, 305, 24, (0, 0.03, 0.45, 0.52), 3, 1, True,
          ("便利店", "小吃店", "快餐店", "理发店", "服装店", "日用品店", "水果店", "粮油店", "药店", "五金店",
          "奶茶店", "小旅馆", "棋牌室", "维修店"),
          "九小场所", 0.002, FIRE),
    Trade("人员密集场所", "消防救援大队", MARKET, 13, 1, (0.04, 0.3, 0.56, 0.1), 36, 1, True,
          ("酒店", "购物中心", "大酒楼", "家居广场", "体育馆"), "人员密集", 0.05, FIRE),
    Trade("自建房", "住房和城乡建设局", HOMES, 226, 850, (0.002, 0.03, 0.4, 0.568), 0, 0.35, False,
          ("#号自建房",), "", 0.001, ("房屋结构", "电气线路", "用火用气", "疏散通道")),
    Trade("群租房", "公安分局", HOMES, 140, 4, (0, 0.04, 0.6, 0.36), 0, 0.45, False,
          ("#号出租屋",), "", 0.001, ("电动车充电", "疏散通道", "电气线路", "消防设施")),
    Trade("商贸", "商务局", MARKET, 58, 8, (0, 0.02, 0.4, 0.58), 8, 0.5, True,
          ("商贸有限公司", "超市", "建材经营部", "农贸市场", "百货商行"), "", 0.003, FIRE),
    Trade("加油站", "商务局", MARKET, 0.9, 2, (0.25, 0.65, 0.1, 0), 9, 1, True,
          ("加油站",), "重点", 0.3, ("危化品储存", "消防设施", "应急预案", "电气线路")),
    Trade("再生资源", "商务局", FIELDS, 8, 2, (0, 0.15, 0.65, 0.2), 5, 0.7, True,
          ("废品回收站", "再生资源回收站"), "", 0.02, ("现场管理", "电气线路", "消防设施")),
    Trade("危险化学品", "应急管理分局", ESTATE, 3.6, 0, (0.25, 0.6, 0.15, 0), 24, 1, True,
          ("化工有限公司", "涂料有限公司", "气体有限公司", "化工原料仓库"), "重点", 0.3, ("危化品储存",
          "应急预案", "消防设施", "电气线路")),
    Trade("烟花爆竹", "应急管理分局", FIELDS, 0.5, 1, (0.3, 0.7, 0, 0), 3, 1, True,
          ("烟花爆竹零售店",), "重点", 0.3, ("危化品储存", "消防设施", "现场管理")),
    Trade("非煤矿山", "应急管理分局", HILLS, 0.12, 0, (0.5, 0.5, 0, 0), 30, 1, True,
          ("石料场",), "重点", 0.6, ("现场管理", "机械防护", "应急预案")),
    Trade("特种设备", "市场监督管理分局", ESTATE, 9, 1, (0.02, 0.3, 0.6, 0.08), 12, 0.5, True,
          ("起重设备有限公司", "电梯工程有限公司", "锅炉房"), "", 0.02, ("特种设备", "教育培训", "现场管理")),
    Trade("燃气", "住房和城乡建设局", MARKET, 2.4, 1, (0.2, 0.6, 0.2, 0), 7, 1, True,
          ("液化气供应站", "燃气配送点"), "重点", 0.25, ("用火用气", "危化品储存", "应急预案")),
    Trade("建筑施工", "住房和城乡建设局", SITES, 6, 2, (0.06, 0.44, 0.45, 0.05), 45, 1, False,
          ("#号地块工地", "安置房#期工地", "道路改造#标段"), "", 0.06, ("临边防护", "电气线路", "特种设备",
          "教育培训")),
    Trade("教育", "教育管理中心", HOMES, 8, 3, (0, 0.08, 0.6, 0.32), 42, 0.5, False,
          ("小学", "第#幼儿园", "中学", "幼儿园", "第#小学"), "学校;人员密集", 0.01, ("消防设施", "疏散通道",
          "校园安全", "用火用气")),
    Trade("养老民政", "民政办公室", HOMES, 1, 1, (0, 0.5, 0.5, 0), 14, 1, False,
          ("敬老院", "长者服务中心"), "人员密集;重点", 0.15, FIRE),
    Trade("农业农机", "农业农村局", FIELDS, 10, 3, (0, 0.04, 0.5, 0.46), 4, 0.35, True,
          ("农机服务站", "种植专业合作社", "水产养殖场"), "", 0.004, ("机械防护", "电气线路", "有限空间")),
    Trade("卫生", "卫生健康局", HOMES, 7, 2, (0, 0.04, 0.5, 0.46), 8, 0.35, False,
          ("卫生站", "第#门诊部", "医院"), "", 0.01, ("消防设施", "疏散通道", "危化品储存")),
    Trade("电力", "供电服务中心", ESTATE, 1.5, 1, (0.05, 0.4, 0.5, 0.05), 4, 0.35, False,
          ("第#配电房", "变电站"), "", 0.03, ("电气线路", "消防设施")),
    Trade("交通运输", "交通运输分局", ESTATE, 9, 2, (0.01, 0.25, 0.6, 0.14), 18, 0.6, True,
          ("物流有限公司", "汽车运输有限公司", "汽车修理厂", "停车场"), "", 0.015, ("现场管理", "教育培训",
          "消防设施", "用火用气")),
    Trade("文化娱乐", "文化服务中心", MARKET, 5, 1, (0.02, 0.4, 0.5, 0.08), 12, 1, True,
          ("歌厅", "网吧", "影城", "桌球城"), "人员密集", 0.06, FIRE),
    Trade("水利防汛", "水务工程运营中心", SHORE, 1.2, 2, (0.05, 0.45, 0.5, 0), 2, 0.5, False,
          ("第#泵站", "#号水闸", "堤防#段"), "防汛", 0.05, ("现场管理", "应急预案", "临边防护")),
    Trade("森林防火", "林业工作站", HILLS, 0.6, 1, (0, 0.6, 0.4, 0), 2, 0.5, False,
          ("#号护林点",), "森林防火", 0.03, ("用火用气", "应急预案")),
    Trade("旅游", "文化服务中心", SHORE, 0.9, 0, (0, 0.3, 0.6, 0.1), 12, 0.5, False,
          ("滨水公园", "湿地公园", "渔家乐#号"), "人员密集", 0.04, ("临边防护", "疏散通道", "消防设施")),
)  # fmt: skip

DEPARTMENTS: tuple[str, ...] = tuple(dict.fromkeys(trade.department for trade in TRADES))
