"""A person's part of the town: its figures are those of the same part in the whole town."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from weakref import ref

import geopandas as gpd
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from api.kept import Tables
from api.scope import Scope, check_names, narrowed
from coverage.assess import assess
from coverage.figures import coverage_figures
from coverage.hazards import hazard_figures, hazard_register
from coverage.rules import Rule, parse_rules
from geodata.accounts.model import User
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.store import open_store
from tests.access.conftest import FOREIGN, OWN
from tests.made_up import village_store

DAY = date(2024, 6, 30)
OWN_PART = Scope(frozenset([f"community:{OWN}"]))
FARMS = Scope(department="农业农村局")


@dataclass(frozen=True)
class Village:
    """The village as it is at hand."""

    town: Town
    tables: Tables
    rules: tuple[Rule, ...]

    def of(self, scope: Scope | None) -> Ledger:
        """Give the ledger of a scope."""
        return Ledger(self.town, self.tables if scope is None else narrowed(self.tables, scope).own)

    def coverage(self, scope: Scope | None, by: str) -> pd.DataFrame:
        """Give coverage of a scope, by a group."""
        return coverage_figures(assess(self.of(scope), self.rules, DAY), by)

    def hazards(self, scope: Scope | None, by: str) -> pd.DataFrame:
        """Give hazards of a scope, by a group."""
        return hazard_figures(hazard_register(self.of(scope), DAY), by)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Village:
    """Give the village; one place without a position, one that nobody has in an industry of its own."""
    with open_store(village_store(tmp_path_factory.mktemp("scope") / "v.gpkg")) as store:
        rules = parse_rules(store.rules_text(DAY))
        return Village(store.town, Tables.read(store.ledger().frames), rules)


def row(figures: pd.DataFrame, code: str) -> pd.DataFrame:
    """Give the row of an area without what names it."""
    return figures[figures["area"] == code].drop(columns=["area", "name"]).reset_index(drop=True)


@pytest.mark.parametrize("level", ["community", "grid"])
def test_figures_of_the_own_part(village: Village, level: str) -> None:
    """Coverage and hazards of the own areas are those of the same rows of the whole town."""
    for figures in (village.coverage, village.hazards):
        own, whole = figures(OWN_PART, level), figures(None, level)
        key = "area" if "area" in whole else "key"
        expected = whole[whole[key].astype(str).str.startswith(OWN)].reset_index(drop=True)
        assert len(expected) >= (1 if level == "community" else 3)
        assert_frame_equal(own.reset_index(drop=True), expected, check_dtype=False)


def test_the_town_is_the_own_part(village: Village) -> None:
    """The row of the town adds up to the own part, and to nothing else."""
    town, community = village.coverage(OWN_PART, "town"), village.coverage(None, "community")
    assert_frame_equal(row(town, village.town.code), row(community, OWN), check_dtype=False)


def test_ground_above(village: Village) -> None:
    """Areas above the own one keep their names and lose the ground that is not theirs."""
    areas = village.of(OWN_PART).areas.set_index("code")
    assert set(areas["level"]) == {"town", "district", "community", "grid"}
    own = areas.geometry.loc[OWN]
    for code in areas.index[areas["level"].isin(["town", "district"])]:
        assert areas.geometry.loc[code].symmetric_difference(own).area == pytest.approx(0, abs=1e-12)
    assert list(areas.index[areas["level"] == "community"]) == [OWN]


def test_every_row_belongs(village: Village) -> None:
    """Every visit, hazard and step of a scope is of a place of it."""
    for scope in (OWN_PART, FARMS):
        ledger = village.of(scope)
        places = set(ledger.places["id"])
        assert 0 < len(places) < len(village.of(None).places)
        for frame in (ledger.inspections, ledger.hazards):
            assert set(frame["place_id"].dropna()) <= places
        assert set(ledger.steps["hazard_id"]) <= set(ledger.hazards["id"])


def test_the_parts_are_the_whole(village: Village) -> None:
    """Places with a position, seen community by community, are all of them, each once."""
    areas = village.of(None).areas
    codes = areas["code"][areas["level"] == "community"]
    seen = [each for code in codes for each in village.of(Scope(frozenset([f"community:{code}"]))).places["id"]]
    places = village.of(None).places
    assert sorted(seen) == sorted(places["id"][~places.geometry.isna()])


def test_industry(village: Village) -> None:
    """A department sees the places that name it, in every area; with areas named only those in them."""
    places = village.of(FARMS).places
    assert set(places["department"]) == {"农业农村局"}
    assert len(village.of(FARMS).areas) == len(village.of(None).areas)
    both = village.of(Scope(OWN_PART.areas, department="农业农村局")).places
    assert set(both["id"]) == set(places["id"]) & set(village.of(OWN_PART).places["id"])


def test_officer(village: Village) -> None:
    """An inspector sees the areas of the own row among the officers, and the own visits."""
    ledger = village.of(Scope(officer="AQ001"))
    assert set(ledger.areas["code"][ledger.areas["level"] == "grid"]) == {f"{OWN}001"}
    assert "AQ001" in set(ledger.officers["id"])


def test_nothing_named(village: Village) -> None:
    """Who has no area sees no place, no visit, no hazard; nothing falls over."""
    nothing = Scope(officer="nobody")
    ledger = village.of(nothing)
    assert ledger.places.empty
    assert ledger.inspections.empty
    assert ledger.hazards.empty
    assert village.coverage(nothing, "town")["places"].sum() == 0


def test_cut_again(village: Village) -> None:
    """Rows that were looked at before are not looked at again; only what came since is."""
    before = narrowed(village.tables, OWN_PART)
    posted = village.tables["inspections"].iloc[[0, 1]].assign(id=["new-1", "new-2"])
    grown = village.tables.grown("inspections", posted)
    after = narrowed(grown, OWN_PART, before)
    assert after.own.tables["places"].parts[0] is before.own.tables["places"].parts[0]
    assert after.own.tables["inspections"].parts[0] is before.own.tables["inspections"].parts[0]
    assert_frame_equal(after.own["inspections"], narrowed(grown, OWN_PART).own["inspections"])


def test_cut_again_after_somebody_asked_for_the_whole(village: Village) -> None:
    """Putting the town's table together makes nothing to be cut anew, and no row twice."""
    here = narrowed(village.tables, OWN_PART).own["inspections"]
    grown, after = village.tables, narrowed(village.tables, OWN_PART)
    for number in range(3):
        grown = grown.grown("inspections", here.iloc[[number]].assign(id=f"new-{number}"))
        assert len(grown["inspections"]) == len(village.tables["inspections"]) + number + 1  # put together
        first, after = after, narrowed(grown, OWN_PART, after)
        assert after.own.tables["inspections"].parts[0] is first.own.tables["inspections"].parts[0]
    assert_frame_equal(after.own["inspections"], narrowed(grown, OWN_PART).own["inspections"])


def test_cut_anew(village: Village) -> None:
    """A table that was read anew is cut anew, and with places or areas everything is."""
    before = narrowed(village.tables, OWN_PART)
    fewer = village.tables.replaced({"inspections": village.tables["inspections"].iloc[::2].reset_index(drop=True)})
    after = narrowed(fewer, OWN_PART, before)
    assert_frame_equal(after.own["inspections"], narrowed(fewer, OWN_PART).own["inspections"])
    assert after.own.tables["hazards"] is before.own.tables["hazards"]
    moved = village.tables.replaced({"places": village.tables["places"].iloc[::2].reset_index(drop=True)})
    after = narrowed(moved, OWN_PART, before)
    assert_frame_equal(after.own["hazards"], narrowed(moved, OWN_PART).own["hazards"])


def test_holds_nothing_of_the_whole_town(village: Village) -> None:
    """A desk that nobody asks any more keeps no table alive that was read anew since."""
    tables = village.tables.replaced({"inspections": village.tables["inspections"].copy()})
    held = ref(tables.tables["inspections"].parts[0])
    cut = narrowed(tables, OWN_PART)
    del tables
    assert held() is None
    assert len(cut.own["inspections"])


def test_tracks_of_the_own_people(village: Village) -> None:
    """Of whom answers for areas above the own ones the name is seen, but not where they walked."""
    above = village.tables["officers"].iloc[[0]].assign(id="boss", role="grid_manager", area=village.town.code)
    district = village.tables["areas"].query("level == 'district'")["code"].iloc[0]
    other = above.assign(id="other", area=f"{district};{FOREIGN}001")
    officers = pd.concat([village.tables["officers"], above, other], ignore_index=True)
    track = village.tables["tracks"].iloc[[0, 0, 0]].assign(id=["a", "b", "c"], officer=["boss", "AQ001", "other"])
    tables = village.tables.replaced({"officers": officers, "tracks": track.reset_index(drop=True)})
    assert narrowed(tables, Scope(officer="AQ001")).own["tracks"]["officer"].tolist() == ["AQ001"]
    assert narrowed(tables, OWN_PART).own["tracks"]["officer"].tolist() == ["AQ001"]


def test_corrected_places_bring_their_steps(village: Village) -> None:
    """A hazard that comes into a scope by a corrected place brings its steps, though nothing was written of them."""
    hazards = village.tables["hazards"].iloc[[0]].assign(place_id="elsewhere", geometry=None)
    step = {name: [None] for name in village.tables["steps"].columns} | {"hazard_id": [hazards["id"].iloc[0]]}
    steps = gpd.GeoDataFrame(step, geometry="geometry", crs=4326)
    tables = village.tables.replaced({"hazards": hazards, "steps": steps})
    before = narrowed(tables, OWN_PART)
    assert before.own["steps"].empty
    inside = before.own["places"]["id"].iloc[0]
    corrected = tables.replaced({"hazards": hazards.assign(place_id=inside)})
    assert len(narrowed(corrected, OWN_PART, before).own["steps"]) == 1


def test_places_somebody_was_sent_to(village: Village) -> None:
    """A place that somebody was sent to is seen wherever it lies, with what was found there; nothing else there is."""
    far = village.of(Scope(frozenset([f"community:{FOREIGN}"]))).places["id"].iloc[0]
    scope = Scope(officer="AQ001")
    cut = narrowed(village.tables, scope, narrowed(village.tables, scope), frozenset([far]))
    own = narrowed(village.tables, scope).own["places"]["id"]
    assert set(cut.own["places"]["id"]) == {*own, far}
    assert far in set(cut.own["inspections"]["place_id"])


def test_who_sees_everything() -> None:
    """Clerks and leaders of whom nothing is named see the town; others never do."""
    assert Scope.of(User("a", "a", "clerk")) is None
    assert Scope.of(User("a", "a", "leader")) is None
    assert Scope.of(User("a", "a", "leader", areas=("district:1",))) is not None
    assert Scope.of(User("a", "a", "inspector", officer="1")) == Scope(officer="1")


def test_unknown_names(village: Village) -> None:
    """Areas, officers and industries that the town has not got are named."""
    user = User("a", "a", "leader", officer="nobody", areas=("grid:1",), industries=("采矿",))
    assert len(check_names(village.tables, user)) == 3
    assert check_names(village.tables, User("a", "a", "leader", areas=(f"community:{OWN}",))) == []


def test_own_areas_of_a_level_that_nobody_drew(village: Village) -> None:
    """Own areas without a border hold no place; those that have one hold theirs."""
    areas = village.tables["areas"].copy()
    grids = areas["level"] == "grid"
    areas.loc[grids, "geometry"] = None
    tables = village.tables.replaced({"areas": areas})
    scope = Scope(OWN_PART.areas | {f"grid:{areas['code'][grids].iloc[0]}"})
    assert set(narrowed(tables, scope).own["places"]["id"]) == set(village.of(OWN_PART).places["id"])
