"""Made-up towns as town folders, one a call: the same number and seed give the same town. Runs in a worker."""

from __future__ import annotations

from geodata.ledger import Ledger
from geodata.model import Town
from geodata.parquet.folders import PREFIX, open_root
from geodata.parquet.writing import copy_town, write_town
from geodata.rule_texts import RuleText
from geodata.store import DEFAULT_RULES
from geodata.synthetic import make_sized, mixed_size


def make_folder(number: int, root: str, seed: int) -> str:
    """Make one of many towns and give the name of its folder."""
    made = make_sized(mixed_size(number, seed), seed + number)
    rules = (RuleText(None, DEFAULT_RULES.read_text(encoding="utf-8")),)
    return write_town(open_root(root), made.town, rules, Ledger.whole(made.town, made.frames).frames)


def copy_folder(number: int, root: str, seed: int, distinct: int) -> str:
    """Write one of the distinct towns again under the code and name of this number, and give the folder's name."""
    size, source = mixed_size(number, seed), mixed_size(number % distinct, seed)
    return copy_town(open_root(root), f"{PREFIX}{source.code}", Town(size.name, size.code, synthetic=True))
