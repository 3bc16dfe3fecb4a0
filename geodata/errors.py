"""What can go wrong, one class a kind. The doors (`api`) turn each class into an exit code or an HTTP status."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One rejected value: the row a person sees in the file (header is row 1), column, value, and what to do."""

    row: int
    column: str
    value: str
    problem: str

    def as_dict(self) -> dict[str, Any]:
        """Give the contract's JSON shape `{"row", "column", "value", "problem"}`."""
        return asdict(self)


class WanggeError(Exception):
    """The data or the store says no. Its text is a full sentence for a clerk, with the remedy."""


class Unreadable(ValueError):
    """A value is not of its column's kind; the text says what is accepted. It becomes a `Fault` of its row."""


class FileProblem(WanggeError):
    """The file as a whole can't be trusted (missing, empty, not what it says, wrong table): nothing was written."""


class FontProblem(WanggeError):
    """The machine has no font with Chinese characters: no paper can be set."""


class RowsRejected(WanggeError):
    """With `--strict`, at least one row was rejected: nothing was written."""

    def __init__(self, message: str, faults: list[Fault]) -> None:
        super().__init__(message)
        self.faults = faults


class StoreProblem(WanggeError):
    """The store is missing, already there, locked, read-only, or not a wangge store."""


class DiskFullProblem(StoreProblem):
    """There is no room for what should be written; nothing was."""


class RulesProblem(WanggeError):
    """The rules can't be read; names the rule and the key."""


class QuestionProblem(WanggeError):
    """A figure was asked for that the town can't answer (unknown area, no areas of that level, bad day)."""


class NamedProblem(WanggeError):
    """A row names a place, an inspection or a hazard that is not there, or not any more: it was not written."""


class UndoProblem(WanggeError):
    """An import can't be undone; names the rows in the way and what must be undone first."""


class AdoptProblem(WanggeError):
    """A division can't come into force (its day, no such draft, the areas changed meanwhile); says what to do."""


class DraftProblem(AdoptProblem):
    """There is no draft of that number, or not any more: it was adopted or thrown away."""


class ChangedProblem(WanggeError):
    """Somebody changed it since it was seen; nothing was written."""

    def __init__(self, message: str = "看过以后这里又有改动，没有写入。请看过最新情况再办理。") -> None:
        super().__init__(message)


class StepProblem(WanggeError):
    """A step of a hazard's life can't be taken; says everything that is in the way."""


class DivideProblem(WanggeError):
    """The town can't be divided as asked; says what is in the way, where, and what can be done."""
