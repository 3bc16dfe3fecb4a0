"""Where a store is: paths and addresses, and what of an address may be seen."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import StoreProblem
from geodata.store.location import Address, beside, store_path
from tests.coverage.test_against_oracle import SOME

SECRET = "geheim§42"


def address(text: str) -> Address:
    """Give the address of a text."""
    found = store_path(text)
    assert isinstance(found, Address)
    return found


def test_a_path_stays_a_path() -> None:
    """A name that ends in .gpkg is a file, as text or as a path."""
    assert store_path("a/镇.gpkg") == store_path(Path("a/镇.gpkg")) == Path("a/镇.gpkg")


def test_an_address_in_parts() -> None:
    """User, password, server, port, database and schema are told apart; escapes are read; the schema has a default."""
    full = address("postgresql://u%40x:p%2F%40@db.example:5433/镇?schema=humen&sslmode=require")
    assert full.schema == full.name == full.stem == "humen"
    assert dict(full.parameters) == {
        "user": "u@x",
        "password": "p/@",
        "host": "db.example",
        "port": "5433",
        "dbname": "镇",
        "sslmode": "require",
    }
    bare = address("postgresql:///town")
    assert (bare.schema, dict(bare.parameters)) == ("wangge", {"dbname": "town"})


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u@h:5433/d?schema=s",
        "postgresql://u@[::1]:5433/d?schema=s",
        "postgresql://u@/d?host=/Run/Sockets&schema=s",
        "postgresql:///d?schema=s",
    ],
)
def test_what_is_shown_leads_to_the_same_place(text: str) -> None:
    """Without a password the shown address is an address of the same parameters."""
    shown = address(str(address(text)))
    assert shown == address(text)
    assert dict(shown.parameters) == dict(address(text).parameters)


@SOME
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_a_password_is_never_shown(text: str) -> None:
    """Whatever else is written around it, and however wrong it is, no message and no representation holds it."""
    for url in (
        f"postgresql://u:{SECRET}@h/{text}",
        f"postgresql://u:{SECRET}@h{text}/d",
        f"postgresql://{text}:{SECRET}@h/d?schema={text}",
        f"postgresql://u:{text}{SECRET}@h/d",
        f"postgresql://u:1/{SECRET}@h/d",
        f"postgresql://u:1#{SECRET}@h/d",
        f"postgresql://u:1?{SECRET}=@h/d",
        f"postgresql://u:{SECRET}@h/d?{text}=1",
        f"postgresql:{SECRET}{text}",
    ):
        try:
            found = address(url)
            said = f"{found} {found!r} {found.in_public}"
        except StoreProblem as problem:
            said = str(problem)
        assert SECRET not in unquote(said)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u@h:port/d",
        "postgresql://u@h/d?schema=Humen",
        "postgresql://u@h/d?schema=public",
        "postgresql://u@h/d?schema=pg_catalog",
        "postgresql://u@h/d?schema=a;drop",
        "postgresql://u@h/d?schema=",
        "postgresql://u@h/d?options=-c%20x",
        "postgresql://u@h/d?sslmode",
    ],
)
def test_a_wrong_address_is_refused_in_words(text: str) -> None:
    """A port that is none, a schema that can't be one, an option that is not known: said, with what may be written."""
    with pytest.raises(StoreProblem, match="PostgreSQL"):
        store_path(text)


def test_an_address_turned_into_a_path_is_refused() -> None:
    """A path has lost a slash of it; what stood in it is not repeated."""
    with pytest.raises(StoreProblem, match="PostgreSQL") as refused:
        store_path(Path(f"postgresql://u:{SECRET}@h/d"))
    assert SECRET not in str(refused.value)


def test_files_beside(tmp_path: Path) -> None:
    """What is no table lies beside a file under its name, or in the folder that an address names under its schema."""
    assert beside(tmp_path / "town.gpkg", ".photos") == tmp_path / "town.photos"
    named = address(f"postgresql://u@h/d?schema=humen&files={tmp_path}/new")
    assert beside(named, ".jobs.db") == tmp_path / "new" / "humen.jobs.db"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreProblem, match="files="):
        beside(address(f"postgresql://u@h/d?files={tmp_path}/file/x"), ".photos")
    with pytest.raises(StoreProblem, match="绝对路径"):
        address("postgresql://u@h/d?files=x")


def test_for_child_processes(tmp_path: Path) -> None:
    """A child is told how to connect by its environment; its words name the town alone."""
    found = address(f"postgresql://u:{SECRET}@h:5433/d?schema=humen&sslmode=require&files={tmp_path}")
    told = {"PGUSER": "u", "PGPASSWORD": SECRET, "PGHOST": "h", "PGPORT": "5433", "PGDATABASE": "d"}
    assert found.environment == told | {"PGSSLMODE": "require"}
    assert SECRET not in found.bare
    again = address(found.bare)
    assert (again.schema, again.files, dict(again.parameters)) == ("humen", tmp_path, {})
