"""`wangge plan`: the routes of a day, as files that people, phones and maps read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from api.cli.files import os_refusals_named, replacing, size
from api.cli.headers import header
from api.cli.interrupting import interruptible
from api.cli.plan_month import plan_days
from api.cli.progress import Progress
from api.cli.rows import as_json
from api.cli.stores import ACTOR
from api.cli.terminal import put, say, table, tell
from api.cli.usage import UsageProblem
from api.keeping import kept_plan, write
from api.plan_words import LEFT_WORDS
from api.route_calendar import ics_text
from api.route_files import document, file_name, geojson_text, gpx_text
from api.route_kml import kml_text
from api.route_sheets import NEEDED, Printing, sheets
from api.routing import Ask, plan_day
from api.street_routing import plan_streets
from coverage.routes.clock import hour
from coverage.routes.kept import PLAN
from coverage.routes.kept_plan import routes_of_plan
from coverage.routes.kept_rows import Histories
from coverage.routes.result import DayPlan
from geodata.errors import FontProblem
from geodata.store import Store, open_store
from maps.backgrounds import Background
from maps.routes import MODES, routes_map
from maps.tables.joining import joined_pdf

SHOWN = ("officer", "officer_name", "stops", "depart", "home", "travel_minutes", "stay_minutes", "length_m", "prize")
WRITERS = {"gpx": gpx_text, "kml": kml_text, "geojson": geojson_text}


def plan(arguments: argparse.Namespace) -> None:
    """Plan a day, write its files, tell."""
    if len({*arguments.must}) < len(arguments.must):
        raise UsageProblem("--must 把同一个场所写了两次。")
    if arguments.date is None:
        if arguments.streets or arguments.with_places:
            raise UsageProblem("沿街巡查一次排一天：--streets 要和 --date 一起用。")
        plan_days(arguments, *horizon(arguments))
        return
    ask = Ask(
        arguments.date,
        arguments.officer,
        arguments.area,
        tuple(arguments.must),
        arguments.start,
        arguments.together,
        arguments.seed,
    )
    if not (arguments.keep or arguments.out):
        raise UsageProblem("要写明 --out（文件写到哪个文件夹）或 --keep（在库里留作草稿），也可以两个都写。")
    with open_store(arguments.store, write=arguments.keep) as store:
        with interruptible() as stop, Progress(f"{ask.day} 路线", unit="人") as progress:
            found = _planned(store, ask, arguments, progress, stop)
        stopped = stop()
        if arguments.keep:
            _keep(store, found)
        ledger = store.ledger(*NEEDED, columns=NEEDED)
        printing = Printing.of(found, ledger, store.rules_text(ask.day))
    if arguments.out:
        tiles = (Background(arguments.tiles),) if arguments.tiles else None
        texts = {
            "routes.json": as_json(document(found, ask.seed)) + "\n",
            "routes.geojson": geojson_text(found),
            "routes.kml": kml_text(found),
            "plan.html": routes_map(found, printing.backdrop, tiles=tiles),
        }
        with Progress(f"{ask.day} 路线单", unit="人") as progress:
            _write(found, texts, printing, arguments.out, progress)
    _say(found, stopped=stopped)
    show(found, ask.seed, arguments.format)


def _keep(store: Store, found: DayPlan) -> None:
    """Keep the routes as drafts, all in one transaction."""
    planned = routes_of_plan(found, actor=ACTOR, at=datetime.now(UTC))
    new, said = kept_plan(Histories(store.routes(found.day, found.day)), planned)
    write(store, new, actor=ACTOR, action=PLAN, source="plan")
    same = f"，其余 {len(planned) - len(new)} 人的没有动" if len(new) < len(planned) else ""
    say(f"已留下 {len(new)} 人的草稿{same}。可以在网页“路线”上改、发到手机。")
    for note in said:
        say(f"注意：{note}")


def horizon(arguments: argparse.Namespace) -> tuple[date, date]:
    """Give the days of `--month`, `--week` or `--from` with `--to`."""
    if arguments.first is None:
        days: tuple[date, date] = arguments.month or arguments.week
        if arguments.to is not None:
            raise UsageProblem("--to 要和 --from 一起写。")
        return days
    if arguments.to is None:
        raise UsageProblem("写了 --from，还要写 --to（截止日，含）。")
    return arguments.first, arguments.to


def _planned(
    store: Store, ask: Ask, arguments: argparse.Namespace, progress: Progress, stop: Callable[[], bool]
) -> DayPlan:
    """Plan visits, or walks along streets."""
    if not arguments.streets:
        if arguments.with_places:
            raise UsageProblem("--with-places 是沿街巡查的，要和 --streets 一起用。")
        return plan_day(store, ask, progress.tell, stop)
    if arguments.together:
        raise UsageProblem("--streets 各走各的网格，不能和 --together 一起用。")
    if arguments.keep:
        raise UsageProblem("沿街巡查留不了草稿：--keep 不能和 --streets 一起用，请用 --out 写成文件。")
    if arguments.must and not arguments.with_places:
        raise UsageProblem("沿街巡查要去约定的场所，请加上 --with-places。")
    progress.tell("看哪些路没人走过", 0, 0)
    return plan_streets(store, ask, arguments.unwalked_days, places=arguments.with_places)


def _write(found: DayPlan, texts: dict[str, str], printing: Printing, out: Path, progress: Progress) -> None:
    """Write a file for all and some an officer with stops; the sheets last, since they take longest."""
    with os_refusals_named(out):
        out.mkdir(exist_ok=True)
        (out / "officers").mkdir(exist_ok=True)
    names = {officer: file_name(found, officer, at) for at, officer in enumerate(printing.officers, start=1)}
    addresses = printing.known.places["address"]
    for officer, name in names.items():
        for ending, writer in WRITERS.items():
            texts[f"officers/{name}.{ending}"] = writer(found, officer)
        texts[f"officers/{name}.ics"] = ics_text(found, officer, addresses)
    for name, text in texts.items():
        with replacing(out / name) as draft:
            draft.write_bytes(text.encode())
    whole = f"plan.html（{size(out / 'plan.html')}，用浏览器打开）、routes.json、routes.geojson、routes.kml"
    say(f"已写入 {out}：{whole}，officers/ 里 {len(names)} 人的 GPX、KML、GeoJSON 和日历（ics）。")
    try:
        _print(printing, names, out, progress)
    except FontProblem as problem:
        say(f"注意：没有写路线单。{problem}")


def _print(printing: Printing, names: dict[str, str], out: Path, progress: Progress) -> None:
    """Write the sheet of each officer, and all of them in one file."""
    papers: list[bytes] = []
    for officer, paper in sheets(printing):
        with replacing(out / "officers" / f"{names[officer]}.pdf") as draft:
            draft.write_bytes(paper)
        papers.append(paper)
        progress.tell("排版路线单", len(papers), len(names))
    if papers:
        with replacing(out / "sheets.pdf") as draft:
            draft.write_bytes(joined_pdf(papers))
        say(f"路线单：sheets.pdf（{size(out / 'sheets.pdf')}，{len(papers)} 人），officers/ 里各人一份。")


def _say(found: DayPlan, *, stopped: bool) -> None:
    """Say what people should know of the plan."""
    if stopped:
        say("已提前结束：用的是当时最好的结果。")
    elif found.cut_short:
        say(f"注意：{found.cut_short} 条路线到时间就停了，同样的种子下次可能排得更好。")
    for note in found.notes:
        say(f"注意：{note}")
    wrong = found.routes.loc[~found.routes["feasible"], "officer"].tolist()
    if wrong:
        say(f"注意：{'、'.join(wrong)} 的路线没有通过核对，请报告这个问题。")
    counts = found.left_out["reason"].value_counts()
    if found.streets is not None and len(found.routes):
        new, repeat = (found.routes[name].sum() / 1000 for name in ("new_m", "repeat_m"))
        say(f"走到好久没人走的道路 {new:,.1f} 公里，另有 {repeat:,.1f} 公里是来回和重走的。")
    parts = [f"{LEFT_WORDS[str(reason)]} {count:,}" for reason, count in counts.items()]
    if parts:
        say(f"没有排上 {len(found.left_out):,} 处：{'、'.join(parts)}。原因逐条写在 JSON（routes.json）里。")


def show(found: DayPlan, seed: int, form: str | None) -> None:
    """Print a plan: its JSON document, or a table of its routes."""
    if form == "json":
        put(as_json(document(found, seed)))
    else:
        _tell(found)


def _tell(found: DayPlan) -> None:
    tell(f"{found.town.name} {found.day} 巡查路线：{len(found.routes)} 人，{found.routes['stops'].sum():,} 处")
    headers = [*(header(field) for field in SHOWN[:2]), "方式", *(header(field) for field in SHOWN[2:])]
    rows = [_texts(row) for row in found.routes.to_dict("records")]
    put(table(headers, rows, [False] * 3 + [True] * (len(headers) - 3)))
    if len(found.routes) == 1 and len(found.visits):
        put(_stops(found.visits))


def _texts(row: dict[object, object]) -> list[str]:
    figures = [f"{row[name]:,.0f}" for name in ("travel_minutes", "stay_minutes", "length_m")]
    times = [hour(int(str(row[name]))) for name in ("depart", "home")]
    words = [str(row["officer"]), str(row["name"]), MODES[str(row["mode"])]]
    return [*words, str(row["stops"]), *times, *figures, f"{row['prize']:,.1f}"]


def _stops(visits: pd.DataFrame) -> str:
    """Lay out the stops of one officer."""
    rows = []
    for row in visits.to_dict("records"):
        times = [hour(int(row["arrive"])), hour(int(row["leave"]))]
        words = [str(row["place_id"] or ""), str(row["name"]), f"{row['prize']:,.1f}", str(row["why"])]
        rows.append([str(row["number"]), *times, *words])
    headers = ["顺序", "到", "走", *(header(name) for name in ("place_id", "name", "prize", "why"))]
    return table(headers, rows, [True, True, True, False, False, True, False])
