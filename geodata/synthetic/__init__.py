"""A seeded made-up town: ground, places, officers, half a year of visits and hazards, to the row.

Nothing here is real: the town, its code, its villages, firms and officers are made up; the ground lies where the Pearl
River meets the sea so that coordinates are those of a Chinese town. Only the totals of `humen` are published figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geodata.model import Town
from geodata.synthetic import frames
from geodata.synthetic.calendar import LAST
from geodata.synthetic.chance import Floats, stream
from geodata.synthetic.clock import Stops, schedule
from geodata.synthetic.divisions import Divisions, make_divisions
from geodata.synthetic.geotags import Geotags, make_geotags
from geodata.synthetic.hazards import Found, look_backs, make_hazards
from geodata.synthetic.land import Land, make_land
from geodata.synthetic.names import village_names
from geodata.synthetic.people import People, make_people
from geodata.synthetic.register import Register, make_register, street_names
from geodata.synthetic.sites import make_sites, surroundings, trades_of
from geodata.synthetic.sizes import SIZES, Size, mixed_size
from geodata.synthetic.streets import Blocks, Lattice, make_blocks, make_lattice, pave
from geodata.synthetic.tracks import make_tracks
from geodata.synthetic.visits import make_visits

__all__ = ["SIZES", "MadeTown", "make_sized", "make_town", "mixed_size"]


@dataclass(frozen=True)
class MadeTown:
    """A made-up town.

    Attributes
    ----------
    town
        The root, marked as synthetic.
    frames
        Frames of all tables, as `geodata.tables` says, ids and all; geometry in EPSG:4326.
    truth
        One row an inspection: `inspection_id`, `fake` (nobody was there), `kind` of pretence. For tests only: never
        stored, never written to files.
    """

    town: Town
    frames: dict[str, pd.DataFrame]
    truth: pd.DataFrame


@dataclass(frozen=True)
class _Ground:
    land: Land
    lattice: Lattice
    blocks: Blocks


def make_town(size: str, seed: int = 1) -> MadeTown:
    """Make the town of a size (`village`, `humen`, `city`); the same seed gives the same town, bit for bit.

    Raises ValueError for an unknown size.
    """
    if size not in SIZES:
        raise ValueError(f"unknown size {size!r}; there are {', '.join(SIZES)}")
    return make_sized(SIZES[size], seed)


def make_sized(plan: Size, seed: int = 1) -> MadeTown:
    """Make a town of any size, one of many (`mixed_size`); the same size and seed give the same town, bit for bit."""
    ground, divisions, register, people = _settle(plan, seed)
    stops, tags, seconds, found = _half_year(plan, register, people, seed)
    rng = stream(seed, "register")
    tracks = make_tracks(
        stops, tags, register, people, ground.lattice, count=plan.track_days, rng=stream(seed, "tracks")
    )
    made = {
        "areas": frames.areas_frame(divisions, people, plan),
        "places": frames.places_frame(register, rng),
        "officers": frames.officers_frame(people),
        "inspections": frames.inspections_frame(stops, tags, found, seconds=seconds, register=register, people=people),
        "hazards": frames.hazards_frame(found, stops.visits.place, register, people, rng),
        "tracks": frames.tracks_frame(tracks, people),
        "roads": frames.roads_frame(ground.lattice, street_names(ground.lattice, stream(seed, "register")), rng),
        "water": frames.water_frame(ground.land, plan),
    }
    return MadeTown(Town(plan.name, plan.code, synthetic=True), made, _truth(tags))


def _settle(size: Size, seed: int) -> tuple[_Ground, Divisions, Register, People]:
    """Make the ground, stand the places on it, divide it by them, appoint the officers."""
    land = make_land(size, stream(seed, "land"))
    rng = stream(seed, "streets")
    bare = make_lattice(land, size.spacing_m, rng)
    blocks = make_blocks(bare, land)
    around = surroundings(land, size, rng)
    lattice = pave(bare, land, around.crowd(bare.nodes[bare.ends].mean(axis=1)), rng)
    rng = stream(seed, "sites")
    sites = make_sites(trades_of(size, rng), lattice, blocks, around, rng)
    rng = stream(seed, "divisions")
    held = np.bincount(sites.block, minlength=len(blocks.shapes))
    divisions = make_divisions(blocks, land, size, places=held, names=village_names(rng), rng=rng)
    register = make_register(sites, lattice, divisions, stream(seed, "register"))
    in_town = np.bincount(divisions.towns.block, held).astype(np.int64)
    people = make_people(divisions, land, in_town, size.rural, stream(seed, "people"))
    return _Ground(land, lattice, blocks), divisions, register, people


def _half_year(size: Size, register: Register, people: People, seed: int) -> tuple[Stops, Geotags, Floats, Found]:
    """Make the visits of half a year in order of time, and what they found."""
    visits = make_visits(register, people, size.inspections, stream(seed, "visits"))
    by_tour = schedule(visits, register, people, stream(seed, "clock"))
    loose = make_geotags(by_tour, register, people, stream(seed, "geotags"))
    moment = frames.moments_of(by_tour, loose.minute)
    order = np.lexsort((by_tour.visits.place, moment))
    stops = Stops(by_tour.visits.taken(order), by_tour.minute[order], by_tour.tour[order])
    tags = Geotags(loose.minute[order], loose.source[order], loose.accuracy[order], loose.xy[order], loose.fake[order])
    end = float((LAST + 1).astype("datetime64[s]").astype(np.int64) - 1)
    honest = np.array([fake is None for fake in tags.fake])
    rng = stream(seed, "hazards")
    found = make_hazards(stops.visits, moment[order], honest, register, size=size, end=end, rng=rng)
    kinds = look_backs(stops.visits, found, rng)
    return replace(stops, visits=replace(stops.visits, kind=kinds)), tags, moment[order], found


def _truth(tags: Geotags) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "inspection_id": pd.Series(frames.inspection_ids(len(tags.fake)), dtype="str"),
            "fake": np.array([fake is not None for fake in tags.fake]),
            "kind": pd.Series(tags.fake, dtype="str"),
        }
    )
