"""What may be posted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$", strip_whitespace=True)]
Text = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]


class _Posted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Id | None = None
    place_id: Id
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> _Posted:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon 和 lat 要么都填，要么都不填")
        return self


class NewInspection(_Posted):
    """An inspection from the field; positions are WGS 84."""

    officer: Id | None = None
    by: Literal["inspector", "department", "leader", "expert", "enterprise"] = "inspector"
    at: AwareDatetime
    kind: Literal["routine", "campaign", "expert", "surprise", "look-back"] = "routine"
    accuracy: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = None
    geotag: Literal["gps", "exif", "typed", "mock"] | None = None
    result: Text | None = None
    note: Text | None = None

    @property
    def moment(self) -> datetime:
        """When it happened."""
        return self.at


class NewHazard(_Posted):
    """A hazard from the field; positions are WGS 84."""

    inspection_id: Id | None = None
    found_at: AwareDatetime
    level: Literal["一般", "重大"] = "一般"
    category: Text | None = None
    description: Text | None = None
    deadline: date | None = None
    responsible: Text | None = None

    @property
    def moment(self) -> datetime:
        """When it was found."""
        return self.found_at
