"""How urgent a gap is."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from coverage.scoring import Factors, hazard_history, history_factor, of_size, score_sentences, worry_factor
from geodata.model import Town

TOWN = Town("样板镇", "441900121")


def hazards(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    """Give hazards by place, moment, level and whether they are void."""
    frame = pd.DataFrame(rows, columns=["place_id", "found_at", "level", "void"])
    return frame.assign(found_at=pd.to_datetime(frame["found_at"]).dt.tz_localize("Asia/Shanghai").astype("M8[s, UTC]"))


def test_hazards_of_the_year_before_count() -> None:
    """A year back to the day counts, town-local; later ones, older ones and those written down by mistake don't."""
    found = hazards(
        ("a", "2024-06-20 23:59:59", "一般", False),
        ("a", "2023-06-22 00:00:00", "一般", False),
        ("a", "2023-06-20 12:00:00", "一般", False),
        ("a", "2024-06-21 00:00:00", "一般", False),
        ("b", "2024-01-01 08:00:00", "重大", False),
        ("b", "2024-01-01 08:00:00", "重大", True),
    )
    assert hazard_history(found, TOWN, date(2024, 6, 20)).to_dict() == {"a": 2.0, "b": 5.0}


def test_history_doubles_at_most() -> None:
    """No hazard leaves the score, ten and more double it; not asked for, it is 1."""
    history = pd.Series({"a": 3.0, "b": 40.0})
    assert history_factor(pd.Series(["a", "b", "c"]), history).tolist() == [1.3, 2.0, 1.0]
    assert history_factor(pd.Series(["a", "b"]), None).tolist() == [1.0, 1.0]


def test_worrying_places_weigh_more() -> None:
    """The tag must stand by itself among the tags."""
    assert worry_factor(pd.Series(["重点;不放心点位", "不放心点位", "很不放心点位", None])).tolist() == [1.5, 1.5, 1, 1]


def test_size_counts_whole_or_in_pieces() -> None:
    """Twice the ground or street weighs twice; who was there in the period before is half as urgent."""
    factors = of_size(pd.Series([1.0, 2.0, 2.0]), pd.Series([1.0, 30.0, np.nan]), [False, True, True])
    assert factors.stake.tolist() == [1.0, 2.0, 2.0]
    assert factors.score.tolist() == [0.5, 24.0, 24.0]


def test_the_score_is_explained() -> None:
    """The sentence names each factor that moves the score."""
    one = np.ones(2)
    factors = Factors(4 * one, np.array([1, 0.5]), np.array([12, 0.25]), np.array([1.3, 1]), np.array([1.5, 1]))
    frame = pd.DataFrame({"score": factors.score, **factors.columns()})
    assert score_sentences(frame, "风险") == [
        "93.6 = 风险4 × 逾期1 × 间隔12期 × 隐患史1.3 × 不放心点位1.5",
        "0.5 = 风险4 × 待查0.5 × 间隔0.25期",
    ]
