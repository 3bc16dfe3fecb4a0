"""A Chinese name of a firm or shop taken apart.

东莞市虎门镇 大宁社区 恒达 五金制品 有限公司 第二分公司
└─ above ──┘└comm.─┘ brand └trade┘ └─form─┘ └branch─┘
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

_CITY = r"(?:[^\W\d]{2,3}省)?([^\W\d]{1,2}[^\W\d超菜门夜集花街城])市(?!场)"
_COMMUNITY = r"(?:社区居民委员会|村民委员会|社区居委会|居委会|村委会|社区|行政村|村)?"
_NO_ROAD = r"(?![东西南北中大]?[路街巷道])(?=..)"
_COUNT = "一二三四五六七八九十"
_FORM = (
    r"(?:股份有限公司|集团有限公司|有限公司|集团公司|总公司|公司|集团|加工厂|总厂|工厂|厂|经营部|营业部|服务部|门市部"
    r"|工作室|门市|商行|商店|门店|总店|店|部|行|坊|馆|室|站|中心)$"
)
_TRADES = """
五金 塑胶 塑料 电子 电器 电气 机械 机电 模具 包装 印刷 纸箱 纸品 纸业 家具 木业 玩具
制衣 服装 服饰 针织 纺织 毛织 皮具 鞋业 鞋材 化工 涂料 油漆 建材 装饰 装修 建筑 工程
电梯 物业 物流 货运 运输 仓储 商贸 贸易 百货 日用品 便利 超市 粮油 水果 蔬菜 食品
饮食 餐饮 餐饮管理 快餐 小吃 小旅 旅 奶茶 咖啡 烧烤 火锅 酒店 宾 公寓 理发 美容 美发
美甲 药 大药房 药房 诊所 门诊 眼镜 手机 通讯 网 网吧 棋牌 娱乐 歌舞厅 洗涤 洗车 汽修
汽车维修 汽车修理 汽配 摩托车 轮胎 加油 加气 燃气 液化气 废品 回收 再生资源 废品回收
养殖 水产养殖 种植 农机 幼儿园 小学 中学 培训 养老院 敬老院 医院 卫生 科技 电子科技
实业 制品 五金制品 塑胶制品 包装制品 皮革 金属 金属制品 不锈钢 铝业 玻璃 陶瓷 设备 精密
光电 灯饰 照明 新材料 文具 图文 广告 早餐 面包 蛋糕 烘焙 茶 酒 烟酒 副食 副食品 母婴
宠物 花 干洗 维修
""".split()  # noqa: SIM905 - a list of words reads best so
_TRADE = rf"(?<=..)(?:{'|'.join(sorted(map(re.escape, _TRADES), key=len, reverse=True))})+$"
_BRANCH = (
    r"\((?:之)?(?P<serial>\d+)(?:号|分)?(?:店|部|厂|公司|号店)?\)$"
    r"|\((?P<bracket>[^()]+?)(?:分|门|旗舰)?(?:店|部|厂|公司|校区|院区)\)$"
    r"|第(?P<nth>\d+)(?:号|分)?(?:公司|店|厂|部)$"
    r"|(?<=[司厂店部行坊馆室站吧房])(?P<count>\d+)(?:号|分)?(?:店|厂|部)$"
    r"|(?<=[司厂店部行坊馆室站吧房])(?P<where>[^()\d]{0,8}?)分(?:公司|店|厂|部)$"
)
_NOISE = r"[\s()\[\]{}<>《》【】〔〕〈〉「」\"'“”‘’,，.。、;:·|/\\_&+*-]"


def folded_names(texts: pd.Series) -> pd.Series:
    """Fold names for comparing: simplified, half width, lower case, one form of words of the same meaning.

    Simplified by OpenCC's dictionary (Apache-2.0, wheels for Linux, Windows, macOS; nothing from the network). Brackets
    stay, for a branch may stand in them.
    """
    from opencc import OpenCC  # noqa: PLC0415 - only files with rows without ids need it

    plain = texts.astype("str").fillna("").str.normalize("NFKC").str.lower().str.replace(r"\s+", "", regex=True)
    simple = OpenCC("t2s").convert("\n".join(plain)).split("\n")
    plain = pd.Series(simple[: len(plain)], index=texts.index, dtype="str")
    plain = plain.str.replace(r"[\[【〔〈{]", "(", regex=True).str.replace(r"[\]】〕〉}]", ")", regex=True)
    plain = plain.str.replace(r"有限责任公司|有限公司公司", "有限公司", regex=True)
    plain = plain.str.replace(r"\(?(?:个体工商户|个体户|个体|普通合伙|个人独资)\)?$", "", regex=True)
    counted = rf"(?<=第)[{_COUNT}]{{1,3}}|[{_COUNT}]{{1,3}}(?=(?:号|分)?(?:店|厂|部|分公司|\)))"
    return plain.str.replace(counted, _counted, regex=True)


def _counted(found: re.Match[str]) -> str:
    """Write a number below a hundred in figures when it counts branches; leave it where it is part of a word."""
    text, before = found.group(), found.string[: found.start()]
    if not before.endswith(("第", "(", "之", "店", "厂", "部", "司")):
        return text
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return text
    return str((_digit(tens) if tens else 1) * 10 * bool(ten) + (_digit(ones) if ones else 0))


def _digit(text: str) -> int:
    return _COUNT.index(text) + 1


def cities_of(texts: pd.Series) -> list[str]:
    """Give the cities that folded names begin with, without 市: others leave the 市 out."""
    return sorted(set(texts.str.extract(rf"^{_CITY}", expand=False).dropna()))


def name_parts(texts: pd.Series, town: str, communities: Iterable[str], cities: Iterable[str] = ()) -> pd.DataFrame:
    """Take folded names apart.

    Parameters
    ----------
    town, communities
        Names of the town and of its communities.
    cities
        As `cities_of` gives them.

    Returns
    -------
    On the same index, "" for what a name does not have: key (the name without signs), community (without 社区 or 村),
    brand (字号), trade, form, branch (its number, or where it is; 分 when that is all), numbers (digits of the brand).
    """
    own, *places = folded_names(pd.Series([town, *communities], dtype="str"))
    short = re.sub(r"(?:镇|街道|乡)$", "", own)
    units = "|".join([_CITY, *map(re.escape, cities)])
    rest = texts.str.replace(rf"^(?:{units})?(?:{re.escape(short)}(?:镇|街道|乡)?)?(?=..)", "", regex=True)
    rest = rest.str.replace(rf"\((?:{re.escape(short)}镇?)\)", "", regex=True)
    branch, rest = _branch(rest, re.escape(short))
    community = pd.Series("", index=texts.index, dtype="str")
    stems = sorted({re.sub(rf"{_COMMUNITY}$", "", name) for name in places} - {""}, key=len, reverse=True)
    if stems:
        at = rf"^({'|'.join(map(re.escape, stems))}){_COMMUNITY}{_NO_ROAD}"
        community = rest.str.extract(at, expand=False).fillna("").astype("str")
        rest = rest.str.replace(at, "", regex=True)
    rest = rest.str.replace(_NOISE, "", regex=True)
    form = rest.str.extract(rf"(?<=.)({_FORM[:-1]})$", expand=False).fillna("").astype("str")
    core = rest.str.replace(rf"(?<=.){_FORM}", "", regex=True)
    trade = core.str.extract(rf"({_TRADE[:-1]})$", expand=False).fillna("").astype("str")
    return pd.DataFrame(
        {
            "key": texts.str.replace(_NOISE, "", regex=True),
            "community": community,
            "brand": core.str.replace(_TRADE, "", regex=True),
            "trade": trade,
            "form": form,
            "branch": branch,
            "numbers": core.str.replace(r"\D+", " ", regex=True).str.strip(),
        }
    )


def _branch(texts: pd.Series, short: str) -> tuple[pd.Series, pd.Series]:
    """Give what branch a name is of, and the name without it."""
    found = texts.str.extract(_BRANCH)
    any_of = found.notna().any(axis=1)
    words = found.fillna("").agg("".join, axis=1).astype("str").str.replace(rf"^{short}|{_NOISE}", "", regex=True)
    branch = words.where(words != "", "分").where(any_of, "").astype("str")
    return branch, texts.str.replace(_BRANCH, "", regex=True).where(any_of, texts)
