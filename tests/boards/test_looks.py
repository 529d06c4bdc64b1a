"""The colours of the boards: readable, and told apart by who sees no red and green."""

import itertools
import re

import pytest

from superset_config.environment import PACKAGE
from tests.boards.browser import Watched

STYLE = (PACKAGE / "dashboards" / "bang-chinh" / "style.css").read_text(encoding="utf-8")
# Viénot, Brettel, Mollon 1999: what is left of linear red, green and blue without the M cones
DEUTERANOPIA = (
    (0.29275, 0.70725, -0.02234),
    (0.29275, 0.70725, 0.02234),
    (-0.02234, 0.02234, 1.0),
)
Colour = tuple[float, float, float]


def linear(text: str) -> Colour:
    """Linear light of #rrggbb."""
    parts = [int(text[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def luminance(colour: Colour) -> float:
    """Relative luminance (WCAG 2.2)."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    low, high = sorted(max(luminance(colour), 0) + 0.05 for colour in (one, other))
    return high / low


def without_green(colour: Colour) -> Colour:
    """What a person without M cones sees."""
    red, green, blue = (
        sum(weight * part for weight, part in zip(row, colour, strict=True)) for row in DEUTERANOPIA
    )
    return red, green, blue


def edge(signal: str) -> Colour:
    """The colour of a tile's edge."""
    found = re.search(rf"\.kho-o--{signal} {{ border-left-color: (#\w{{6}})", STYLE)
    assert found, signal
    return linear(found[1])


@pytest.mark.parametrize("pair", list(itertools.combinations(("good", "warn", "alarm"), 2)))
def test_signals_differ_without_red_and_green(pair: tuple[str, str]):
    """By how light they are: what every eye tells apart, and a black and white print too."""
    one, other = (without_green(edge(signal)) for signal in pair)
    assert contrast(one, other) >= 1.8


def test_the_rule_of_colours_can_fail():
    """The usual green and red of the same lightness are one colour to such an eye."""
    green, red = (without_green(linear(text)) for text in ("#4f8f2f", "#b5672f"))
    assert contrast(green, red) < 1.8


CONTRASTS = """() => {
    const part = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    const rgb = text => text.match(/[\\d.]+/g).map(Number);
    const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
    const behind = e => {
        for (; e; e = e.parentElement) {
            const c = rgb(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] > 0) return c;
        }
        return [255, 255, 255];
    };
    const own = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    return [...document.querySelectorAll(".kho-o *, .kho-viec__o *, .kho-chan-bang *")]
        .filter(e => own(e) && !e.matches(".kho-viec__so"))
        .map(e => {
            const back = behind(e), opacity = Number(getComputedStyle(e).opacity);
            const ink = rgb(getComputedStyle(e).color).slice(0, 3)
                .map((v, n) => v * opacity + back[n] * (1 - opacity));
            const [low, high] = [light(ink), light(back)].sort((a, b) => a - b);
            return [Math.round((high + 0.05) / (low + 0.05) * 100) / 100, e.className, e.innerText];
        });
}"""


def test_every_text_of_the_main_board_stands_out(watched: Watched):
    page = watched.open("/superset/dashboard/bang-chinh/", ".kho-o")
    found = page.evaluate(CONTRASTS)
    assert len(found) > 30
    assert [text for text in found if text[0] < 4.5] == []
