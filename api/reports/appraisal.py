"""The quarter's appraisal of communities and departments: tables of scores, their details, the circular."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.day import Day
from api.reports.asked import Asked, Papers
from coverage.appraisal import UNIT_WORDS, Appraisal, Unit, appraise, days_of
from coverage.appraisal_notice import notice_text
from coverage.appraisal_policy import parse_appraisal
from coverage.assess import NEEDED as OF_DUTIES
from coverage.evidence.grading import NEEDED as OF_GRADES
from coverage.hazards import NEEDED as OF_HAZARDS
from coverage.roster import positions
from geodata.model import Level
from geodata.rule_texts import text_on
from grids.hierarchy import levels_present
from maps.tables.appraisal import duties_sheet, hazards_sheets, scores_sheet
from maps.tables.drafts import CIRCULAR, template
from maps.tables.press import Job
from maps.tables.sheet import Sheet
from maps.tables.supervision import chinese_day
from maps.tables.word import word
from maps.tables.xlsx import workbook

NEEDED: tuple[Mapping[str, tuple[str, ...]], ...] = (OF_DUTIES, OF_HAZARDS, OF_GRADES)


def papers(asked: Asked) -> Papers:
    """Give the files of the appraisal: one workbook, and a circular for communities and one for departments."""
    scored = Scored(asked)
    files: dict[str, Callable[[], bytes]] = {f"考核表 {asked.stem}.xlsx": lambda: workbook(scored.sheets, asked.made)}
    jobs: dict[str, Callable[[], Job]] = {}
    for unit in scored.units:
        name = f"考核通报（{UNIT_WORDS[unit].replace('（', '').replace('）', '')}） {asked.stem}"
        files[f"{name}.docx"] = partial(scored.circular, unit)
        jobs[f"{name}.pdf"] = partial(scored.circular_job, unit)
    return Papers(files, jobs)


def _of_ended(day: Day) -> pd.DataFrame:
    """Give a day's gaps of the rules whose period ended with it: those that a later day tells nothing of."""
    terms = {rule.id: rule.term(day.as_of) for rule in day.assessment.rules}
    ended = [key for key, term in terms.items() if term is not None and term.period.last == day.as_of]
    return day.gaps[day.gaps["rule"].isin(ended).to_numpy(bool)]


class Scored:
    """The appraisals of a quarter, each computed when it is first asked for."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    @property
    def units(self) -> tuple[Unit, ...]:
        """Communities where the town has any, and departments."""
        has_communities = Level.COMMUNITY in levels_present(self.asked.day.assessment.areas)
        return ("community", "department") if has_communities else ("department",)

    @cached_property
    def appraisals(self) -> dict[Unit, Appraisal]:
        """The appraisal of each kind of units."""
        day = self.asked.day
        policy = parse_appraisal(text_on(day.state.rules.texts, self.asked.as_of))
        assessments = [self.asked.day_of(each).assessment for each in days_of(self.asked.as_of)[:-1]]
        graded = day.graded if policy.weights["undoubted"] > 0 else None
        steps = day.ledger.frames["steps"]
        return {
            unit: appraise([*assessments, day.assessment], day.register, steps, policy, unit, graded=graded)
            for unit in self.units
        }

    @property
    def sheets(self) -> list[Sheet]:
        """The tables of scores, then what points were lost by."""
        town, hazards = self.asked.day.ledger.town, self.asked.day.register.hazards
        lately = hazards["found"].to_numpy(dtype="datetime64[D]") >= self.asked.period.first
        return [
            *(scores_sheet(self.appraisals[unit]) for unit in self.units),
            duties_sheet(self._missed, town),
            *hazards_sheets(hazards.assign(community=self._communities(hazards), lately=lately), town),
        ]

    @property
    def _missed(self) -> pd.DataFrame:
        """The duties that are not done, of every period that the scores count, with the units of the report's day."""
        day = self.asked.day
        missed = pd.concat(
            [*(_of_ended(self.asked.day_of(each)) for each in days_of(self.asked.as_of)[:-1]), day.gaps],
            ignore_index=True,
        )
        places = day.assessment.places
        of_now = places.iloc[positions(places, missed["place_id"])].reset_index(drop=True)
        return missed.assign(community=self._communities(of_now), department=of_now["department"])

    def _communities(self, rows: pd.DataFrame) -> npt.NDArray[np.object_]:
        """Give the name of the community of places or hazards, as of the report's day; None for none."""
        names = np.array([*self.asked.day.assessment.areas["name"], None], dtype=object)
        level = str(Level.COMMUNITY)
        if level not in rows:
            return np.full(len(rows), None, dtype=object)
        position = rows[level].to_numpy()
        return np.asarray(names[np.where(position >= 0, position, len(names) - 1)], dtype=object)

    def circular(self, unit: Unit) -> bytes:
        """Give the circular as a Word document."""
        title, addressee, paragraphs = self._text(unit)
        data = {
            "town": self.asked.day.ledger.town.name,
            "title": title,
            "addressee": addressee,
            "paragraphs": paragraphs,
            "issued_on": chinese_day(self.asked.made.date()),
        }
        own = self.asked.templates.get(CIRCULAR)
        return word(own or template(CIRCULAR), data, f"{CIRCULAR}.docx")

    def circular_job(self, unit: Unit) -> Job:
        """Give the circular as a paper."""
        title, addressee, paragraphs = self._text(unit)
        office = f"{self.asked.day.ledger.town.name}安全生产委员会办公室"
        data = {
            "office": office,
            "title": title,
            "number": "",
            "addressee": addressee,
            "before": paragraphs,
            "facts": [],
            "after": [],
            "signer": office,
            "date": chinese_day(self.asked.made.date()),
            "supervisor": "",
            "slip": False,
        }
        return Job("letter", data, self.asked.made)

    def _text(self, unit: Unit) -> tuple[str, str, list[str]]:
        """Give title, addressee and paragraphs."""
        title, addressee, *paragraphs = [line for line in notice_text(self.appraisals[unit]).split("\n") if line]
        return title, addressee.rstrip("："), paragraphs
