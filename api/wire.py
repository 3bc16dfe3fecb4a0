"""What may be posted; its words are those of `geodata.tables`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from api.together import NOWHERE, POSITION, both, either, filled, given, is_one_of, missing
from api.written import NO_NUL, ANumber, Written
from coverage.course.replay import FIVE
from coverage.course.transitions import Action, Role
from geodata.model import HAZARD_LEVELS
from geodata.readers.values import tags_of
from geodata.tables import HAZARDS, INSPECTIONS, PLACES, Column

Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$", strip_whitespace=True)]
Text = Annotated[str, StringConstraints(max_length=10_000, pattern=NO_NUL)]


def whole_seconds(moment: datetime) -> datetime:
    """Cut a moment to what the store holds: seconds."""
    return moment.replace(microsecond=0)


def plausible(day: date) -> date:
    """Refuse a day that no ledger of ours can mean; moments to come are refused where the clock is asked."""
    if day.year < 1990 or (day.year > 2199 and not isinstance(day, datetime)):
        raise ValueError("年份应在 1990 到 2199 之间")
    return day


def word_of(column: Column) -> Callable[[str], str]:
    """Give the check of a choice: any word that a ledger may use, turned into the canonical one."""

    def check(word: str) -> str:
        found = column.choices.get(word.strip())
        if found is None and not column.open_choice:
            raise ValueError(f"应为其中之一：{'、'.join(dict.fromkeys(column.choices.values()))}")
        return found or word.strip()

    return check


def words(column: Column) -> list[JsonValue]:
    """Give the canonical words of a choice."""
    return list(dict.fromkeys(column.choices.values()))


Moment = Annotated[AwareDatetime, Written, AfterValidator(plausible), AfterValidator(whole_seconds)]
Day = Annotated[date, Written, AfterValidator(plausible)]
By = Annotated[str, AfterValidator(word_of(INSPECTIONS.column("by")))]
Kind = Annotated[Id, AfterValidator(word_of(INSPECTIONS.column("kind")))]
Geotag = Annotated[str, AfterValidator(word_of(INSPECTIONS.column("geotag")))]
Risk = Annotated[str, AfterValidator(word_of(PLACES.column("risk")))]
PhotoId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), ANumber]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), ANumber]
Metres = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False), ANumber]
HazardLevel = Annotated[str, AfterValidator(word_of(HAZARDS.column("level")))]


class _Located(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra=POSITION)

    lon: Lon | None = None
    lat: Lat | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon 和 lat 要么都填，要么都不填")
        return self

    @property
    def moments(self) -> dict[str, datetime]:
        """Every moment that was posted, by its field."""
        return {name: value for name, value in self if isinstance(value, datetime)}


class _Posted(_Located):
    id: Id | None = None
    place_id: Id | None = None


class NewInspection(_Posted):
    """An inspection from the field; positions are WGS 84."""

    place_id: Id
    officer: Id | None = None
    by: By = Field("inspector", json_schema_extra={"enum": words(INSPECTIONS.column("by"))})
    at: Moment
    kind: Kind = Field("routine", examples=words(INSPECTIONS.column("kind")))
    accuracy: Metres | None = None
    geotag: Geotag | None = Field(None, json_schema_extra={"enum": words(INSPECTIONS.column("geotag"))})
    result: Text | None = None
    note: Text | None = None
    covers: Annotated[Text, AfterValidator(tags_of)] | None = Field(None, examples=["消防;燃气"])


SETTLED_FIRST = either(
    missing("level"), is_one_of("level", HAZARD_LEVELS[0]), missing("rectified_at", "closed_at"), filled(*FIVE)
)
"""What is posted as put right is not major, or all five were settled before."""


class NewHazard(_Posted):
    """A hazard from the field, at a place or at a position of its own (WGS 84); `photos` show it as it was found."""

    model_config = ConfigDict(json_schema_extra=both(POSITION, either(given("place_id"), given("lon")), SETTLED_FIRST))

    inspection_id: Id | None = None
    found_at: Moment
    level: HazardLevel = Field("一般", json_schema_extra={"enum": words(HAZARDS.column("level"))})
    category: Text | None = None
    description: Text | None = None
    deadline: Day | None = None
    rectified_at: Moment | None = None
    closed_at: Moment | None = None
    measures: Text | None = None
    responsible: Text | None = None
    funds: Text | None = None
    plan: Text | None = None
    supervisor: Text | None = None
    address: Text | None = None
    photos: list[PhotoId] = Field(default_factory=list, max_length=50)

    @model_validator(mode="after")
    def _somewhere(self) -> NewHazard:
        if self.place_id is None and self.lon is None:
            raise ValueError("place_id 和 lon、lat 至少要有一样")
        return self

    @model_validator(mode="after")
    def _in_order(self) -> NewHazard:
        for name in ("rectified_at", "closed_at"):
            moment: datetime | None = getattr(self, name)
            if moment is not None and moment < self.found_at:
                raise ValueError(f"{name} 早于 found_at")
        return self

    @model_validator(mode="after")
    def _settled_first(self) -> NewHazard:
        lacking = [word for name, word in FIVE.items() if not getattr(self, name)]
        if self.level == HAZARD_LEVELS[1] and (self.rectified_at or self.closed_at) and lacking:
            raise ValueError(f"重大隐患不能当场整改了事，要先交办；报成已整改的，五落实还缺{'、'.join(lacking)}")
        return self


SKIP_REASONS = ("关门停业", "无人", "拒绝检查", "天气", "时间不够", "其他")
"""Why a stop is left out on the way; the last one wants words."""

REASONED = both(
    either(given("reason"), is_one_of("state", "taken_back")),
    either(
        is_one_of("reason", *SKIP_REASONS[:-1]),
        missing("reason"),
        {"required": ["note"], "properties": {"note": {"type": "string", "pattern": r"\S"}}},
    ),
)


class NewSkip(_Located):
    """A stop of a sent route that is left out on the way and why, or that this is taken back; `id` is the phone's own.

    The position is where somebody said so (WGS 84).
    """

    model_config = ConfigDict(json_schema_extra=both(POSITION, REASONED))

    id: Id
    date: Day
    officer: Id
    place_id: Id
    at: Moment
    state: Literal["skipped", "taken_back"] = "skipped"
    reason: Literal["关门停业", "无人", "拒绝检查", "天气", "时间不够", "其他"] | None = None
    note: Annotated[Text, StringConstraints(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _why(self) -> NewSkip:
        if self.state == "skipped" and self.reason is None:
            raise ValueError(f"reason 要写明为什么去不了：{'、'.join(SKIP_REASONS)}")
        if self.reason == SKIP_REASONS[-1] and not (self.note or "").strip():
            raise ValueError("reason 是“其他”时，要在 note 里写明")
        return self


class Fix(BaseModel):
    """Where a phone was at a moment (WGS 84)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"not": NOWHERE})

    at: Moment
    lon: Lon
    lat: Lat


class NewTrack(BaseModel):
    """A piece of an officer's track, in order of time; `id` is the phone's own.

    A piece that goes on where another ended begins with the last fix of that one, so that no street is lost between.
    """

    model_config = ConfigDict(extra="forbid")

    id: Id
    officer: Id
    fixes: list[Fix] = Field(min_length=2, max_length=1000)


class NewStep(_Located):
    """One step of a hazard's life; positions are WGS 84. Without `at` it is taken now."""

    action: Action
    actor: Id
    role: Role
    at: Moment | None = None
    reason: Text | None = None
    deadline: Day | None = None
    responsible: Text | None = None
    measures: Text | None = None
    funds: Text | None = None
    plan: Text | None = None
    supervisor: Text | None = None
    addressee: Text | None = None
    answer_by: Day | None = None
    accuracy: Metres | None = None
    photos: list[Id] = Field(default_factory=list, max_length=50)


class NewReview(BaseModel):
    """A person's word about an inspection."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["genuine", "doubtful", "false"]
    reason: Annotated[Id, StringConstraints(max_length=1000)]
    actor: Id


class NewRisk(BaseModel):
    """A person's decision about the risk of a place; without `accepted` what is proposed.

    `proposed` is what the person saw: when something else is proposed by now, nothing is written.
    """

    model_config = ConfigDict(extra="forbid")

    accepted: Risk | None = Field(None, json_schema_extra={"enum": words(PLACES.column("risk"))})
    proposed: Risk | None = Field(None, json_schema_extra={"enum": words(PLACES.column("risk"))})
    reason: Annotated[Id, StringConstraints(max_length=1000)]
    actor: Id
