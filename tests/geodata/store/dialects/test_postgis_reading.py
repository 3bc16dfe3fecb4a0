"""Columns as the server sends them: what another program wrote, and what no frame can hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import StoreProblem
from geodata.store import Store
from geodata.store.dialects.postgis_reading import decode_column
from geodata.store.location import Address, Where
from geodata.tables import TABLES
from tests.geodata.store.elsewhere import elsewhere
from tests.postgres import fresh

pytestmark = pytest.mark.postgis
EWKB_POINT = bytes.fromhex("0101000020E6100000") + np.array([113.5, 22.5]).tobytes()


@pytest.fixture
def path(postgres: str) -> Address:
    """Say where the store is."""
    return fresh(postgres)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("places", "opened", "infinity"), ("places", "opened", "0044-03-15 BC"), ("inspections", "at", "-infinity")],
)
def test_a_day_that_no_calendar_holds_is_named(store: Store, path: Where, table: str, column: str, value: str) -> None:
    """What PostgreSQL can hold and a frame can't stops the reading with table, column and remedy."""
    elsewhere(path, f"INSERT INTO {table} (id, {column}) VALUES ('Q', '{value}')")
    with pytest.raises(StoreProblem, match=rf"表 {table}.*的列 {column} .*wangge check"):
        store.ledger(table)


def test_moments_and_shapes_of_other_programs() -> None:
    """Parts of a second are dropped, before 2000 too; big-endian, high, empty and missing shapes are plane or None."""
    moments = decode_column(TABLES["inspections"], "at", [1, None, -1], "Asia/Shanghai")
    assert moments.tolist()[::2] == [
        pd.Timestamp("2000-01-01T08:00:00+08:00"),
        pd.Timestamp("2000-01-01T07:59:59+08:00"),
    ]
    assert pd.isna(moments[1])
    big = shapely.to_wkb(shapely.Point(1, 2, 3), byte_order=0, include_srid=True)
    empty = shapely.to_wkb(shapely.Point())
    shapes = decode_column(TABLES["places"], "geometry", [EWKB_POINT, None, big, empty], "UTC")
    assert [None if shape is None else (shape.x, shape.y, shape.has_z) for shape in shapes] == [
        (113.5, 22.5, False),
        None,
        (1, 2, False),
        None,
    ]
    assert decode_column(TABLES["places"], "geometry", [EWKB_POINT, None], "UTC")[0] == shapely.Point(113.5, 22.5)
    assert decode_column(TABLES["places"], "geometry", [], "UTC").tolist() == []
