"""A sheet of few rows, and LibreOffice where the machine has it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from maps.tables.sheet import Column, Sheet

MADE = datetime(2024, 7, 1, tzinfo=UTC)


@pytest.fixture
def sheet() -> Sheet:
    """Give a sheet of three departments, one without a day, with a summed row."""
    rows = pd.DataFrame(
        {
            "name": ["消防救援大队", "=1+1 住建/[局]", "@市监"],
            "found": [120, 30, 0],
            "rectified": [118, 15, 0],
            "rate": [118 / 120, 0.5, None],
            "day": pd.to_datetime(["2024-06-03", None, "2024-06-30"]),
        }
    )
    columns = [
        Column("name", "部门"),
        Column("found", "发现", "count", group="隐患", total="sum", note="本月发现的隐患，误录不计"),
        Column("rectified", "已整改", "count", group="隐患", total="sum"),
        Column("rate", "整改率", "rate", group="隐患", total=("rectified", "found"), note="已整改 ÷ 发现"),
        Column("day", "最近发现", "day"),
    ]
    return Sheet(
        name="调度表/六月",
        title="虎门镇2024年6月专项行动调度表",
        columns=columns,
        rows=rows,
        facts=["填报单位：安委办", "统计截至：2024-06-30"],
        total={"name": "合计", "day": date(2024, 6, 30)},
        notes=["数据来源：本库。"],
        signatures=["负责人：", "填表人："],
    )


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Give a function that converts a file with LibreOffice; skip where there is none."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine (make browser installs it where that is allowed)")
    profile = tmp_path_factory.mktemp("office")

    def convert(path: Path, kind: str) -> Path:
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
        done = subprocess.run(
            [*command, "--outdir", str(path.parent), str(path)], capture_output=True, check=True, timeout=120
        )
        made = path.with_suffix("." + kind.partition(":")[0])
        assert made.is_file(), done.stderr.decode()
        return made

    return convert
