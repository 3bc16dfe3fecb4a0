"""A checklist as a form of ODK Collect: the questions as XLSForm has them, made an XForm by pyxform.

The questions are called as the fields of `geodata.tables`, so that an export of a form server can be imported too.
What is chosen from lists that change (places, officers) comes from csv files beside the form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5, sha256
from json import dumps

from api.openrosa.answers import fit
from coverage.checklists import Checklist, Item
from geodata.model import HAZARD_LEVELS

PLACES_CSV, OFFICERS_CSV = "places.csv", "officers.csv"
KINDS = {
    "routine": "日常检查", "campaign": "专项检查", "expert": "专家检查", "surprise": "突击检查", "look-back": "回头看",
}  # fmt: skip
GOOD = "合格"
RESULTS = (GOOD, "当场整改", "限期整改", "挂牌督办")
"""What a ledger says of a visit: the worst of what was found."""
BAD, FIXED = "bad", "fixed"
ANSWERS = {"ok": "符合", BAD: "不符合", FIXED: "不符合，已当场整改", "na": "不涉及"}
LEVELS = HAZARD_LEVELS
MAJOR = LEVELS[1]
NOT_AT_ONCE = "重大隐患不能当场整改了事，要先交办"
YES, NO = "yes", "no"
WIDEST = 1600
"""Pixels of a picture's longer side: the phone makes larger ones smaller."""

Question = dict[str, str]


@dataclass(frozen=True)
class Form:
    """A form that a phone can fetch.

    Attributes
    ----------
    id, name, version
        As OpenRosa means them; the version follows the content.
    checklist
        What it asks.
    xml
        The XForm, UTF-8.
    """

    id: str
    name: str
    version: str
    checklist: Checklist
    xml: bytes

    @property
    def hash(self) -> str:
        """Give the hash by which a phone sees that the form has changed."""
        return md5_of(self.xml)


def md5_of(content: bytes) -> str:
    """Give the only hash that OpenRosa knows; it protects nothing."""
    return "md5:" + md5(content, usedforsecurity=False).hexdigest()


def item_name(item: Item) -> str:
    """Give the name of an item's question; another wording is another question, so that no answer is misunderstood."""
    return f"i_{_short(item.text)}"


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:10]


@lru_cache(maxsize=256)
def form_of(checklist: Checklist) -> Form:
    """Make the form of a checklist (some 20 ms)."""
    from pyxform.xls2xform import convert  # noqa: PLC0415 - slow import

    survey, choices = questions(checklist.items), _choices()
    version = str(int(_short(dumps([checklist.name, survey, choices])), 16))
    settings = {"form_title": _plain(checklist.name), "form_id": f"wangge-{checklist.id}", "version": version}
    made = convert({"survey": survey, "choices": choices, "settings": [settings]}, form_name="data", validate=False)
    return Form(settings["form_id"], settings["form_title"], version, checklist, made.xform.encode())


def questions(items: Sequence[Item]) -> list[Question]:
    """Give the questions of a form in their order, as rows of the survey sheet of an XLSForm."""
    return [
        _ask("start", "start"),
        _ask("end", "end"),
        _ask("username", "username"),
        _ask(
            f"select_one_from_file {OFFICERS_CSV}",
            "officer",
            "检查人",
            "默认是这部手机上次填的人",
            required=YES,
            appearance="autocomplete",
            default="${last-saved#officer}",
        ),
        _ask(
            f"select_one_from_file {PLACES_CSV}",
            "place_id",
            "检查哪家单位",
            "输入名称里的几个字查找",
            required=YES,
            appearance="autocomplete",
        ),
        _ask(
            "geopoint",
            "where",
            "现场定位（WGS 84）",
            "在单位门口或院内定位；不定位的检查只算上报，不算核实",
            parameters="capture-accuracy=10 warning-accuracy=100",
        ),
        _ask("select_one kinds", "kind", "检查类型", default="routine"),
        *_checked(items),
        _result(items),
        _ask("date", "deadline", "不符合项目的整改期限", relevant=f"${{result}} != '{GOOD}'"),
        *_hazards(),
        *_pictures(),
        _ask("text", "note", "备注", appearance="multiline"),
    ]


def _ask(kind: str, name: str, label: str = "", hint: str = "", **more: str) -> Question:
    asked = {"type": kind, "name": name, "label": label, "hint": hint, **more}
    return {column: word for column, word in asked.items() if word}


def _checked(items: Sequence[Item]) -> list[Question]:
    words = {item_name(item): _plain(item.text) for item in items}
    major = {item_name(item) for item in items if item.level == MAJOR}
    assigned_first = {"constraint": f". != '{FIXED}'", "constraint_message": f"{NOT_AT_ONCE}，选“{ANSWERS[BAD]}”"}
    asked = [
        _ask("select_one answers", name, word, required=YES, **(assigned_first if name in major else {}))
        for name, word in words.items()
    ]
    return [_ask("begin_group", "items", "检查项目", appearance="field-list"), *asked, _ask("end_group", "items")]


def _result(items: Sequence[Item]) -> Question:
    """Ask for the result; it can't be good while an item is not."""
    fine = [f"${{{name}}} != '{word}'" for name in dict.fromkeys(map(item_name, items)) for word in (BAD, FIXED)]
    return _ask(
        "select_one results",
        "result",
        "检查结果",
        required=YES,
        constraint=f". != '{GOOD}' or ({' and '.join(fine)})",
        constraint_message=f"有不符合的项目，结果不能是“{GOOD}”",
    )


def _hazards() -> list[Question]:
    return [
        _ask("begin_repeat", "hazards", "其他隐患（检查项目里没有的）", relevant=f"${{result}} != '{GOOD}'"),
        _ask("text", "description", "隐患描述", required=YES, appearance="multiline"),
        _ask("text", "category", "隐患类别", "如：消防设施、电气线路"),
        _ask("select_one levels", "level", "隐患等级", required=YES, default=LEVELS[0]),
        _ask(
            "select_one yes_no",
            "at_once",
            "已当场整改",
            required=YES,
            default=NO,
            constraint=f". = '{NO}' or ${{level}} != '{MAJOR}'",
            constraint_message=f"{NOT_AT_ONCE}，选“否”",
        ),
        _ask("date", "deadline", "整改期限", relevant=f"${{at_once}} = '{NO}'"),
        _ask("image", "photo", "隐患照片", parameters=f"max-pixels={WIDEST}"),
        _ask("end_repeat", "hazards"),
    ]


def _pictures() -> list[Question]:
    names = ("photo_1", "photo_2", "photo_3")
    asked = [
        _ask("image", name, f"现场照片 {number}", parameters=f"max-pixels={WIDEST}")
        for number, name in enumerate(names, 1)
    ]
    return [_ask("begin_group", "pictures", "现场照片"), *asked, _ask("end_group", "pictures")]


def _choices() -> list[dict[str, str]]:
    lists: dict[str, dict[str, str]] = {
        "kinds": KINDS,
        "answers": ANSWERS,
        "results": {word: word for word in RESULTS},
        "levels": {word: word for word in LEVELS},
        "yes_no": {YES: "是", NO: "否"},
    }
    return [
        {"list_name": name, "name": word, "label": label}
        for name, held in lists.items()
        for word, label in held.items()
    ]


def _plain(text: str) -> str:
    """Give a town's text as a label: `${…}` there would name another question."""
    return fit(text).replace("${", "＄{")
