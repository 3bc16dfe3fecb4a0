"""Reports, and the appraisal of a quarter."""

from __future__ import annotations

from datetime import date

from api.described.shapes import Shape


class ReportFile(Shape):
    """A file of a report: what it is called and where it is fetched."""

    name: str
    address: str


class ReportFiles(Shape):
    """The files of a report."""

    kind: str
    title: str
    period: str
    as_of: date
    files: list[ReportFile]


class AppraisedBy(Shape):
    """An indicator of an appraisal and its weight, of a hundred."""

    name: str
    title: str
    weight: float


class AppraisedPart(Shape):
    """What a unit has of an indicator; value and points are null where the whole is 0."""

    part: int
    whole: int
    value: float | None
    points: float | None
    opens: str


class AppraisedUnit(Shape):
    """The score of a unit; equal scores share a rank, null where there is nothing to score."""

    rank: int | None
    key: str
    name: str
    score: float | None
    left_out: str
    indicators: dict[str, AppraisedPart]


class AppraisalAnswer(Shape):
    """The appraisal of a quarter, and the words of its circular."""

    as_of: date
    town: str
    unit: str
    period: str
    indicators: list[AppraisedBy]
    rows: list[AppraisedUnit]
    notice: str
