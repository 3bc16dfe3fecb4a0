"""The line of a rules file that a problem speaks of."""

from __future__ import annotations

import pytest

from coverage.rule_lines import line_of
from coverage.rules import parse_rules
from coverage.workload import parse_habits
from geodata.errors import RulesProblem

TEXT = """# rules
[minutes]
"其他" = 25

[[rule]]
id = "a"
every = "month"

[[rule]]
id = "b"
name = "乙"
every = "month"
times = 1
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('name = "乙"', 'name = "乙', 11),
        ("times = 1", "times = 0", 13),
        ('id = "b"', 'id = "a"', 10),
        ('id = "b"', 'idd = "b"', 9),
        ("times = 1", 'tims = "1"', 13),
        ('"其他" = 25', '"其他" = -1', 3),
        ('every = "month"\ntimes', 'every = "monthly"\ntimes', 12),
        ('[[rule]]\nid = "a"', '[rule]\nid = "a"', None),
        ("# rules", "unknown = 1", 1),
    ],
)
def test_lines(old: str, new: str, line: int | None) -> None:
    """Syntax, a key of a rule, a rule without its key, a section: each is found where it stands."""
    text = TEXT.replace(old, new)
    with pytest.raises(RulesProblem) as problem:
        parse_rules(text)
        parse_habits(text)
    found = line_of(text, str(problem.value))
    assert found == line or (line is None and found is not None)
