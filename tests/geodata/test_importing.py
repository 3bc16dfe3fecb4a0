"""A file's way into the store: every row accounted for, bad input told with row and column, nothing half-written."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import FileProblem, RowsRejected
from geodata.importing import ImportReport, import_file
from geodata.store import Store

Write = Callable[..., Path]
PLACES = "编号,企业名称,行业,风险等级,经度,纬度\n"


def load(store: Store, table: str, path: Path, **how: Any) -> ImportReport:
    """Import one file."""
    return import_file(store, table, [path], **how)[0]


def refused(store: Store, table: str, path: Path, **how: Any) -> str:
    """Import a file that must be refused; give the message, and see that nothing was written."""
    version, before = store.version(), store.ledger().frames
    with pytest.raises(FileProblem) as problem:
        load(store, table, path, **how)
    assert store.version() == version
    for name, frame in store.ledger().frames.items():
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(before[name]))
    return str(problem.value)


def told(report: ImportReport) -> list[tuple[int, str, str]]:
    """Give row, column and problem of what was rejected."""
    return [(fault.row, fault.column, fault.problem) for fault in report.rejected]


# ── what must come in ──


def test_gbk_ledger(town: Store, file: Write) -> None:
    """A GBK csv with Chinese headers comes in; encoding and datum are said; a second import changes nothing."""
    path = file("places.csv", PLACES + "P9,鑫旺加工厂,工贸,较大,113.62,22.86\n", "gbk")
    first = load(town, "places", path)
    assert (first.rows_read, first.inserted, first.encoding, first.datum.system) == (1, 1, "gbk", "wgs84")
    assert first.datum.how == "assumed"
    again = load(town, "places", path)
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 1)
    place = town.ledger("places").places.set_index("id").loc["P9"]
    assert (place["name"], place["risk"], place["status"], place.geometry.x) == ("鑫旺加工厂", "较大", "open", 113.62)


def test_changed_row_is_updated(town: Store, file: Write) -> None:
    """A row that differs is updated; columns that the file does not have stay."""
    load(town, "places", file("a.csv", PLACES + "P9,旧名,工贸,较大,113.62,22.86\n"))
    report = load(town, "places", file("b.csv", "编号,企业名称\nP9,新名\n"))
    assert report.updated == 1
    place = town.ledger("places").places.set_index("id").loc["P9"]
    assert (place["name"], place["risk"], place.geometry.x) == ("新名", "较大", 113.62)


def test_utf16_and_tabs(town: Store, file: Write) -> None:
    """What Excel calls “Unicode text” comes in: UTF-16 with tabs."""
    path = file("places.txt", "编号\t企业名称\nP9\t鑫旺厂\n", "utf-16")
    assert load(town, "places", path).inserted == 1


def test_workbook(town: Store, tmp_path: Path) -> None:
    """A workbook with a title above the header comes in; ids that are numbers stay ids; rows are the sheet's."""
    path = tmp_path / "places.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("台账")
    for row, values in enumerate(
        [["某镇监管场所台账"], ["编号", "企业名称", "从业人数"], [1001, "一号厂", 12], [1002, "二号厂", "很多"]]
    ):
        sheet.write_row(row, 0, values)
    book.close()
    report = load(town, "places", path)
    assert report.inserted == 1
    assert told(report) == [(4, "从业人数", "应为整数")] or told(report) == [(4, "从业人数", "应为数字")]
    place = town.ledger("places").places.set_index("id").loc["1001"]
    assert place["headcount"] == 12


def test_column_option(town: Store, file: Write) -> None:
    """`--column` names a header that is not understood as it comes."""
    path = file("places.csv", "编号,字号\nP9,鑫旺厂\n")
    assert "name" in refused(town, "places", path)
    assert load(town, "places", path, columns={"name": "字号"}).inserted == 1


def test_declared_datum(town: Store, file: Write) -> None:
    """Positions declared GCJ-02 are moved to WGS 84, some hundred metres."""
    path = file("places.csv", PLACES + "P9,鑫旺厂,工贸,较大,113.62,22.86\n")
    report = load(town, "places", path, datum="gcj02")
    assert (report.datum.system, report.datum.how) == ("gcj02", "declared")
    point = town.ledger("places").places.set_index("id").loc["P9"].geometry
    assert 0.003 < 113.62 - point.x < 0.007


def test_inspections(town: Store, file: Write) -> None:
    """An inspection without `by` is an inspector's, without `kind` routine, without time that day."""
    report = load(town, "inspections", file("i.csv", "企业编号,检查时间,检查人,经度,纬度\nP1,2024年3月5日,甲,,\n"))
    assert report.inserted == 1
    assert "1 行没有坐标" in report.warnings[-1]
    row = town.ledger("inspections").inspections.iloc[0]
    assert (row["by"], row["kind"], row["at"].isoformat()) == ("inspector", "routine", "2024-03-05T00:00:00+08:00")
    assert row["id"].startswith("auto-")


def test_inspection_by_name(town: Store, file: Write) -> None:
    """Without place id a name that one place has is enough."""
    report = load(town, "inspections", file("i.csv", "企业名称,检查时间\n一厂,2024-03-05\n没有的厂,2024-03-05\n"))
    assert report.inserted == 1
    assert told(report) == [(3, "企业名称", "库里没有这个场所，请先导入场所台账（wangge import … places），或改正编号")]
    assert town.ledger("inspections").inspections["place_id"].tolist() == ["P1"]


def test_timed_points_become_tracks(town: Store, file: Write) -> None:
    """A csv of timed points becomes one track per officer and day."""
    text = "安全员,时间,经度,纬度\n甲,2024-03-05 09:00,113.61,22.85\n甲,2024-03-05 09:01,113.611,22.85\n"
    text += "乙,2024-03-05 9:00,113.6,22.8\n"
    report = load(town, "tracks", file("t.csv", text))
    assert (report.inserted, told(report)) == (1, [(4, "geometry", "只有一个点，连不成轨迹")])
    track = town.ledger("tracks").tracks.iloc[0]
    assert (track["officer"], track["times"]) == ("甲", "0;60")


def test_gpx(town: Store, file: Write) -> None:
    """A GPX track comes in under its name; a track without times is rejected with the reason."""
    point = '<trkpt lat="22.85" lon="113.60{n}"><time>2024-03-05T01:0{n}:00Z</time></trkpt>'
    track = f"<trk><name>甲</name><trkseg>{point.format(n=1)}{point.format(n=2)}</trkseg></trk>"
    bare = '<trk><name>乙</name><trkseg><trkpt lat="22.85" lon="113.6"/></trkseg></trk>'
    text = f'<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="x">{track}{bare}</gpx>'
    report = load(town, "tracks", file("t.gpx", text))
    assert (report.rows_read, report.inserted, [fault.row for fault in report.rejected]) == (2, 1, [2])
    assert town.ledger("tracks").tracks["start"].iloc[0].isoformat() == "2024-03-05T09:01:00+08:00"


def test_dry_run(town: Store, file: Write) -> None:
    """A dry run gives the counts and writes nothing."""
    version = town.version()
    report = load(town, "places", file("p.csv", "编号,企业名称\nP9,新厂\nP1,改名\n"), dry_run=True)
    assert (report.inserted, report.updated, report.dry_run) == (1, 1, True)
    assert town.version() == version
    assert "P9" not in set(town.ledger("places").places["id"])


# ── bad input ──


def test_missing_file(town: Store, tmp_path: Path) -> None:
    """A file that is not there, and a folder."""
    assert "找不到文件" in refused(town, "places", tmp_path / "no.csv")
    assert "不是文件" in refused(town, "places", tmp_path)


def test_empty_files(town: Store, file: Write) -> None:
    """An empty file, one with only a header, one of blanks."""
    assert "空文件" in refused(town, "places", file("a.csv", ""))
    assert "只有表头" in refused(town, "places", file("b.csv", PLACES))
    assert "没有内容" in refused(town, "places", file("c.csv", "\n\n \n"))


def test_wrong_table(town: Store, file: Write) -> None:
    """A hazard ledger given as places: says what is missing, and which table fits."""
    path = file("h.csv", "隐患编号,发现时间,隐患等级,整改时间\nH1,2024-03-05,一般,\n")
    said = refused(town, "places", path)
    assert "企业名称" in said
    assert "更像是隐患" in said
    officers = refused(town, "officers", file("p.csv", PLACES + "P9,甲厂,工贸,低,113.63,22.86\n"))
    assert "更像是监管场所" in officers


def test_unknown_headers(town: Store, file: Write) -> None:
    """Headers that are not understood: the missing fields, the nearest found, the remedy."""
    said = refused(town, "places", file("p.csv", "序号,企业名城\n1,鑫旺厂\n"))
    assert "id" in said
    assert "最接近的列是“企业名城”" in said
    assert "--column" in said


def test_swapped_file(town: Store, file: Write) -> None:
    """Longitude and latitude swapped in every row: read the other way round, which the report says."""
    path = file("p.csv", PLACES + "P9,甲厂,工贸,低,22.85,113.62\nP8,乙厂,工贸,低,22.86,113.63\n")
    report = load(town, "places", path)
    assert (report.inserted, report.datum.swapped) == (2, True)
    assert "经纬度颠倒" in report.datum.evidence
    assert any("经纬度颠倒" in warning for warning in report.warnings)


def test_swapped_file_declared(town: Store, file: Write) -> None:
    """A declared system holds: a file swapped in every row is then refused with the remedy."""
    path = file("p.csv", PLACES + "P9,甲厂,工贸,低,22.85,113.62\nP8,乙厂,工贸,低,22.86,113.63\n")
    assert "写反" in refused(town, "places", path, datum="wgs84")


def test_swapped_row(town: Store, file: Write) -> None:
    """Swapped in one row: that row is rejected, the others come in."""
    rows = "P9,甲厂,工贸,低,22.85,113.62\nP8,乙厂,工贸,低,113.63,22.86\n"
    report = load(town, "places", file("p.csv", PLACES + rows))
    assert report.inserted == 1
    assert [(row, column) for row, column, _ in told(report)] == [(2, "经度")]
    assert "写反" in report.rejected[0].problem


def test_swapped_beyond_the_pole(town: Store, file: Write) -> None:
    """A latitude over 90 is said to be swapped even where the town has no areas near."""
    rows = "P9,甲厂,工贸,低,39.9,116.4\nP8,乙厂,工贸,低,113.63,22.86\n"
    report = load(town, "places", file("p.csv", PLACES + rows))
    assert "写反" in report.rejected[0].problem


def test_outside_town(town: Store, file: Write) -> None:
    """A place far outside the town comes in and is told with its row; so is one in no area."""
    rows = "P9,甲厂,工贸,低,120.0,30.0\nP8,乙厂,工贸,低,113.71,22.86\n"
    report = load(town, "places", file("p.csv", PLACES + rows))
    assert report.inserted == 2
    assert any("20 公里以外" in said and "第 2 行" in said for said in report.warnings)
    assert any("不在任何区域内" in said and "第 3 行" in said for said in report.warnings)


def test_half_a_position(town: Store, file: Write) -> None:
    """A longitude without latitude, 0/0, and no number: rejected with column and remedy."""
    rows = "P7,甲,工贸,低,113.6,\nP8,乙,工贸,低,0,0\nP9,丙,工贸,低,东经,22.8\nP6,丁,工贸,低,113.6,22.85\n"
    report = load(town, "places", file("p.csv", PLACES + rows))
    assert [(row, column) for row, column, _ in told(report)] == [(2, "纬度"), (3, "经度"), (4, "经度")]


def test_bad_dates(town: Store, file: Write) -> None:
    """Dates in the office's ways come in; one that is none is rejected with row, column, value and what may stand."""
    text = "企业编号,检查时间\nP1,45292\nP1,2024年3月5日\nP1,2024/3/5 9:07\nP1,上周三\nP1,\n"
    report = load(town, "inspections", file("i.csv", text))
    assert report.inserted == 3
    first, second = report.rejected
    assert (first.row, first.column, first.value) == (5, "检查时间", "上周三")
    assert "2024年3月5日" in first.problem
    assert (second.row, second.problem) == (6, "必填，不能为空")


def test_duplicate_ids(town: Store, file: Write) -> None:
    """The second row of an id is rejected and names the first."""
    report = load(town, "places", file("p.csv", "编号,企业名称\nP9,甲厂\nP9,乙厂\n"))
    assert report.inserted == 1
    assert [(row, column) for row, column, _ in told(report)] == [(3, "编号")]
    assert "第 2 行" in report.rejected[0].problem


def test_unknown_inspection_of_a_hazard(town: Store, file: Write) -> None:
    """A hazard of an inspection that is not there comes in, and is told with its row."""
    report = load(town, "hazards", file("h.csv", "隐患编号,发现时间,检查编号\nH1,2024-03-05,J9\n"))
    assert report.inserted == 1
    assert "1 行的检查编号在库里找不到，照样导入：第 2 行。" in report.warnings


def test_a_ledger_of_closed_hazards_without_found_dates(town: Store, file: Write) -> None:
    """A table that lacks the column is refused and says which; a row that lacks the date is rejected."""
    assert "发现时间" in refused(town, "hazards", file("h.csv", "隐患编号,销号时间\nH1,2024-03-05\n"))
    report = load(
        town, "hazards", file("g.csv", "隐患编号,发现时间,销号时间\nH1,,2024-03-05\nH2,2024-03-01,2024-03-05\n")
    )
    assert (report.inserted, told(report)) == (1, [(2, "发现时间", "必填，不能为空")])


def test_hazards_that_can_not_be(town: Store, file: Write) -> None:
    """Closed before found, an unknown level, one id told in two ways: by row, with what to do; nothing is guessed."""
    text = (
        "隐患编号,发现时间,隐患等级,整改期限,销号时间\n"
        "H1,2024-03-05,一般,,2024-03-01\n"
        "H2,2024-03-05,特别重大,,\n"
        "H3,2024-03-05,一般,2024-03-01,\n"
        "H4,2024-03-05,一般,2024-03-20,\n"
        "H4,2024-03-05,重大,2024-03-20,\n"
        "H5,2024-03-05,重大,,2024-03-06\n"
    )
    report = load(town, "hazards", file("h.csv", text))
    assert [(row, column) for row, column, _ in told(report)] == [
        (2, "销号时间"),
        (3, "隐患等级"),
        (5, "隐患编号"),
        (6, "隐患编号"),
    ]
    assert "早于发现（2024-03-05）" in report.rejected[0].problem
    assert "一般" in report.rejected[1].problem
    assert "重大" in report.rejected[1].problem
    assert report.rejected[2].problem.startswith("第 5、6 行编号重复而内容不同（隐患等级），都没有导入")
    assert any("整改期限早于发现日期" in said and "第 4 行" in said for said in report.warnings)
    assert set(town.ledger("hazards").hazards["id"]) == {"H3", "H5"}


def test_hazards_without_ids_told_in_two_ways(town: Store, file: Write) -> None:
    """What is known by place, time and words alone contradicts itself as well; the same row twice comes in once."""
    text = "企业编号,发现时间,隐患类别,隐患等级\nP1,2024-03-05,电气,一般\nP1,2024-03-05,电气,重大\n"
    again = "P1,2024-03-06,电气,一般\nP1,2024-03-06,电气,一般\n"
    report = load(town, "hazards", file("h.csv", text + again))
    assert (report.inserted, [fault.row for fault in report.rejected]) == (1, [2, 3, 5])


def test_swapped_areas(town: Store, file: Write) -> None:
    """Areas whose coordinates are swapped, and can be on the earth so, are refused where the town is known."""
    ring = [[22.8, 83.0], [22.81, 83.0], [22.81, 83.01], [22.8, 83.0]]
    feature = {"type": "Feature", "properties": {"编码": "G1"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = file("a.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert any("20 公里以外" in said for said in load(town, "areas", path, level="grid", dry_run=True).warnings)
    box = {"编码": "C9", "级别": "社区"}
    wide = [[82.9, 22.7], [83.1, 22.7], [83.1, 22.9], [82.9, 22.7]]
    wide_feature = {"type": "Feature", "properties": box, "geometry": {"type": "Polygon", "coordinates": [wide]}}
    load(town, "areas", file("b.geojson", json.dumps({"type": "FeatureCollection", "features": [wide_feature]})))
    assert "写反" in refused(town, "areas", path, level="grid")


def test_evidence_of_the_datum(town: Store, file: Write) -> None:
    """The report says how the positions lie to the town."""
    report = load(town, "places", file("p.csv", PLACES + "P9,甲厂,工贸,低,113.63,22.86\nP8,乙厂,工贸,低,120,30\n"))
    assert "2 行有坐标，其中 1 行在本镇" in report.datum.evidence


def test_two_areas_with_one_code(town: Store, file: Write) -> None:
    """Two areas of one level with one code: the second is rejected."""
    box = {"type": "Polygon", "coordinates": [[[113.6, 22.8], [113.61, 22.8], [113.61, 22.81], [113.6, 22.8]]]}
    feature = {"type": "Feature", "properties": {"编码": "G1", "级别": "网格"}, "geometry": box}
    text = json.dumps({"type": "FeatureCollection", "features": [feature, feature]})
    report = load(town, "areas", file("a.geojson", text))
    assert (report.inserted, [fault.row for fault in report.rejected]) == (1, [2])


def test_unknown_place(town: Store, file: Write) -> None:
    """An inspection of a place that is not there is rejected; the others come in."""
    report = load(town, "inspections", file("i.csv", "企业编号,检查时间\nP1,2024-03-05\nP77,2024-03-05\n"))
    assert report.inserted == 1
    assert (report.rejected[0].row, report.rejected[0].value) == (3, "P77")


def test_strict(town: Store, file: Write) -> None:
    """With `strict` one bad row keeps the whole file out."""
    version = town.version()
    with pytest.raises(RowsRejected) as problem:
        load(town, "inspections", file("i.csv", "企业编号,检查时间\nP1,2024-03-05\nP77,2024-03-05\n"), strict=True)
    assert problem.value.faults[0].row == 3
    assert town.version() == version


def test_strict_over_files(town: Store, file: Write) -> None:
    """With `strict` a bad row in the second file keeps the first one out too; so does a file that can't be trusted."""
    good = file("a.csv", "编号,企业名称\nP9,甲厂\n")
    bad = file("b.csv", "编号,企业名称,从业人数\nP8,乙厂,很多\nP7,丙厂,3\n")
    version = town.version()
    with pytest.raises(RowsRejected, match=r"b\.csv 有 1 行"):
        import_file(town, "places", [good, bad], strict=True)
    with pytest.raises(FileProblem):
        import_file(town, "places", [good, file("c.csv", "")])
    assert town.version() == version


def test_no_row_left(town: Store, file: Write) -> None:
    """A file of which no row can be used is refused and names the first."""
    assert "第 2 行" in refused(town, "inspections", file("i.csv", "企业编号,检查时间\nP77,2024-03-05\n"))


def test_not_a_workbook(town: Store, tmp_path: Path) -> None:
    """Text renamed to .xlsx, a zip that is no workbook, a zip that unfolds beyond measure."""
    text = tmp_path / "a.xlsx"
    text.write_text("编号,企业名称\nP9,甲厂\n", encoding="utf-8")
    assert "不是工作簿" in refused(town, "places", text)
    for name, entries, said in (
        ("b.xlsx", {"a.txt": b"x"}, "没有工作簿"),
        ("c.xlsx", {"xl/workbook.xml": b" " * 500_000_000}, "展开后"),
    ):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, data in entries.items():
                archive.writestr(entry, data)
        assert said in refused(town, "places", path)


def test_other_ending(town: Store, file: Write) -> None:
    """A format that is not read yet is named, with those that are."""
    said = refused(town, "places", file("p.dwg", "x"))
    assert ".dwg" in said
    assert ".xlsx" in said


def test_bytes_that_fit_no_encoding(town: Store, tmp_path: Path) -> None:
    """Bytes that are no text: the line is named, and `--encoding`."""
    path = tmp_path / "p.csv"
    path.write_bytes("编号,企业名称\nP9,甲厂\n".encode() + b"P8,\xff\xff\n")
    said = refused(town, "places", path)
    assert "第 3 行" in said
    assert "--encoding" in said


def test_plane_coordinates_are_asked_for(town: Store, file: Write) -> None:
    """Metres without a declared system: the file is refused and asks for `--datum`."""
    path = file("p.csv", PLACES + "P9,甲厂,工贸,低,469000,2528000\n")
    assert "--datum epsg" in refused(town, "places", path)
    assert load(town, "places", path, datum="epsg:4547").inserted == 1


def test_geojson_driver_tricks(town: Store, file: Write, tmp_path: Path) -> None:
    """A .geojson that holds another format is no way to other files."""
    (tmp_path / "secret.csv").write_text("编号,企业名称\nS,秘密\n", encoding="utf-8")
    layer = '<OGRVRTLayer name="secret"><SrcDataSource>secret.csv</SrcDataSource></OGRVRTLayer>'
    vrt = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    assert "不是正常的 GeoJSON" in refused(town, "places", file("p.geojson", vrt))


def test_xml_tricks(town: Store, file: Write) -> None:
    """A GPX with an entity declaration is refused before it is unfolded."""
    text = '<!DOCTYPE gpx [<!ENTITY a "aaaa">]><gpx version="1.1" creator="x"><trk><name>&a;</name></trk></gpx>'
    assert "GPX" in refused(town, "tracks", file("t.gpx", text))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300),
    st.sampled_from([".csv", ".xlsx", ".geojson", ".gpx"]),
    st.sampled_from(["places", "tracks", "areas"]),
)
def test_any_bytes(town: Store, tmp_path: Path, data: bytes, ending: str, table: str) -> None:
    """Whatever stands in a file: it comes in or is refused, never a crash."""
    path = tmp_path / f"any{ending}"
    path.write_bytes(data)
    try:
        load(town, table, path, dry_run=True)
    except FileProblem:
        return


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), min_size=1, max_size=6))
def test_any_cells(town: Store, tmp_path: Path, cells: list[list[str]]) -> None:
    """Whatever stands in the cells of a known header: every row is counted once."""
    path = tmp_path / "any.csv"
    text = io.StringIO()
    csv.writer(text).writerows([["编号", "企业名称", "开业日期"], *cells])
    path.write_bytes(text.getvalue().encode("utf-8", "replace"))
    try:
        report = load(town, "places", path, dry_run=True)
    except FileProblem:
        return
    assert report.rows_read == report.inserted + report.updated + report.unchanged + len(report.rejected)


def test_what_is_doubtful_is_told(town: Store, file: Write) -> None:
    """A moment still to come and an inspector who is on no list are imported, and told with their rows."""
    load(town, "officers", file("o.csv", "编号,姓名\nA1,甲\n"))
    report = load(town, "inspections", file("i.csv", "企业编号,检查人,检查时间\nP1,甲,2034-01-01\nP1,乙,2024-01-02\n"))
    assert report.inserted == 2
    assert any("“检查时间”在今天以后" in said and "第 2 行" in said for said in report.warnings)
    assert any("“乙”" in said and "第 3 行" in said for said in report.warnings)
    assert not any("“甲”" in said for said in report.warnings)


def test_saved_columns(town: Store, file: Write) -> None:
    """A saved mapping is used for files with the same headers, in any order, and said; the next one replaces it."""
    odd = "代号,单位,东,北\nP8,甲厂,113.61,22.81\n"
    mapping = {"id": "代号", "name": "单位", "lon": "东", "lat": "北"}
    with pytest.raises(FileProblem, match="id"):
        import_file(town, "places", [file("a.csv", odd)])
    import_file(town, "places", [file("a.csv", odd)], columns=mapping, save_columns=True)
    (report,) = import_file(town, "places", [file("b.csv", "单位,代号,北,东\n乙厂,P9,22.82,113.62\n")])
    assert report.inserted == 1
    assert any("按以前保存的列对应读取：id=代号" in text for text in report.warnings)
    assert town.ledger().places.set_index("id").geometry["P9"].wkt == "POINT (113.62 22.82)"
    import_file(town, "places", [file("c.csv", odd)], columns={**mapping, "name": "代号"}, save_columns=True)
    assert list(town.saved_columns("places").values()) == [{**mapping, "name": "代号"}]
    assert town.saved_columns("inspections") == {}
    assert "columns" in town.audit()["action"].tolist()


def test_columns_are_saved_after_the_rows(town: Store, file: Write) -> None:
    """A dry run saves no mapping, neither does a file that was refused."""
    text = "代号,单位\nP8,甲厂\n"
    import_file(
        town, "places", [file("a.csv", text)], columns={"id": "代号", "name": "单位"}, save_columns=True, dry_run=True
    )
    with pytest.raises(FileProblem):
        import_file(town, "places", [file("b.csv", "代号,单位\n,\n")], columns={"id": "代号"}, save_columns=True)
    assert town.saved_columns("places") == {}
