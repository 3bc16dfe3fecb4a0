"""What people say of visits, beside the grade."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd

from coverage.evidence.figures import grade_figures
from coverage.evidence.grading import grade_visits
from coverage.evidence.reviews import looked_at_first, review_row, with_reviews
from tests.coverage.evidence.towns import AS_OF, TOWN, ledger, visit

PLACES = {"a": (0.0, 0.0), "b": (900.0, 0.0)}
ROWS = [
    visit("a", (1.0, 1.0), 0),
    visit("b", (100.0, 0.0), 60),
    visit("b", None, 120, officer="o2"),
    visit("a", (2.0, 1.0), 3000, officer="o2"),
]


def reviews(*told: tuple[str, str, str]) -> pd.DataFrame:
    """Give reviews: inspection, verdict, day."""
    rows = [
        review_row(where, n, verdict, "看了", "李", datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=UTC), TOWN)
        for n, (where, verdict, day) in enumerate(told)
    ]
    return pd.concat(rows, ignore_index=True) if rows else ledger({}, []).reviews


def test_the_latest_word_of_the_day_stands() -> None:
    """A later one counts from its day on; the grade stays what the evidence says."""
    graded = grade_visits(ledger(PLACES, ROWS), AS_OF)
    said = reviews(("i1", "doubtful", "2024-06-10"), ("i1", "genuine", "2024-06-20"), ("i9", "false", "2024-06-01"))
    for day, verdict in ((9, None), (10, "doubtful"), (20, "genuine")):
        told = with_reviews(graded.visits, said, TOWN, date(2024, 6, day)).set_index("inspection_id")
        assert (None if pd.isna(told["verdict"]["i1"]) else told["verdict"]["i1"]) == verdict
        assert told["grade"].tolist() == graded.visits["grade"].tolist()
        assert told["verdict"].notna().sum() == (verdict is not None)


def test_nobody_said_anything() -> None:
    """Without reviews every verdict is missing."""
    graded = grade_visits(ledger(PLACES, ROWS), AS_OF)
    assert with_reviews(graded.visits, reviews(), TOWN, AS_OF)["verdict"].isna().all()


def test_suspect_ones_come_first_until_somebody_looked() -> None:
    """The far one is first; reviewed, it is last."""
    graded = grade_visits(ledger(PLACES, ROWS), AS_OF)
    before = looked_at_first(with_reviews(graded.visits, reviews(), TOWN, AS_OF))
    assert before["inspection_id"].iloc[0] == "i1"
    after = looked_at_first(with_reviews(graded.visits, reviews(("i1", "genuine", "2024-06-10")), TOWN, AS_OF))
    assert after["inspection_id"].iloc[-1] == "i1"


def test_figures_add_up() -> None:
    """Grades of a group are its visits; groups together are the town."""
    graded = grade_visits(ledger(PLACES, ROWS), AS_OF)
    (town,) = grade_figures(graded, "town").to_dict("records")
    people = grade_figures(graded, "officer")
    for name in ("visits", "grade_a", "grade_b", "grade_c", "grade_d", "suspect"):
        assert people[name].sum() == town[name]
    assert sum(town[f"grade_{grade}"] for grade in "abcd") == town["visits"] == 4
    assert town["suspect_rate"] == town["suspect"] / 4
