"""What the service has done by jobs: what may be asked of each kind, and the `wangge` command that does it.

Every answer becomes a value behind `--name=` or the path of a file that we named, never a word of its own: no text from
outside can become an option.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, TypeAdapter, model_validator

from api.jobs.folder import Places, reports_of
from api.problems import NotFoundProblem
from api.reports.kinds import KINDS as REPORTS
from api.together import both, either, given, missing
from api.written import ANumber, Written
from geodata.store.backup import moment_of
from geodata.tables import IMPORTED, TABLES

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
UploadId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Words = list[str]
ADay: TypeAlias = Annotated[date, Written]
"""For a field that is itself called `date`."""
UNSURE = "拿不准的.csv"
PARTS = ("rejected", "unsure", "ambiguous", "warnings", "repaired")


def _among(words: Collection[str]) -> AfterValidator:
    def take(word: str) -> str:
        if word not in words:
            raise ValueError(f"没有“{word}”，可以是：{'、'.join(words)}")
        return word

    return AfterValidator(take)


TableName: TypeAlias = Annotated[str, _among(tuple(IMPORTED)), Field(json_schema_extra={"enum": list(IMPORTED)})]
ReportName: TypeAlias = Annotated[str, _among(tuple(REPORTS)), Field(json_schema_extra={"enum": list(REPORTS)})]


class Asked(BaseModel, ABC):
    """What may be chosen; `words` are those after `wangge`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def writes(self) -> bool:
        """Say whether it writes to the store."""
        return False

    @abstractmethod
    def title(self, places: Places) -> str:
        """Name it for people."""

    @abstractmethod
    def words(self, places: Places, number: int) -> Words:
        """Give the command; NotFoundProblem where a file that it needs is gone."""

    def facts(self, result: Any) -> Mapping[str, Any]:
        """Give the counts that lists show."""
        del result
        return {}

    def sentence(self, facts: Mapping[str, Any]) -> str:
        """Say what became of it, where the counts tell it better than its last message."""
        del facts
        return ""


class Examine(Asked):
    """`wangge doctor`: what a file is."""

    kind: Literal["examine"]
    uploads: Annotated[list[UploadId], Field(min_length=1, max_length=1)]
    table: TableName | None = None
    encoding: Text | None = None
    layer: Text | None = None
    columns: Annotated[dict[Text, Text], Field(max_length=60)] = Field(default_factory=dict)

    def title(self, places: Places) -> str:
        """Name it."""
        return f"看文件 {names_of(places, self.uploads)}"

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        del number
        chosen = options(table=self.table, encoding=self.encoding, layer=self.layer, column=pairs(self.columns))
        file = upload_path(places, self.uploads[0])
        return ["doctor", f"--town={places.named}", "--format=json", *chosen, str(file)]


class Import(Asked):
    """`wangge import`: files into a table; with `dry_run` only what would become of each row.

    `form` (an XLSForm) and `gazetteer` are files that were sent in as well. Rows of inspections whose place is in doubt
    are a file of the job, to be completed and imported.
    """

    kind: Literal["import"]
    uploads: Annotated[list[UploadId], Field(min_length=1, max_length=500)]
    table: TableName
    datum: Text = "auto"
    encoding: Text = "auto"
    columns: Annotated[dict[Text, Text], Field(max_length=60)] = Field(default_factory=dict)
    save_columns: StrictBool = False
    layer: Text | None = None
    level: Literal["city", "town", "district", "community", "grid"] | None = None
    form: UploadId | None = None
    gazetteer: UploadId | None = None
    officer: Text | None = None
    minutes: Annotated[int, Field(ge=0, le=1440), ANumber] | None = None
    as_inspections: StrictBool = False
    strict: StrictBool = False
    dry_run: StrictBool = False

    @property
    def writes(self) -> bool:
        """Say yes: also a dry run holds the store while it compares."""
        return True

    def title(self, places: Places) -> str:
        """Name it."""
        does = "核对" if self.dry_run else "导入"
        return f"{does} {names_of(places, self.uploads)} → {TABLES[self.table].title}"

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        one_ledger = self.table == "inspections" and len(self.uploads) == 1
        chosen = options(
            form=self.form and upload_path(places, self.form),
            gazetteer=self.gazetteer and upload_path(places, self.gazetteer),
            save_unsure=places.folder(number).files_path / UNSURE if one_ledger else None,
            datum=self.datum,
            encoding=None if self.table == "photos" else self.encoding,
            layer=self.layer,
            level=self.level,
            officer=self.officer,
            minutes=self.minutes,
            as_inspections=self.as_inspections,
            save_columns=self.save_columns and bool(self.columns) and not self.dry_run,
            strict=self.strict,
            dry_run=self.dry_run,
            column=pairs(self.columns),
        )
        files = [str(upload_path(places, each)) for each in self.uploads]
        return ["import", "--format=json", *chosen, places.named, self.table, *files]

    def facts(self, result: Any) -> Mapping[str, Any]:
        """Count rows over all files."""
        reports = list(reports_of(result))
        counts = {name: sum(each[name] for each in reports) for name in ("inserted", "updated", "unchanged")}
        counts |= {name: sum(len(each.get(name, ())) for each in reports) for name in PARTS}
        ids = [each["import_id"] for each in reports if each.get("import_id")]
        return {"table": self.table, "dry_run": self.dry_run, **counts, "imports": ids}

    def sentence(self, facts: Mapping[str, Any]) -> str:
        """Say the counts."""
        words = (("新增", "inserted"), ("更新", "updated"), ("不变", "unchanged"), ("退回", "rejected"))
        return "，".join(f"{word} {facts[name]:,}" for word, name in words) + " 行" + "（没有写入）" * self.dry_run


class Divide(Asked):
    """`wangge divide --draft`: a division as a draft, to be seen on the map and adopted there."""

    kind: Literal["divide"]
    name: Text
    level: Literal["district", "grid"] = "grid"
    into: Annotated[int, Field(ge=1, le=2_000), ANumber] | None = None
    minutes: Annotated[int, Field(ge=1, le=1_000_000), ANumber] | None = None
    within: Literal["town", "district", "community"] | None = None
    least_change: StrictBool = False
    seed: Annotated[int, Field(ge=0, le=2**32 - 1), ANumber] = 0

    @property
    def writes(self) -> bool:
        """Say yes: the draft."""
        return True

    def title(self, places: Places) -> str:
        """Name it."""
        del places
        return f"划分{'网格' if self.level == 'grid' else '片区'}（草稿“{self.name}”）"

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        del number
        chosen = options(
            level=self.level, into=self.into, minutes=self.minutes, within=self.within, seed=self.seed,
            least_change=self.least_change, draft=self.name,
        )  # fmt: skip
        return ["divide", "--format=json", *chosen, places.named]


class Plan(Asked):
    """`wangge plan` of a month or a day: a calendar, or routes with their files."""

    model_config = ConfigDict(
        json_schema_extra=both(
            either(both(given("month"), missing("date")), both(given("date"), missing("month"))),
            either(missing("officer"), missing("area")),
        )
    )

    kind: Literal["plan"]
    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")] | None = None
    date: ADay | None = None
    officer: Text | None = None
    area: Text | None = None
    seed: Annotated[int, Field(ge=0, le=2**32 - 1), ANumber] = 0

    @model_validator(mode="after")
    def _one_time(self) -> Plan:
        if (self.month is None) == (self.date is None):
            raise ValueError("month（哪个月）和 date（哪一天）要写一个，只写一个")
        if self.officer and self.area:
            raise ValueError("officer（谁的）和 area（哪个区域）只能写一个")
        return self

    def title(self, places: Places) -> str:
        """Name it."""
        del places
        return f"{self.month or self.date} 巡查计划" + f"（{self.officer or self.area or '全部安全员'}）"

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        chosen = options(month=self.month, date=self.date, officer=self.officer, area=self.area, seed=self.seed)
        return ["plan", "--format=json", *chosen, _out(places, number), places.named]


class Report(Asked):
    """`wangge report`: the files of a report."""

    kind: Literal["report"]
    report: ReportName
    period: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}|Q[1-4])$")]
    freeze: Text | None = None

    @property
    def writes(self) -> bool:
        """Say whether it is frozen."""
        return self.freeze is not None

    def title(self, places: Places) -> str:
        """Name it."""
        del places
        return f"{REPORTS[self.report].title} {self.period}" + "（定稿）" * self.writes

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        chosen = options(period=self.period, freeze=self.freeze)
        return ["report", "--format=json", *chosen, _out(places, number), places.named, self.report]


class MapSheet(Asked):
    """`wangge map`: one map as a file."""

    kind: Literal["map"]
    map: Literal["coverage", "hazards", "gaps", "risk", "measures", "streets", "ground", "hotspots", "areas"]
    as_of: ADay | None = None
    format: Literal["html", "pdf", "png"] = "html"
    paper: Literal["A4", "A3", "A2", "A1", "A0"] | None = None

    def title(self, places: Places) -> str:
        """Name it."""
        del places
        return f"画地图 {self.map}" + f"（{self.paper}）" * bool(self.paper)

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        out = places.folder(number).files_path / f"{self.map}.{self.format}"
        chosen = options(as_of=self.as_of, paper=self.paper)
        return ["map", *chosen, f"--out={out}", places.named, self.map]


class Assign(Asked):
    """`wangge assign`: who is responsible for what; written unless `dry_run`."""

    kind: Literal["assign"]
    what: Literal["officers", "leaders", "orphans"]
    dry_run: StrictBool = True

    @property
    def writes(self) -> bool:
        """Say whether it writes."""
        return not self.dry_run

    def title(self, places: Places) -> str:
        """Name it."""
        del places
        words = {"officers": "安全员到网格", "leaders": "包保领导", "orphans": "没有主管部门的场所"}
        return f"安排{words[self.what]}" + "（只算）" * self.dry_run

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        out = places.folder(number).files_path / f"{self.what}.xlsx"
        chosen = options(dry_run=self.dry_run)
        return ["assign", "--format=json", *chosen, f"--out={out}", places.named, self.what]


class Backup(Asked):
    """`wangge backup`; it comes among the backups when it is whole."""

    kind: Literal["backup"]

    def title(self, places: Places) -> str:
        """Name it."""
        return f"备份 {places.store.name}"

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        return ["backup", places.named, str(draft_of_backup(places, number)), f"--photos-to={places.backups}"]


class Verify(Asked):
    """`wangge restore --dry-run`: whether a backup is whole."""

    kind: Literal["verify"]
    name: Text

    def title(self, places: Places) -> str:
        """Name it."""
        del places
        return f"验证备份 {self.name}"

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        nowhere = places.folder(number).files_path / "town.gpkg"
        return ["restore", "--dry-run", str(backup_path(places, self.name)), str(nowhere)]


class Check(Asked):
    """`wangge check`: whether the store is sound, or its areas are."""

    kind: Literal["check"]
    areas: StrictBool = False

    def title(self, places: Places) -> str:
        """Name it."""
        return "检查区域" if self.areas else f"检查数据库 {places.store.name}"

    def words(self, places: Places, number: int) -> Words:
        """Give the command."""
        del number
        return ["check", "--format=json", *options(areas=self.areas), places.named]


AnyAsked: TypeAlias = Annotated[
    Examine | Import | Divide | Plan | Report | MapSheet | Assign | Backup | Verify | Check,
    Field(discriminator="kind"),
]
READER: TypeAdapter[Asked] = TypeAdapter(AnyAsked)


def options(**given: Any) -> Words:
    """Give `--name=value` of what was chosen; a flag by itself, a list once each."""
    return list(_options(given))


def _options(given: Mapping[str, Any]) -> Iterator[str]:
    for name, value in given.items():
        option = f"--{name.replace('_', '-')}"
        if value is True:
            yield option
        elif isinstance(value, list):
            yield from (f"{option}={each}" for each in value)
        elif value is not None and value is not False:
            yield f"{option}={value}"


def pairs(columns: Mapping[str, str]) -> Words:
    """Give FIELD=HEADER of each."""
    return [f"{field}={header}" for field, header in columns.items()]


def _out(places: Places, number: int) -> str:
    return f"--out={places.folder(number).files_path}"


def upload_path(places: Places, upload: str) -> Path:
    """Give a file that was sent in; NotFoundProblem when it is gone."""
    folder = places.uploads / upload
    files = [each for each in folder.iterdir() if each.is_file()] if folder.is_dir() else []
    if not files:
        raise NotFoundProblem("这个文件不在了（上传的文件只留一段时间）。请重新上传。")
    return files[0]


def recent_uploads(places: Places, most: int) -> dict[str, str]:
    """Give the newest files that were sent in: id → name."""
    if not places.uploads.is_dir():
        return {}
    folders = [each for each in places.uploads.iterdir() if each.is_dir() and not each.name.startswith(".")]
    newest = sorted(folders, key=lambda each: each.stat().st_mtime, reverse=True)[:most]
    return {each.name: file.name for each in newest for file in each.iterdir()}


def names_of(places: Places, uploads: list[str]) -> str:
    """Name files that were sent in, the first of many."""
    first = upload_path(places, uploads[0]).name
    return first if len(uploads) == 1 else f"{first} 等 {len(uploads)} 个文件"


def draft_of_backup(places: Places, number: int) -> Path:
    """Give the folder where a job writes its backup before it comes among the others, maybe of other towns."""
    return places.backups / f".{places.store.stem}-job-{number:06d}"


def backup_path(places: Places, name: str) -> Path:
    """Give a backup by its name; NotFoundProblem when there is none."""
    found = {path.name: path for path, _ in backups_in(places)}
    if name not in found:
        raise NotFoundProblem(f"没有备份“{name}”。")
    return found[name]


def backups_in(places: Places) -> list[tuple[Path, datetime]]:
    """Give the backups of this store, the newest first, each with the moment in its name.

    The folder may be one for several towns: what is not called after this store is none of its.
    """
    if not places.backups.is_dir():
        return []
    found = ((each, moment_of(each, places.store.stem)) for each in places.backups.glob("*.zip") if each.is_file())
    return sorted(((path, at) for path, at in found if at is not None), reverse=True)
