"""A filled-in form as it was sent: XML from outside, read without trust.

The names of elements are those of `api.openrosa.form`; namespaces and what else clients add are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from types import MappingProxyType
from typing import cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from api.problems import ParameterProblem

MAX_BYTES = 2**20
MAX_MARKS = 50_000
MAX_DEPTH = 12
MAX_HAZARDS = 200
MAX_PICTURES = 200
_ID = re.compile(r"[^\x00-\x1f\x7f]{1,150}")
_FILE = re.compile(r"[^\x00-\x1f\x7f/\\:;]{1,150}")
_POINT = re.compile(r"\s+")

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Fix:
    """A geopoint: WGS 84 degrees, accuracy in metres (0: not by satellites)."""

    lon: float
    lat: float
    accuracy: float


@dataclass(frozen=True)
class Submission:
    """What was filled in.

    Attributes
    ----------
    form_id, instance_id
        Of which form, and what names this one filled-in form for ever.
    answers
        Question → answer, of questions outside the groups below; unanswered ones are left out.
    items
        The same of the checklist.
    hazards
        The same of each hazard.
    pictures
        Names of the pictures that belong to it, in its order, each once.
    """

    form_id: str
    instance_id: str
    answers: Answers
    items: Answers
    hazards: tuple[Answers, ...]
    pictures: tuple[str, ...]


def read_submission(content: bytes) -> Submission:
    """Read a submission. ParameterProblem when it is none: too large, too deep, with a DTD, without an instanceID."""
    root = _parsed(content)
    meta = {name: text for each in root if _name(each) == "meta" for name, text in _leaves(each)}
    instance_id = meta.get("instanceID") or (root.get("instanceID") or "").strip()
    if not _ID.fullmatch(instance_id):
        raise ParameterProblem("报来的表没有 instanceID，无法登记。请在手机上重新填写后再报。")
    if meta.get("deprecatedID"):
        raise ParameterProblem("已经登记的检查不能在手机上改报。需要更正的，请告诉安委办。")
    hazards = tuple(MappingProxyType(dict(_leaves(each))) for each in root if _name(each) == "hazards")
    if len(hazards) > MAX_HAZARDS:
        raise ParameterProblem(f"一次检查最多报 {MAX_HAZARDS} 条隐患，这张表有 {len(hazards)} 条。")
    return Submission(
        form_id=(root.get("id") or "").strip(),
        instance_id=instance_id,
        answers=MappingProxyType(dict(_leaves(root))),
        items=MappingProxyType({k: v for each in root if _name(each) == "items" for k, v in _leaves(each)}),
        hazards=tuple(each for each in hazards if each),
        pictures=_pictures(root),
    )


def _parsed(content: bytes) -> Element:
    """Parse XML within limits."""
    if len(content) > MAX_BYTES or content.count(b"<") > MAX_MARKS:
        raise ParameterProblem(f"报来的表超过 {MAX_BYTES // 2**20} MB 或标记太多，不像一次检查，没有登记。")
    depth, root = 0, cast("Element | None", None)
    try:
        for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            root = element if root is None else root
            if depth > MAX_DEPTH:
                raise ParameterProblem(f"报来的表嵌套超过 {MAX_DEPTH} 层，不像一次检查，没有登记。")
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ParameterProblem("报来的表不是正常的 XML，没有登记。请在手机上重新填写后再报。") from error
    if root is None:
        raise ParameterProblem("报来的表是空的，没有登记。")
    return root


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _leaves(parent: Element) -> Iterator[tuple[str, str]]:
    """Give the answered questions right below an element."""
    for each in parent:
        text = (each.text or "").strip()
        if text and not len(each):
            yield _name(each), text


def _pictures(root: Element) -> tuple[str, ...]:
    held = [each for each in root if _name(each) in ("hazards", "pictures")]
    names = [text for each in held for name, text in _leaves(each) if name.startswith("photo")]
    if any(not _FILE.fullmatch(name) for name in names) or len(names) > MAX_PICTURES:
        raise ParameterProblem("表里的照片文件名不正常，没有登记。请在手机上重新拍照后再报。")
    return tuple(dict.fromkeys(names))


def fix_of(text: str | None) -> Fix | None:
    """Read a geopoint, `latitude longitude altitude accuracy`; None where it was not answered."""
    if text is None:
        return None
    try:
        lat, lon, *rest = (float(part) for part in _POINT.split(text.strip()))
    except ValueError as error:
        raise ParameterProblem(f"定位“{text[:60]}”读不懂，应为“纬度 经度 高程 精度”。") from error
    return Fix(lon, lat, rest[1] if len(rest) > 1 else 0.0)


def moment_of(text: str | None, what: str) -> datetime:
    """Read a moment with its offset, as phones write it."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError as error:
        raise ParameterProblem(f"{what}“{(text or '')[:60]}”读不懂，应像 2024-06-30T09:07:00.000+08:00。") from error
    if moment.tzinfo is None:
        raise ParameterProblem(f"{what}“{(text or '')[:60]}”没有写明时区，无法登记。请检查手机的时间设置。")
    return moment


def day_of(text: str | None, what: str) -> date | None:
    """Read a day; None where it was not answered."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise ParameterProblem(f"{what}“{text[:60]}”读不懂，应像 2024-06-30。") from error
