"""`wangge stays`: real minutes of visits beside the rules', and a person's word to plan with them."""

from __future__ import annotations

import argparse
from datetime import date, timedelta

from api.cli.figures import today
from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.stores import ACTOR
from api.cli.terminal import say
from api.cli.usage import UsageProblem
from api.route_done import check_days
from coverage.minutes_text import with_minutes
from coverage.routes.observed_stays import NEEDED, observed_stays
from coverage.routes.stays import StayFigures, stay_figures
from coverage.workload import parse_habits
from geodata.errors import QuestionProblem
from geodata.store import Store, open_store

ALL = "全部"
HALF_A_YEAR = timedelta(days=182)
SHOWN = (
    "grouped_by",
    "key",
    "visits",
    "source",
    "median",
    "q1",
    "q3",
    "outliers",
    "rule_minutes",
    "proposed_minutes",
    "why",
)


def stays(arguments: argparse.Namespace) -> None:
    """Print real stays; with --accept a new version of the rules file plans with them from a day on."""
    if bool(arguments.accept) != bool(arguments.since):
        raise UsageProblem("--accept 和 --since 要一起写：采用哪些，从哪一天起。")
    if arguments.reason and not arguments.accept:
        raise UsageProblem("--reason 要和 --accept 一起用。")
    with open_store(arguments.store, write=bool(arguments.accept)) as store:
        last = arguments.as_of or today(store.town)
        first = arguments.first or last - HALF_A_YEAR
        figures = stays_in_store(store, first, last)
        if arguments.accept:
            _accept(store, figures, arguments)
    say(_summary(figures))
    facts: dict[str, object] = {"from": str(first), "to": str(last), "town": store.town.name}
    facts |= {"visits": figures.visits, "observed": figures.observed, "left_out": figures.left_out}
    title = f"{store.town.name} 实际停留（分钟）{first} 到 {last}"
    deliver(Figures(title, facts, figures.rows, SHOWN), arguments)


def stays_in_store(store: Store, first: date, last: date) -> StayFigures:
    """Compare the stays of some days with the rules of the last."""
    check_days(first, last)
    ledger = store.ledger(*NEEDED, columns=NEEDED)
    return stay_figures(observed_stays(ledger, first, last), parse_habits(store.rules_text(last)))


def _summary(figures: StayFigures) -> str:
    known = f"{figures.visits:,} 次检查里，{figures.observed:,} 次知道停留多久"
    odd = f"，{figures.left_out:,} 次前后登记的间隔不合理，不算" if figures.left_out else ""
    return f"{known}{odd}。按登记算的把到达当作登记的时候。"


def _accept(store: Store, figures: StayFigures, arguments: argparse.Namespace) -> None:
    """Write a new version of the rules file, which holds from its day on."""
    proposals, asked = figures.proposals, arguments.accept
    unknown = [each for each in asked if each != ALL and each not in proposals]
    if unknown or not proposals:
        some = f"有建议的是：{'、'.join(proposals)}" if proposals else "现在没有建议"
        raise QuestionProblem(f"“{'、'.join(unknown) or ALL}”没有建议可以采用。{some}。")
    chosen = proposals if ALL in asked else {each: proposals[each] for each in asked}
    texts = store.rule_texts()
    newest = texts[-1].since
    if newest is not None and arguments.since <= newest:
        raise QuestionProblem(f"{newest} 起已有另一版规则：--since 要写在它之后，免得把它换掉。")
    said = "、".join(f"{name} {minutes} 分钟" for name, minutes in chosen.items())
    reason = f"按实际停留：{said}" + (f"（{arguments.reason}）" if arguments.reason else "")
    text = with_minutes(texts[-1].text, chosen)
    store.write_rules(text, actor=ACTOR, source="stays", since=arguments.since, reason=reason)
    say(f"从 {arguments.since} 起排路线用：{said}。此前各日仍按原来的。")
