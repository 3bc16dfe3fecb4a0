"""`wangge import`: a town's own files into its store, every row accounted for."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from api.cli.progress import Progress
from api.cli.rows import as_json
from api.cli.stores import ACTOR
from api.cli.terminal import put, say, table, tell
from api.cli.usage import UsageProblem
from api.import_words import HOW
from geodata.doctor import Ground
from geodata.errors import Fault, RowsRejected, WanggeError
from geodata.importing import ImportReport, import_file, known_ground
from geodata.placing import BY_ADDRESS
from geodata.readers.settling import NO_POSITIONS
from geodata.store import Store, open_store
from geodata.tables import TABLES

FOUND = {"exact": "相同", "prefix": "门牌相同", "name": "名称相同", "fuzzy": "相近"}
"""How an address found its entry, as people read it."""
COUNTED = ("读到", "新增", "更新", "不变", "退回")
FEW = 3
"""More files than this are told in a line each."""
LISTED = 50
"""Rejected rows that the terminal shows; JSON has all."""


def import_files(arguments: argparse.Namespace) -> None:
    """Import files into one table and report on each; or watch a folder."""
    if arguments.watch:
        from api.cli.watching import watch  # noqa: PLC0415 - it reports as this module does

        watch(arguments)
        return
    if arguments.table == "photos":
        from api.cli.photos import import_pictures  # noqa: PLC0415 - only photos need it

        import_pictures(arguments)
        return
    if arguments.officer or arguments.minutes is not None or arguments.as_inspections:
        raise UsageProblem("--officer、--minutes、--as-inspections 只用于导入 photos。")
    columns = _columns(arguments)
    if arguments.level and arguments.table != "areas":
        raise UsageProblem("--level 只用于导入 areas。")
    if arguments.save_columns and not columns:
        raise UsageProblem("--save-columns 要和 --column 一起用：记住的就是 --column 指明的列。")
    if arguments.gazetteer and arguments.table != "places":
        raise UsageProblem("--gazetteer 只用于导入 places。")
    if arguments.save_unsure and (arguments.table != "inspections" or len(arguments.files) > 1):
        raise UsageProblem("--save-unsure 只用于导入 inspections，一次一个文件。")

    reports: list[ImportReport] = []
    with open_store(arguments.store, write=True) as store:
        ground = known_ground(store, arguments.datum)
        try:
            for file in arguments.files:
                reports.append(_import_one(store, ground, file, columns, reports, arguments))
        finally:  # what is in is told, also when a later file is refused
            if arguments.format != "json" and reports:
                tell(many_text(reports) if len(reports) > FEW else "\n\n".join(map(report_text, reports)))
    if arguments.format == "json":
        documents = [report.as_dict() for report in reports]
        put(as_json(documents[0] if len(documents) == 1 else {"files": documents}))


def _import_one(
    store: Store,
    ground: Ground | None,
    file: Path,
    columns: dict[str, str],
    done: list[ImportReport],
    arguments: argparse.Namespace,
) -> ImportReport:
    """Import one file; when it is refused, say which files before it are in already."""
    try:
        number = f"{len(done) + 1}/{len(arguments.files)} " if len(arguments.files) > 1 else ""
        with Progress(number + file.name) as progress:
            (report,) = import_file(
                store,
                arguments.table,
                [file],
                datum=arguments.datum,
                encoding=arguments.encoding,
                columns=columns,
                save_columns=arguments.save_columns,
                level=arguments.level,
                layer=arguments.layer,
                form=arguments.form,
                ground=ground,
                gazetteer=arguments.gazetteer,
                gazetteer_datum=arguments.gazetteer_datum,
                save_unsure=arguments.save_unsure,
                strict=arguments.strict,
                dry_run=arguments.dry_run,
                actor=ACTOR,
                tell=progress.tell,
            )
    except WanggeError as problem:
        if isinstance(problem, RowsRejected):
            say(faults_table(problem.faults))
        if done and not arguments.dry_run:
            say(f"排在它前面的 {len(done)} 个文件已经写入：{'、'.join(report.file for report in done)}。")
        if after := len(arguments.files) - len(done) - 1:
            say(f"排在它后面的 {after} 个文件没有读：改好或拿掉这个文件，再导入一次（已经写入的不会重复）。")
        raise
    return report


def _columns(arguments: argparse.Namespace) -> dict[str, str]:
    """Give the header of each field that was named; each field once, and one that the table has."""
    pairs: list[tuple[str, str]] = arguments.column
    columns, schema = dict(pairs), TABLES[arguments.table]
    if len(columns) < len(pairs):
        raise UsageProblem("--column：同一个字段给了两次。")
    fields = [column.name for column in schema.columns if not column.derived]
    fields += ["lon", "lat", "position", "geometry"] if schema.geometry else []
    for field in columns:
        if field not in fields:
            raise UsageProblem(f"--column：{schema.name} 没有字段“{field}”，可以是：{'、'.join(fields)}。")
    return columns


def report_text(report: ImportReport) -> str:
    """Say what an import did with one file, as a person reads it."""
    facts = report.as_dict()
    lines = [
        f"{facts['file']} → {TABLES[facts['table']].title} {facts['table']}" + _not_written(report),
        table(COUNTED, [_numbers(report)], [True] * 5),
        f"编码 {facts['encoding']}；{_datum(facts['datum'])}",
    ]
    if report.import_id is not None:
        lines += [f"导入编号 {report.import_id}（可用 wangge undo 撤销）"]
    return "\n".join(lines + _told(report))


def many_text(reports: Sequence[ImportReport]) -> str:
    """Say what an import did with many files: a line each, then only what needs a look."""
    rows = [
        (report.file, *_numbers(report), "" if report.import_id is None else str(report.import_id))
        for report in reports
    ]
    systems = Counter((report.datum.way.title, HOW[report.datum.how]) for report in reports)
    lines = [
        f"{len(reports)} 个文件 → {TABLES[reports[0].table].title} {reports[0].table}" + _not_written(reports[0]),
        table(("文件", *COUNTED, "导入编号"), rows, [False, *[True] * 6]),
        "坐标系：" + "；".join(f"{system}（{how}）{count} 个文件" for (system, how), count in systems.items()),
    ]
    for report in reports:
        if told := _told(report):
            lines += ["", f"{report.file}：", *told]
    return "\n".join(lines)


def _numbers(report: ImportReport) -> list[str]:
    counts = (report.rows_read, report.inserted, report.updated, report.unchanged, len(report.rejected))
    return [f"{count:,}" for count in counts]


def _not_written(report: ImportReport) -> str:
    return "（只核对，未写入）" * report.dry_run


def _told(report: ImportReport) -> list[str]:
    """Say what was rejected, mended, placed by its address, and what to mind."""
    lines: list[str] = []
    if report.rejected:
        lines += ["退回的行：", faults_table(report.rejected)]
    if report.repaired:
        lines += [f"修复 {len(report.repaired)} 处："]
        lines += [f"  第 {repair.row} 行 {repair.what}" for repair in report.repaired[:LISTED]]
        lines += _more(len(report.repaired))
    return lines + _located(report) + _recognised(report) + [f"注意：{warning}" for warning in report.warnings]


def _located(report: ImportReport) -> list[str]:
    """Say which rows were placed by their address, and which could not be."""
    lines = []
    if report.placed:
        lines = [f"按地址定位 {len(report.placed):,} 行（场所带标签“{BY_ADDRESS}”）："]
        for each in report.placed[:LISTED]:
            how = FOUND[each.how] + (f" {each.score:g}" if each.how == "fuzzy" else "")
            lines += [f"  第 {each.row} 行 {each.address} → 地名库第 {each.entry_row} 行 {each.entry}（{how}）"]
        lines += _more(len(report.placed))
    if report.ambiguous:
        lines += [f"地址对得上不止一处、没有定位 {len(report.ambiguous):,} 行："]
        for doubtful in report.ambiguous[:LISTED]:
            pairs = zip(doubtful.entry_rows, doubtful.entries, strict=True)
            two = "、".join(f"第 {row} 行 {entry}" for row, entry in pairs)
            lines += [f"  第 {doubtful.row} 行 {doubtful.address}（{FOUND[doubtful.how]}：地名库{two}）"]
        lines += _more(len(report.ambiguous))
    return lines


def _recognised(report: ImportReport) -> list[str]:
    """Say which rows were taken for a place of another spelling, and which could be one of several."""
    lines = []
    if report.matched:
        lines = [f"没有企业编号、按名称和位置对上场所 {len(report.matched):,} 行（括号里是把握和距离）："]
        lines += [f"  第 {each.row} 行 {each.name} → {each.place}" for each in report.matched[:LISTED]]
        lines += _more(len(report.matched))
    if report.unsure:
        what = "没有写入，可用 --save-unsure 另存、填上编号再导入"
        lines += [f"名称拿不准是哪个场所 {len(report.unsure):,} 行（{what}）："]
        for each in report.unsure[:LISTED]:
            lines += [f"  第 {each.row} 行 {each.name}：可能是{'、'.join(map(str, each.candidates))}"]
        lines += _more(len(report.unsure))
    return lines


def _datum(datum: dict[str, str]) -> str:
    if datum["evidence"] == NO_POSITIONS:
        return NO_POSITIONS
    how = HOW[datum["how"]]
    return f"坐标系 {datum['system']}（" + (f"{how}：{datum['evidence']}）" if datum["evidence"] else f"{how}）")


def faults_table(faults: Sequence[Fault]) -> str:
    """Lay out rejected rows, the first of them when there are many."""
    rows = [(str(fault.row), fault.column, fault.value, fault.problem) for fault in faults[:LISTED]]
    return "\n".join([table(("行", "列", "值", "问题"), rows, (True, False, False, False)), *_more(len(faults))])


def _more(count: int) -> list[str]:
    return [f"…还有 {count - LISTED:,} 行，见 --format json"] if count > LISTED else []
