"""Map files that GDAL reads."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import Read, raw_table, read
from geodata.readers.vector import system_of
from geodata.tables import TABLES
from tests.geodata.readers.mapfiles import CODES, DRIVERS, NAMES, SQUARES, beside, packed, squares, write_map

TOWN = Town("虎门镇", "441900121", "Asia/Shanghai")
NEAR = 1e-7  # degrees, a centimetre


def areas(path: Path, **how: str) -> Read:
    """Read a file as communities."""
    return read(path, TABLES["areas"], town=TOWN, level="community", **how)


def is_as_drawn(found: Read) -> bool:
    """Say whether both communities came in as they were drawn."""
    frame = found.frame.sort_values("code")  # FlatGeobuf has an order of its own
    drawn = np.asarray(frame.geometry.array, dtype=object)
    return (
        not found.rejected
        and frame["code"].tolist() == CODES
        and frame["name"].tolist() == NAMES
        and sorted(frame["row"]) == [1, 2]
        and all(shapely.hausdorff_distance(drawn, SQUARES) < NEAR)
    )


@pytest.mark.parametrize("ending", DRIVERS)
def test_formats(ending: str, tmp_path: Path) -> None:
    """Each format gives the same two communities, in the system that it declares."""
    found = areas(write_map(tmp_path / f"社区{ending}"))
    assert is_as_drawn(found)
    assert (found.datum.system, found.datum.how) == ("wgs84", "metadata")


@pytest.mark.parametrize("ending", [".shp", ".tab", ".mif", ".gpkg"])
def test_archives(ending: str, tmp_path: Path) -> None:
    """What lies in a .zip, in a folder of it, is read with its siblings; the report names it."""
    path = write_map(tmp_path / f"社区{ending}")
    found = areas(packed(tmp_path / "打包.zip", beside(path), inside="图/"))
    assert is_as_drawn(found)
    assert any(f"打包.zip 里的 社区{ending}" in note for note in found.warnings)


def test_kmz(tmp_path: Path) -> None:
    """A .kmz is the KML in it."""
    assert is_as_drawn(areas(packed(tmp_path / "a.kmz", [write_map(tmp_path / "doc.kml")])))


@pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-8"])
@pytest.mark.parametrize("page", ["named", "missing", "wrong", "says nothing"])
def test_encoding_of_a_shapefile(encoding: str, page: str, tmp_path: Path) -> None:
    """Chinese is read whether the .cpg names its encoding, is missing, or names another."""
    path = write_map(tmp_path / "a.shp", encoding=encoding)
    sidecar = path.with_suffix(".cpg")
    if page == "missing":
        sidecar.unlink()
        data = bytearray(path.with_suffix(".dbf").read_bytes())
        data[29] = 0  # the language byte says nothing either
        path.with_suffix(".dbf").write_bytes(bytes(data))
    elif page != "named":
        sidecar.write_text({"wrong": "GBK" if encoding == "UTF-8" else "UTF-8", "says nothing": "ISO-8859-1"}[page])
    found = areas(path)
    assert is_as_drawn(found)
    assert found.encoding == ("utf-8" if encoding == "UTF-8" else "gbk")
    assert any("文件写明编码是" in note for note in found.warnings) == (page == "wrong")


def test_language_byte(tmp_path: Path) -> None:
    """Without a .cpg, the language byte of the .dbf tells that it is Chinese."""
    path = write_map(tmp_path / "a.shp", encoding="GBK")
    path.with_suffix(".cpg").unlink()
    data = bytearray(path.with_suffix(".dbf").read_bytes())
    data[29] = 0x4D
    path.with_suffix(".dbf").write_bytes(bytes(data))
    assert areas(path).encoding == "gbk"


def test_encoding_that_does_not_fit(tmp_path: Path) -> None:
    """An encoding that a person names and that does not fit is an error with row, column, value and remedy."""
    path = write_map(tmp_path / "a.shp", encoding="GBK")
    with pytest.raises(FileProblem, match=r"a\.shp 表头，列“.*”.*utf-8.*--encoding"):
        areas(path, encoding="utf-8")


@pytest.mark.parametrize("crs", [4490, 4547, 4526, 32649, 3857])
def test_declared_systems(crs: int, tmp_path: Path) -> None:
    """Plane coordinates land on the spot: CGCS2000 with and without zone number, UTM, Mercator."""
    found = areas(write_map(tmp_path / "a.shp", squares(crs)))
    assert is_as_drawn(found)
    assert found.datum.how == "metadata"


def test_missing_system(tmp_path: Path) -> None:
    """A Shapefile without .prj in degrees is taken as WGS 84, and the report says that this is assumed."""
    path = write_map(tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    found = areas(path)
    assert is_as_drawn(found)
    assert (found.datum.system, found.datum.how) == ("wgs84", "assumed")


def test_missing_index(tmp_path: Path) -> None:
    """A lost .shx is no loss."""
    path = write_map(tmp_path / "a.shp")
    path.with_suffix(".shx").unlink()
    assert is_as_drawn(areas(path))


def test_missing_attributes(tmp_path: Path) -> None:
    """A Shapefile without its .dbf has no names: an error says which files belong together."""
    path = write_map(tmp_path / "a.shp")
    path.with_suffix(".dbf").unlink()
    with pytest.raises(FileProblem, match=r"a\.shp 缺少同名的 \.dbf 文件.*打成一个 \.zip"):
        areas(path)


def test_capital_endings(tmp_path: Path) -> None:
    """Files named .SHP, .DBF as old programs do are the same."""
    path = write_map(tmp_path / "a.shp")
    for each in beside(path):
        each.rename(each.with_suffix(each.suffix.upper()))
    assert is_as_drawn(areas(tmp_path / "a.SHP"))


def test_layers(tmp_path: Path) -> None:
    """Of several layers the only one that suits is read, and that is said; a tie is an error that names all."""
    path = write_map(tmp_path / "a.gpkg", layer="社区")
    points = gpd.GeoDataFrame({"名称": ["点"]}, geometry=[shapely.Point(113.6, 22.7)], crs=4326)
    points.to_file(path, engine="pyogrio", layer="注记")
    found = areas(path)
    assert is_as_drawn(found)
    assert "读取图层“社区”，其余 1 个图层没有读。" in found.warnings
    squares().iloc[:1].to_file(path, engine="pyogrio", layer="网格")
    with pytest.raises(FileProblem, match=r"“社区”.*“网格”.*--layer"):
        areas(path)
    assert len(areas(path, layer="网格").frame) == 1
    with pytest.raises(FileProblem, match="没有 --layer 指明的图层"):
        areas(path, layer="片区")


def test_several_files_in_an_archive(tmp_path: Path) -> None:
    """Of several map files in a .zip a person says which one."""
    one = write_map(tmp_path / "社区.shp")
    other = write_map(tmp_path / "网格.shp", squares().iloc[:1])
    path = packed(tmp_path / "a.zip", [*beside(one), *beside(other)])
    with pytest.raises(FileProblem, match="里有几个地图文件：“社区”、“网格”。请用 --layer"):
        areas(path)
    assert len(areas(path, layer="网格").frame) == 1


def test_layer_of_a_file_of_one(tmp_path: Path) -> None:
    """A file of one layer goes by its own name; another one is an error, for a table too."""
    path = write_map(tmp_path / "a.fgb")
    assert is_as_drawn(areas(path, layer="a"))
    with pytest.raises(FileProblem, match="只有一个图层，没有“b”"):
        areas(path, layer="b")
    (tmp_path / "a.csv").write_text("编码,名称\n1,甲\n")
    with pytest.raises(FileProblem, match="没有图层之分"):
        areas(tmp_path / "a.csv", layer="b")


def test_wrong_kind(tmp_path: Path) -> None:
    """Lines in a table of areas are rejected row by row."""
    lines = gpd.GeoDataFrame({"编码": ["1"], "名称": ["线"]}, geometry=[shapely.boundary(SQUARES[0])], crs=4326)
    found = areas(write_map(tmp_path / "a.gpkg", lines))
    assert [(fault.row, fault.problem) for fault in found.rejected] == [
        (1, "几何类型是 LineString，这张表要的是 Polygon")
    ]


def test_places_as_points(tmp_path: Path) -> None:
    """Points of a map are places."""
    frame = gpd.GeoDataFrame(
        {"编号": ["P1"], "名称": ["一厂"], "从业人数": [12]}, geometry=[shapely.Point(113.6, 22.7)], crs=4326
    )
    found = read(write_map(tmp_path / "a.shp", frame, encoding="GBK"), TABLES["places"], town=TOWN)
    assert found.frame["id"].tolist() == ["P1"]
    assert found.frame.geometry.iloc[0].equals(shapely.Point(113.6, 22.7))


def test_cut_names(tmp_path: Path) -> None:
    """A name that its field cut within a character keeps the whole ones, and that is said."""
    frame = squares()
    frame["名称"] = ["社" * 40, "区" * 40]
    path = write_map(tmp_path / "a.shp", frame, encoding="UTF-8")
    data = path.with_suffix(".dbf").read_bytes()
    whole = ("社" * 40).encode()
    path.with_suffix(".dbf").write_bytes(data.replace(whole, whole[:-1] + b" "))
    found = areas(path)
    assert found.frame["name"].tolist() == ["社" * 39, "区" * 40]
    assert any("截断" in note for note in found.warnings)


def test_damaged(tmp_path: Path) -> None:
    """A map file that is cut off is an error, not a traceback."""
    path = write_map(tmp_path / "a.gpkg")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(FileProblem, match=r"a\.gpkg 不是正常的 GPKG 文件，或已损坏"):
        areas(path)


def test_empty(tmp_path: Path) -> None:
    """A map file without features is an error."""
    with pytest.raises(FileProblem, match="里没有要素"):
        areas(write_map(tmp_path / "a.gpkg", squares().iloc[:0]))


def test_kml_folds_looks_away(tmp_path: Path) -> None:
    """Fields that every KML has about looks are not told as columns that were not understood."""
    raw = raw_table(write_map(tmp_path / "a.kml"), TABLES["areas"])
    assert not {"tessellate", "extrude", "visibility"} & set(raw.columns)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("EPSG:4326", "wgs84"),
        ("EPSG:4490", "cgcs2000"),
        ("EPSG:4547", "epsg:4547"),
        ('LOCAL_CS["Nonearth"]', None),
        (None, None),
        ("nonsense", "nonsense"),
    ],
)
def test_system_of(said: str | None, key: str | None) -> None:
    """What GDAL says of the system becomes the registry's word; a plane of nowhere says nothing."""
    assert system_of(said) == key
