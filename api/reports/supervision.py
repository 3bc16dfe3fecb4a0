"""Supervision: the register of major hazards, 督办单, a file for each major hazard, the list to publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial

import pandas as pd

from api.reports.asked import Asked, Papers, safe_names
from coverage.course.clocks import NEEDED as OF_CLOCKS
from coverage.course.dossier import HAZARD_FIELDS, PLACE_FIELDS, HazardFile, hazard_file
from coverage.course.notices import Notice, as_notices
from coverage.course.publication import published
from coverage.hazard_ledger import NEEDED as OF_LEDGER
from coverage.hazard_ledger import hazard_ledger
from geodata.tables import TABLES
from maps.tables.drafts import DOSSIER, NOTICE, template
from maps.tables.hazard_ledger import major_sheet
from maps.tables.paper import table_data
from maps.tables.press import Job
from maps.tables.supervision import (
    captions_of,
    dossier_paper,
    dossier_word,
    file_names,
    notice_paper,
    notice_word,
    notices_sheet,
    published_sheet,
)
from maps.tables.word import word
from maps.tables.xlsx import workbook

NEEDED: tuple[Mapping[str, tuple[str, ...]], ...] = (
    OF_CLOCKS,
    OF_LEDGER,
    {"hazards": HAZARD_FIELDS, "places": PLACE_FIELDS, "steps": (*TABLES["steps"].names, "geometry")},
)


def papers(asked: Asked) -> Papers:
    """Give the files of supervision: tables, then a paper and a Word document for each 督办单 and each major hazard."""
    watched = Watched(asked)
    stem, town, made = asked.stem, asked.day.ledger.town, asked.made
    major = cache(lambda: major_sheet(watched.ledger_rows, town, asked.period, asked.as_of))
    public = cache(lambda: published_sheet(published(asked.day.clocks), town, asked.as_of))
    files: dict[str, Callable[[], bytes]] = {
        f"重大隐患台账 {stem}.xlsx": lambda: workbook([major()], made),
        f"督办单清单 {stem}.xlsx": lambda: workbook(
            [
                notices_sheet(watched.issued, town, asked.as_of, issued=True),
                notices_sheet(asked.day.due, town, asked.as_of, issued=False),
            ],
            made,
        ),
        f"重大隐患公示名单 {stem}.xlsx": lambda: workbook([public()], made),
    }
    jobs: dict[str, Callable[[], Job]] = {
        f"重大隐患台账 {stem}.pdf": lambda: Job("table", table_data([major()]), made),
        f"重大隐患公示名单 {stem}.pdf": lambda: Job("table", table_data([public()]), made),
    }
    notices = watched.on_paper
    for name, notice in zip(safe_names(file_names(notices)), notices, strict=True):
        path = f"督办单/{name}"
        files[f"{path}.docx"] = partial(_notice_word, asked, notice)
        jobs[f"{path}.pdf"] = partial(_notice_job, asked, notice)
    for name, hazard_id in safe_names(watched.majors).items():
        path = f"一患一档/{name}"
        files[f"{path}.docx"] = partial(_dossier_word, asked, watched, hazard_id)
        jobs[f"{path}.pdf"] = partial(_dossier_job, asked, watched, hazard_id)
    return Papers(files, jobs)


class Watched:
    """What supervision looks at, each part computed when it is first asked for."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._files: dict[str, HazardFile] = {}

    @cached_property
    def ledger_rows(self) -> pd.DataFrame:
        """Rows of the period's ledger."""
        day = self.asked.day
        return hazard_ledger(day.register, day.ledger, self.asked.period)

    @cached_property
    def issued(self) -> pd.DataFrame:
        """督办单 issued in the period."""
        rows = self.asked.day.issued
        first, last = pd.Timestamp(self.asked.period.first), pd.Timestamp(self.asked.period.last)
        return rows[rows["issued_on"].between(first, last)].reset_index(drop=True)

    @property
    def on_paper(self) -> list[Notice]:
        """Those that get a paper: every issued one, and drafts for major and refused hazards.

        The others stand in the list; each is drawn when it is issued.
        """
        due = self.asked.day.due
        drafts = due[(due["level"] == "重大") | due["why"].str.contains("拒不整改")]
        return [*as_notices(self.issued), *as_notices(drafts)]

    @property
    def majors(self) -> list[str]:
        """Major hazards of the period's ledger."""
        rows = self.ledger_rows
        kept = (rows["level"] == "重大").to_numpy(bool) & (rows["state"] != "误录").to_numpy(bool)
        return [str(each) for each in rows["id"][kept]]

    def file(self, hazard_id: str) -> HazardFile:
        """Everything of one hazard."""
        if hazard_id not in self._files:
            day = self.asked.day
            self._files[hazard_id] = hazard_file(day.ledger, day.register, day.clocks, hazard_id)
        return self._files[hazard_id]


def _notice_word(asked: Asked, notice: Notice) -> bytes:
    own = asked.templates.get(NOTICE)
    return word(own or template(NOTICE), notice_word(notice, asked.day.ledger.town), f"{NOTICE}.docx")


def _notice_job(asked: Asked, notice: Notice) -> Job:
    return Job("letter", notice_paper(notice, asked.day.ledger.town), asked.made)


def _dossier_word(asked: Asked, watched: Watched, hazard_id: str) -> bytes:
    file = watched.file(hazard_id)
    own = asked.templates.get(DOSSIER)
    return word(
        own or template(DOSSIER), dossier_word(file, asked.day.ledger.town, captions_of(file)), f"{DOSSIER}.docx"
    )


def _dossier_job(asked: Asked, watched: Watched, hazard_id: str) -> Job:
    file = watched.file(hazard_id)
    thumbnails = asked.thumbnails(file.photos)
    names = {photo: f"photo{number}.jpg" for number, photo in enumerate(thumbnails)}
    data = dossier_paper(file, asked.day.ledger.town, captions_of(file), names)
    return Job("dossier", data, asked.made, {names[photo]: jpeg for photo, jpeg in thumbnails.items()})
