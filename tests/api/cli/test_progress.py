"""How far long work is, on a terminal only."""

from __future__ import annotations

from io import StringIO

from api.cli.progress import Progress


class Terminal(StringIO):
    """A terminal that keeps what is drawn."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


def drawn(*told: tuple[float, str, int, int], label: str = "places.csv") -> list[str]:
    """Tell a progress what is done at which second; give what it drew, and see that it left an empty line."""
    terminal, clock = Terminal(), iter([each[0] for each in told])
    with Progress(label, stream=terminal, clock=lambda: next(clock)) as progress:
        for _, stage, done, of in told:
            progress.tell(stage, done, of)
    lines = terminal.getvalue().split("\r")
    assert lines[0] == lines[-1] == ""
    assert not lines[-2].strip()
    return [line.rstrip() for line in lines[1:-2]]


def test_rows_a_second() -> None:
    """The line says the work, the stage, rows of rows, and rows a second of this stage."""
    lines = drawn(
        (0.0, "读取", 0, 0), (5.0, "写入", 0, 0), (7.0, "写入", 10_000, 40_000), (9.0, "写入", 40_000, 40_000)
    )
    assert lines[:2] == ["places.csv 读取…", "places.csv 写入…"]
    assert lines[2] == f"places.csv 写入 {'█' * 6}{'░' * 18} 10,000/40,000 行，5,000 行/秒"
    assert lines[3] == f"places.csv 写入 {'█' * 24} 40,000/40,000 行，10,000 行/秒"


def test_not_drawn_too_often() -> None:
    """It is drawn ten times a second at most, the end always."""
    told = [(n / 100, "写入", n, 100) for n in range(1, 101)]
    lines = drawn(*told)
    assert len(lines) <= 12
    assert "100/100 行" in lines[-1]


def test_shorter_line_hides_the_longer_one() -> None:
    """What stood there before is drawn over, and no name can command the terminal."""
    terminal = Terminal()
    with Progress("坏\x1b[2J名" + "长" * 40, stream=terminal) as progress:
        progress.tell("读取", 1, 2)
        progress.tell("写入")
    first, second = terminal.getvalue().split("\r")[1:3]
    assert "\x1b" not in terminal.getvalue()
    assert "…" in first
    assert len(second) > len(second.rstrip())


def test_nothing_where_nobody_looks() -> None:
    """Where stderr is no terminal nothing is drawn."""
    stream = StringIO()
    with Progress("places.csv", stream=stream) as progress:
        progress.tell("写入", 1, 2)
    assert stream.getvalue() == ""
