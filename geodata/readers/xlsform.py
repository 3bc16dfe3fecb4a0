"""XLSForm definitions: which question a column answers, and what its codes mean.

Sheets `survey` (type, name, label) and `choices` (list_name, name, label), as https://xlsform.org/en/ref-table/ has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.errors import FileProblem
from geodata.readers.raw import RawTable
from geodata.readers.sheet import read_workbook
from geodata.untrusted import check_file

_CHINESE = re.compile(r"中文|汉语|chinese|zh", re.IGNORECASE)
_BY_KIND = {"image": "photos", "username": "officer"}


@dataclass(frozen=True)
class Question:
    """One question: its type, the list of its choices (empty for none), and its label in the form's language."""

    kind: str
    choices: str
    label: str


@dataclass(frozen=True)
class Form:
    """A form: name → question, list → code → label."""

    questions: Mapping[str, Question]
    choices: Mapping[str, Mapping[str, str]]


def read_form(path: Path) -> Form:
    """Read a definition; FileProblem for what is none."""
    check_file(path)
    book = read_workbook(path, ("survey", "choices"))
    sheets = {each.name: _rows(each.records) for each in book.sheets if each.name in ("survey", "choices")}
    survey = [row for row in sheets.get("survey", []) if row.get("name")]
    if not survey or "type" not in survey[0]:
        raise FileProblem(f"{path.name} 不是 XLSForm：要有工作表 survey，其中有 type、name、label 列。")
    questions = {row["name"]: _question(row) for row in survey}
    choices: dict[str, dict[str, str]] = {}
    for row in sheets.get("choices", []):
        group = row.get("list_name", row.get("list name", ""))
        if group and row.get("name"):
            choices.setdefault(group, {})[row["name"]] = _label(row) or row["name"]
    return Form(questions, choices)


def apply_form(raw: RawTable, form: Form) -> None:
    """Say by a form what the columns of its export mean, in place: labels as other words, codes as their labels."""
    answered = 0
    for header in raw.columns:
        question = form.questions.get(re.split(r"[/-]", header)[-1]) or form.questions.get(header)
        if question is None:
            continue
        answered += 1
        words = [word for word in (question.label, _BY_KIND.get(question.kind)) if word]
        raw.also[header] = (*words, *raw.also.get(header, ()))
        codes = form.choices.get(question.choices)
        if codes:
            raw.columns[header] = _decoded(raw.columns[header], codes, several=question.kind == "select_multiple")
    if not answered:
        raw.notes.append("表单定义（--form）里没有这个文件的题目，没有用上；请检查是不是同一份表单。")
    else:
        raw.notes.append(f"按表单定义读懂 {answered} 列的题目和选项。")


def _rows(records: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
    head = [str(cell).strip().lower() for cell in records[0]] if records else []
    return [
        {name: str(cell).strip().removesuffix(".0") for name, cell in zip(head, row, strict=False) if name}
        for row in records[1:]
    ]


def _question(row: Mapping[str, str]) -> Question:
    kind, _, choices = row["type"].partition(" ")
    return Question(kind, choices.strip().split(" ")[0], _label(row))


def _label(row: Mapping[str, str]) -> str:
    """Give the label in Chinese where there are several languages."""
    labels = {name: text for name, text in row.items() if name.split("::")[0] == "label" and text}
    chosen = next((name for name in labels if _CHINESE.search(name)), next(iter(labels), ""))
    return labels.get(chosen, "")


def _decoded(values: Sequence[Any], codes: Mapping[str, str], *, several: bool) -> list[Any]:
    def decode(value: Any) -> Any:
        if value is None:
            return None
        text = str(value).strip().removesuffix(".0")
        return ";".join(codes.get(part, part) for part in text.split()) if several else codes.get(text, value)

    return [decode(value) for value in values]
