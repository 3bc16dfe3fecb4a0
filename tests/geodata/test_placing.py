"""Places without coordinates: kept, placed by the user's gazetteer, and told apart for as long as that holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geodata.errors import FileProblem
from geodata.importing import ImportReport, import_file
from geodata.placing import BY_ADDRESS
from geodata.store import Store

Write = Callable[..., Path]
HEADER = "编号,名称,地址,经度,纬度\n"
GAZETTEER = (
    "地名,地址,经度,纬度\n甲厂,人民路1号,113.611,22.811\n乙店,人民路2号,113.612,22.812\n,人民路2号,113.632,22.812\n"
)


def load(store: Store, path: Path, **how: Any) -> ImportReport:
    """Import places, WGS 84 throughout."""
    return import_file(store, "places", [path], datum="wgs84", gazetteer_datum="wgs84", **how)[0]


def place(store: Store, key: str) -> tuple[float | None, str | None]:
    """Give a place's longitude and tags."""
    it = store.ledger("places").places.set_index("id").loc[key]
    return (None if it.geometry is None else it.geometry.x), (None if pd.isna(it["tags"]) else it["tags"])


def test_placed_and_told(town: Store, file: Write) -> None:
    """A place is placed by address and tagged; the report says row, how and entry; ambiguous and unknown ones stay."""
    rows = "A,一,甲镇人民路1号,,\nB,二,人民路2号,,\nC,三,沙角路9号,,\nD,四,人民路1号,113.62,22.85\n"
    report = load(town, file("p.csv", HEADER + rows), gazetteer=file("g.csv", GAZETTEER))
    assert [(p.row, p.how, p.score, p.entry, p.entry_row) for p in report.placed] == [
        (2, "exact", 100.0, "人民路1号", 2)
    ]
    assert [(a.row, a.entries, a.entry_rows) for a in report.ambiguous] == [(3, ("人民路2号", "人民路2号"), (3, 4))]
    assert place(town, "A") == (113.611, BY_ADDRESS)
    assert place(town, "B") == place(town, "C") == (None, None)
    assert place(town, "D") == (113.62, None)
    assert any("2 行没有坐标" in warning for warning in report.warnings)


def test_without_columns_of_coordinates(town: Store, file: Write) -> None:
    """A file without columns of coordinates is placed too; a position that the store has is not touched."""
    load(town, file("a.csv", HEADER + "A,一,人民路1号,113.62,22.85\n"))
    report = load(
        town, file("b.csv", "编号,名称,地址\nA,一,人民路1号\nB,二,人民路1号\n"), gazetteer=file("g.csv", GAZETTEER)
    )
    assert (report.unchanged, report.inserted, [p.row for p in report.placed]) == (1, 1, [3])
    assert place(town, "A") == (113.62, None)
    assert place(town, "B") == (113.611, BY_ADDRESS)


def test_again_changes_nothing(town: Store, file: Write) -> None:
    """The same file again, with the gazetteer or without it, changes nothing."""
    path, gazetteer = file("p.csv", HEADER + "A,一,人民路1号,,\nC,三,沙角路9号,,\n"), file("g.csv", GAZETTEER)
    load(town, path, gazetteer=gazetteer)
    assert load(town, path, gazetteer=gazetteer).unchanged == 2
    assert load(town, path).unchanged == 2
    assert load(town, file("q.csv", "编号,名称,地址\nA,一,人民路1号\n")).unchanged == 1


def test_other_address(town: Store, file: Write) -> None:
    """When the address changes, the position by the old one goes, and its tag; other tags stay."""
    header = "编号,名称,地址,标签\n"
    load(town, file("p.csv", header + "A,一,人民路1号,夜市;\n"), gazetteer=file("g.csv", GAZETTEER))
    assert place(town, "A") == (113.611, f"夜市;{BY_ADDRESS}")
    load(town, file("q.csv", header + "A,一,沙角路9号,夜市\n"))
    assert place(town, "A") == (None, "夜市")


def test_real_coordinates(town: Store, file: Write) -> None:
    """Coordinates of a later file replace the address's position, and the tag goes."""
    load(town, file("p.csv", HEADER + "A,一,人民路1号,,\n"), gazetteer=file("g.csv", GAZETTEER))
    load(town, file("q.csv", HEADER + "A,一,人民路1号,113.63,22.86\n"))
    assert place(town, "A") == (113.63, None)


def test_tag_of_the_file(town: Store, file: Write) -> None:
    """A file that says itself that a position is the address's (an export) is believed; its other rows keep theirs."""
    load(town, file("p.csv", HEADER + "A,一,人民路1号,,\n"), gazetteer=file("g.csv", GAZETTEER))
    rows = f"A,一,人民路1号,113.611,22.811,{BY_ADDRESS}\n"
    assert load(town, file("q.csv", HEADER.strip() + ",标签\n" + rows)).unchanged == 1
    load(town, file("r.csv", HEADER.strip() + ",标签\n" + rows.replace(BY_ADDRESS, "")))
    assert place(town, "A") == (113.611, None)


def test_community_tells_apart(town: Store, file: Write) -> None:
    """The town's communities tell streets of one name apart."""
    gazetteer = "地址,经度,纬度\n东村一巷3号,113.611,22.811\n西村一巷3号,113.661,22.811\n"
    rows = "A,一,甲镇西村一巷3号,,\nB,二,一巷3号,,\n"
    report = load(town, file("p.csv", HEADER + rows), gazetteer=file("g.csv", gazetteer))
    assert place(town, "A") == (113.661, BY_ADDRESS)
    assert [each.row for each in report.ambiguous] == [3]


def test_datum_of_the_gazetteer(town: Store, file: Write) -> None:
    """The gazetteer has a datum of its own."""
    path = file("p.csv", HEADER + "A,一,人民路1号,,\n")
    how = {"datum": "wgs84", "gazetteer": file("g.csv", GAZETTEER), "gazetteer_datum": "gcj02"}
    import_file(town, "places", [path], **how)  # type: ignore[arg-type]
    lon, _ = place(town, "A")
    assert lon is not None
    assert 0.003 < 113.611 - lon < 0.008


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("行业,经度,纬度\n厂,113.6,22.8\n", "既没有名称也没有地址"),
        ("地址,行业\n人民路1号,厂\n", "没有坐标"),
        ("", "地名库：g.csv"),
    ],
)
def test_no_gazetteer(town: Store, file: Write, text: str, said: str) -> None:
    """A gazetteer that is none is refused, named as such, and nothing is written."""
    with pytest.raises(FileProblem, match="地名库") as problem:
        load(town, file("p.csv", HEADER + "A,一,人民路1号,,\n"), gazetteer=file("g.csv", text))
    assert said in str(problem.value)
    assert len(town.ledger("places").places) == 3
