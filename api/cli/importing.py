"""`wangge import`: a town's own files into its store, every row accounted for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from api.cli.rows import as_json
from api.cli.stores import ACTOR
from api.cli.terminal import put, say, table, tell
from api.cli.usage import UsageProblem
from geodata.doctor import Ground
from geodata.errors import Fault, RowsRejected, WanggeError
from geodata.importing import ImportReport, import_file, known_ground
from geodata.store import Store, open_store
from geodata.tables import TABLES

LISTED = 50
"""Rejected rows that the terminal shows; JSON has all."""


def import_files(arguments: argparse.Namespace) -> None:
    """Import files into one table and report on each."""
    if arguments.table == "photos":
        from api.cli.photos import import_pictures  # noqa: PLC0415 - only photos need it

        import_pictures(arguments)
        return
    if arguments.officer or arguments.minutes is not None or arguments.as_inspections:
        raise UsageProblem("--officer、--minutes、--as-inspections 只用于导入 photos。")
    columns = _columns(arguments)
    if arguments.level and arguments.table != "areas":
        raise UsageProblem("--level 只用于导入 areas。")

    reports: list[ImportReport] = []
    with open_store(arguments.store, write=True) as store:
        ground = known_ground(store, arguments.datum)
        for file in arguments.files:
            reports.append(_import_one(store, ground, file, columns, reports, arguments))
            if arguments.format != "json":
                tell("\n" * (len(reports) > 1) + report_text(reports[-1]))
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
        (report,) = import_file(
            store,
            arguments.table,
            [file],
            datum=arguments.datum,
            encoding=arguments.encoding,
            columns=columns,
            level=arguments.level,
            layer=arguments.layer,
            ground=ground,
            strict=arguments.strict,
            dry_run=arguments.dry_run,
            actor=ACTOR,
        )
    except WanggeError as problem:
        if isinstance(problem, RowsRejected):
            say(faults_table(problem.faults))
        if done and not arguments.dry_run:
            say(f"排在它前面的 {len(done)} 个文件已经写入：{'、'.join(report.file for report in done)}。")
        raise
    return report


def _columns(arguments: argparse.Namespace) -> dict[str, str]:
    """Give the header of each field that was named; each field once, and one that the table has."""
    pairs: list[tuple[str, str]] = arguments.column
    columns, schema = dict(pairs), TABLES[arguments.table]
    if len(columns) < len(pairs):
        raise UsageProblem("--column：同一个字段给了两次。")
    fields = [column.name for column in schema.columns if not column.derived]
    fields += ["lon", "lat", "geometry"] if schema.geometry else []
    for field in columns:
        if field not in fields:
            raise UsageProblem(f"--column：{schema.name} 没有字段“{field}”，可以是：{'、'.join(fields)}。")
    return columns


def report_text(report: ImportReport) -> str:
    """Say what an import did with one file, as a person reads it."""
    facts = report.as_dict()
    counts = ("rows_read", "inserted", "updated", "unchanged")
    numbers = [f"{facts[name]:,}" for name in counts] + [f"{len(facts['rejected']):,}"]
    lines = [
        f"{facts['file']} → {TABLES[facts['table']].title} {facts['table']}"
        + ("（只核对，未写入）" * facts["dry_run"]),
        table(("读到", "新增", "更新", "不变", "退回"), [numbers], [True] * 5),
        f"编码 {facts['encoding']}；坐标系 {facts['datum']['system']}（{_how(facts['datum'])}）",
    ]
    if report.rejected:
        lines += ["退回的行：", faults_table(report.rejected)]
    if facts["repaired"]:
        lines += [f"修复 {len(facts['repaired'])} 行："]
        lines += [f"  第 {repair['row']} 行 {repair['what']}" for repair in facts["repaired"][:LISTED]]
        lines += _more(len(facts["repaired"]))
    return "\n".join(lines + [f"注意：{warning}" for warning in facts["warnings"]])


def _how(datum: dict[str, str]) -> str:
    how = {"declared": "指明", "metadata": "文件写明", "estimated": "估计", "assumed": "默认"}[datum["how"]]
    return f"{how}：{datum['evidence']}" if datum["evidence"] else how


def faults_table(faults: Sequence[Fault]) -> str:
    """Lay out rejected rows, the first of them when there are many."""
    rows = [(str(fault.row), fault.column, fault.value, fault.problem) for fault in faults[:LISTED]]
    return "\n".join([table(("行", "列", "值", "问题"), rows, (True, False, False, False)), *_more(len(faults))])


def _more(count: int) -> list[str]:
    return [f"…还有 {count - LISTED:,} 行，见 --format json"] if count > LISTED else []
