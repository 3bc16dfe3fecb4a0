"""What a town keeps beside its tables: rules, checklists, saved columns, drafts of divisions, frozen reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.errors import ChangedProblem, StoreProblem
from geodata.model import Town
from geodata.rule_texts import RuleText, as_settings, from_settings, text_on, with_new
from geodata.store.opened import Opened
from geodata.store.reading import read_settings
from geodata.tables import TABLES

if TYPE_CHECKING:
    from geodata.store.drafts import Draft
    from geodata.store.reports import FrozenReport

DEFAULT_RULES = Path(__file__).parent.parent / "default_rules.toml"
DEFAULT_CHECKLISTS = DEFAULT_RULES.with_name("default_checklists.toml")


class Documents(Opened):
    """Texts and settings, read and put in each other's place; what holds is audited, drafts are not."""

    def rules_text(self, day: date | None = None) -> str:
        """Give the town's rules as TOML: those that hold on a day, the newest when none is named."""
        texts = self.rule_texts()
        return text_on(texts, day) if day else texts[-1].text

    def rule_texts(self) -> tuple[RuleText, ...]:
        """Give the town's rules files, the oldest first, each with the first day on which it holds."""
        with self._reading() as connection:
            return from_settings(read_settings(connection))

    def write_rules(
        self,
        text: str,
        *,
        actor: str,
        source: str,
        since: date | None = None,
        reason: str = "",
        seen: tuple[RuleText, ...] | None = None,
    ) -> tuple[RuleText, ...]:
        """Write a TOML text that was checked before: it holds from `since` on, on all days when that is None.

        `seen` are the rules files as they were seen; ChangedProblem when they changed since, by whatever process.

        Returns the rules files that no longer hold on any day.
        """
        from geodata.store.writing import Written, write_settings  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            old = from_settings(read_settings(self._connection))
            if seen not in (None, old):
                raise ChangedProblem
            new = with_new(old, RuleText(since, text, reason))
            write_settings(connection, as_settings(new), Written(actor, "rules", source))
        return tuple(each for each in old if each not in new)

    def checklists_text(self) -> str:
        """Give the town's checklists as TOML; those that every town starts with until it has its own."""
        with self._reading() as connection:
            return _checklists_in(read_settings(connection))

    def write_checklists(self, text: str, *, actor: str, source: str, seen: str | None = None) -> None:
        """Put checklists that were checked before in the place of those that hold.

        `seen` are these as they were seen; ChangedProblem when they changed since, by whatever process.
        """
        from geodata.store.writing import Written, write_settings  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            if seen not in (None, _checklists_in(read_settings(self._connection))):
                raise ChangedProblem
            write_settings(connection, {"checklists": text}, Written(actor, "checklists", source))

    def saved_columns(self, table: str) -> dict[str, dict[str, str]]:
        """Give the column mappings that were saved for a table: mark of a file's headers → field → header."""
        start = f"columns:{table}:"
        with self._reading() as connection:
            settings = read_settings(connection)
        return {key.removeprefix(start): json.loads(value) for key, value in settings.items() if key.startswith(start)}

    def save_columns(self, table: str, mark: str, columns: Mapping[str, str], *, actor: str, source: str) -> None:
        """Keep the column mapping of the files whose headers have this mark, in place of an older one."""
        from geodata.store.writing import Written, write_settings  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            value = json.dumps(dict(columns), ensure_ascii=False)
            write_settings(connection, {f"columns:{table}:{mark}": value}, Written(actor, "columns", source))

    def change_town(self, town: Town, *, actor: str) -> None:
        """Change the town's name or settings; StoreProblem for another code, which names the root of its areas."""
        from geodata.store.writing import (  # noqa: PLC0415 - slow import
            Written,
            batch,
            root_of,
            town_settings,
            write_batch,
            write_settings,
        )

        if town.code != self.town.code:
            raise StoreProblem(
                f"区划代码不能由 {self.town.code} 改为 {town.code}：请用 wangge init 新建一个文件再导入。"
            )
        written = Written(actor, "town", "settings")
        with self._writing() as connection:
            write_settings(connection, town_settings(town), written)
            write_batch(connection, batch(TABLES["areas"], root_of(town)), written)
        self.town = town

    def save_draft(
        self,
        draft: int | None,
        *,
        name: str,
        level: str,
        actor: str,
        base: str,
        content: Mapping[str, Any],
        seen: str | None = None,
    ) -> int:
        """Keep a draft of a division, a new one (None) or in place of an older one; give its number.

        `seen` is the `changed_at` of the older one as it was seen; ChangedProblem when it was changed since.
        """
        from geodata.store.drafts import put_draft  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            return put_draft(
                connection, draft, name=name, level=level, actor=actor, base=base, content=content, seen=seen
            )

    def drop_draft(self, draft: int, seen: str | None = None) -> None:
        """Throw a draft away; ChangedProblem when it is not as it was `seen` (its `changed_at`)."""
        from geodata.store.drafts import drop_draft  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            drop_draft(connection, draft, seen)

    def drafts(self) -> list[Draft]:
        """Give the drafts without their content, the newest change first."""
        from geodata.store.drafts import read_drafts  # noqa: PLC0415 - slow import

        with self._reading() as connection:
            return read_drafts(connection)

    def draft(self, draft: int) -> Draft:
        """Give a draft with its content; DraftProblem when there is none of that number."""
        from geodata.store.drafts import read_draft  # noqa: PLC0415 - slow import

        with self._reading() as connection:
            return read_draft(connection, draft)

    def freeze_report(self, kind: str, period: str, content: bytes, actor: str) -> FrozenReport:
        """Keep a report as it was sent out; one transaction with its audit row, and nothing ever changes it.

        Parameters
        ----------
        kind, period
            What it is (`quarterly` …), of when (`2024Q2`).
        content
            Its figures as JSON; it is packed by the store, and the hash is of the bytes as they are given.

        Returns
        -------
        The newest edition of the kind and period: the one that stood there when it has the same content (nothing is
        written then), else the new one.
        """
        from geodata.store.reports import freeze  # noqa: PLC0415 - slow import

        with self._writing() as connection:
            return freeze(connection, kind, period, content, actor)

    def frozen_reports(self, kind: str, period: str | None = None) -> list[FrozenReport]:
        """Give the frozen reports of a kind (and a period) without their content, the newest last."""
        from geodata.store.reports import read_reports  # noqa: PLC0415 - few need it

        with self._reading() as connection:
            return read_reports(connection, kind, period)

    def frozen_content(self, report: int) -> bytes:
        """Give what a frozen report holds, by its id; StoreProblem when there is none or it was damaged."""
        from geodata.store.reports import read_content  # noqa: PLC0415 - few need it

        with self._reading() as connection:
            return read_content(connection, report)


def _checklists_in(settings: Mapping[str, str]) -> str:
    own = settings.get("checklists")
    return DEFAULT_CHECKLISTS.read_text(encoding="utf-8") if own is None else own
