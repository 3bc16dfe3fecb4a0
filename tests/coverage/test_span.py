"""Days of which the ledger of inspections says nothing."""

from datetime import date

import pandas as pd
import pytest

from coverage.span import unheard
from geodata.ledger import Ledger
from geodata.model import Town

TOWN = Town("样板镇", "441900121")


def ledger(*days: str) -> Ledger:
    """Give a ledger with inspections on those days, at one in the morning in the town."""
    at = pd.Series(pd.to_datetime([f"{day} 01:00" for day in days]), dtype="datetime64[s]").dt.tz_localize(
        TOWN.timezone
    )
    return Ledger(TOWN, {"inspections": pd.DataFrame({"at": at})})


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        (date(2023, 12, 31), "从 2024-01-01 开始"),
        (date(2024, 1, 31), "从 2024-01-01 开始"),
        (date(2024, 2, 1), None),
        (date(2024, 6, 30), None),
        (date(2024, 7, 1), "最后一条检查记录是 2024-06-30"),
    ],
)
def test_before_between_after(as_of: date, said: str | None) -> None:
    """Before the first record, a month after it and after the last, the figures may only lack records: it is said."""
    told = unheard(ledger("2024-06-30", "2024-01-01"), as_of)
    assert (told is None) if said is None else (told is not None and said in told)


def test_no_inspection_at_all() -> None:
    """A ledger without inspections proves nothing."""
    assert "还没有任何检查记录" in (unheard(ledger(), date(2024, 6, 30)) or "")
