"""Class limits, and colours that colour-blind people can tell apart."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import colours

BLINDNESS = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB."""


def _lab(colour: str, blindness: str) -> npt.NDArray[np.float64]:
    """CIE L*a*b* (D65) of a colour as somebody with that colour blindness sees it."""
    srgb = np.array(colours.rgb(colour)) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(BLINDNESS[blindness]) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen
    f = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _styles(held: object) -> bool:
    return isinstance(held, dict) and all(isinstance(each, colours.PlaceStyle) for each in held.values())


def _colours(held: object) -> bool:
    return isinstance(held, tuple) and all(isinstance(each, str) and each.startswith("#") for each in held)


PALETTES = {name: tuple(style.fill for style in held.values()) for name, held in vars(colours).items() if _styles(held)}
PALETTES |= {name: held for name, held in vars(colours).items() if _colours(held)}
"""Every ramp and every set of styles of the module: one that is added is looked at by itself."""


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_every_two_classes_can_be_told_apart(palette: tuple[str, ...], blindness: str) -> None:
    """Any two colours of a palette differ by ΔE*ab ≥ 7 (2.3 is just noticeable) for each kind of colour blindness."""
    apart = {(a, b): np.linalg.norm(_lab(a, blindness) - _lab(b, blindness)) for a, b in combinations(palette, 2)}
    assert min(apart.values()) >= 7, min(apart, key=lambda pair: apart[pair])


@pytest.mark.parametrize("palette", [colours.HEAT_COLOURS, colours.COUNT_COLOURS])
def test_sequential_palettes_get_darker(palette: tuple[str, ...]) -> None:
    """More is darker, so a grey print still reads."""
    lightness = [_lab(colour, "none")[0] for colour in palette]
    assert all(light > dark for light, dark in pairwise(lightness))


def test_gap_states_differ_by_more_than_colour() -> None:
    """Each state has a size or an outline of its own."""
    looks = {(style.radius, style.outline) for style in colours.GAP_STYLES.values()}
    assert len(looks) >= len(colours.GAP_STYLES) - 1
    assert len({(s.radius, s.outline) for s in list(colours.GAP_STYLES.values())[:3]}) == 3


def test_levels_of_risk_differ_by_more_than_the_four_colours() -> None:
    """Red, orange, yellow and blue are given by rule: places differ in size or outline too, areas each in pattern."""
    looks = [(style.radius, style.outline) for style in colours.RISK_STYLES.values()]
    assert len(set(looks)) == len(looks)
    assert len(set(colours.RISK_PATTERNS)) == len(colours.RISK_STYLES) == len(colours.RISK_FILLS)


def test_a_class_holds_its_lower_limit() -> None:
    """0.8 belongs to 80–90 %, 1.0 to the last class."""
    found = colours.coverage_classes([0.0, 0.39, 0.4, 0.8, 0.95, 1.0], [9] * 6, [0] * 6)
    assert found.tolist() == [0, 0, 1, 3, 5, 5]
    assert colours.percent_labels() == ["0–40%", "40–60%", "60–80%", "80–90%", "90–95%", "95–100%"]


def test_never_and_nothing_owed_are_no_rates() -> None:
    """All owed duties never done: NEVER; nothing owed: NOTHING_OWED; one of two never: the lowest class."""
    found = colours.coverage_classes([0.0, np.nan, 0.0], [2, 0, 2], [2, 0, 1])
    assert found.tolist() == [colours.NEVER, colours.NOTHING_OWED, 0]


@given(st.floats(1e-6, 1e9), st.integers(1, 8))
def test_nice_limits_rise_to_the_largest(largest: float, classes: int) -> None:
    """As many limits as asked, rising, the last one at least 40 % of the largest value and not above it."""
    limits = colours.nice_limits(largest, classes)
    assert len(limits) == classes
    assert all(low < high for low, high in pairwise(limits))
    assert 0.4 * largest <= limits[-1] <= largest * (1 + 1e-8)


def test_nothing_has_no_limits() -> None:
    """No value above zero, no class; counts begin at 1."""
    assert colours.nice_limits(0, 5) == []
    assert colours.count_limits(0, 5) == []
    assert colours.count_limits(3, 5) == [1, 2]
