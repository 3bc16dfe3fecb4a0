"""`wangge assign`: who answers for what, printed with the reason, written with an audit row."""

from __future__ import annotations

import argparse

from api.assigning import NEEDED, Change, leaders, officers, places_without_department
from api.cli.figures import today
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.stores import ACTOR
from api.cli.terminal import say
from geodata.store import open_store

TITLES = {"officers": "安全员安排", "leaders": "包保安排", "orphans": "没有监管部门的场所"}


def assign(arguments: argparse.Namespace) -> None:
    """Assign, tell, and write unless it is a dry run or a list."""
    writes = not arguments.dry_run and arguments.what != "orphans"
    with open_store(arguments.store, write=writes) as store:
        ledger, day = store.ledger(*NEEDED), arguments.as_of or today(store.town)
        rules = store.rules_text(day)
        match arguments.what:
            case "officers":
                found = officers(ledger, rules, day)
            case "leaders":
                found = leaders(ledger, arguments.tag)
            case _:
                found = places_without_department(ledger)
        if writes and len(found.frame):
            source = f"wangge assign {arguments.what}"
            store.write(found.table, found.frame, actor=ACTOR, action="assign", source=source)
        title = f"{store.town.name} {TITLES[arguments.what]}：{len(found.rows):,} 行"
    facts = {"town": ledger.town.name, "what": arguments.what, "changed": len(found.frame), "notes": found.notes}
    deliver(Figures(title, facts, found.rows, found.shown), arguments)
    _tell(found, arguments, written=writes)


def _tell(found: Change, arguments: argparse.Namespace, *, written: bool) -> None:
    for note in found.notes:
        say(f"注意：{note}")
    if arguments.what != "orphans":
        say(f"{'已写入' if written else '没有写入'}：{len(found.frame):,} 行有变化。")
