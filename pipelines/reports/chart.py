"""The picture: this year's months against every earlier year."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FuncFormatter

from pipelines.reports.model import Chart, YearLine
from pipelines.reports.numbers import number_text

FONTS = Path(__file__).parent / "fonts"
WIDTH_CM, HEIGHT_CM, DOTS_PER_INCH = 16.5, 8.2, 200
_CM_PER_INCH = 2.54
_NOW, _LAST_YEAR, _OLDER_LIGHT, _OLDER_DARK = "#b3261e", "#1f4e79", 0.68, 0.42
_LABEL_GAP = 0.055
# what would carry the clock or the library's version into the bytes
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}


def draw(chart: Chart, kind: str) -> bytes:
    """Draw the chart with the report's own font.

    Args:
        chart: years ascending, the last one is the year reported.
        kind: 'png' (200 dots per inch) or 'svg'.

    Returns:
        The picture, 16.5 × 8.2 cm; the same bytes for the same chart.
    """
    # svg.hashsalt: ids would be random; path: the picture must not need the font where it is read
    with mpl.rc_context({"svg.hashsalt": "kho", "svg.fonttype": "path"}):
        figure = Figure(figsize=(WIDTH_CM / _CM_PER_INCH, HEIGHT_CM / _CM_PER_INCH))
        _plot(figure, chart)
        target = io.BytesIO()
        figure.savefig(target, format=kind, dpi=DOTS_PER_INCH, metadata=_METADATA[kind])
    return target.getvalue()


def _plot(figure: Figure, chart: Chart) -> None:
    axes = figure.add_axes((0.105, 0.105, 0.80, 0.80))
    regular = FontProperties(fname=FONTS / "LiberationSerif-Regular.ttf", size=9.5)
    bold = FontProperties(fname=FONTS / "LiberationSerif-Bold.ttf", size=10.5)
    count = len(chart.lines)
    for index, line in enumerate(chart.lines):
        now = index == count - 1
        # NaN leaves a gap in the line; an absent month is neither zero nor bridged over
        points = [float("nan") if value is None else float(value) for value in line.values]
        axes.plot(
            range(1, 13),
            points,
            color=_colour(index, count),
            linewidth=2.4 if now else 1.5 if index == count - 2 else 1.1,
            marker="o",
            markersize=4.5 if now else 2.2,
            zorder=3 if now else 2,
        )
    axes.set_xlim(0.8, 12.2)
    axes.set_xticks(range(1, 13), [f"T{month}" for month in range(1, 13)])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(regular)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_title(chart.unit, fontproperties=regular, loc="left", x=-0.10, color="#444444")
    _label_years(axes, chart, regular, bold)


def _label_years(axes: Any, chart: Chart, regular: FontProperties, bold: FontProperties) -> None:
    """Write each year at the right, at the height of its last point, moved apart where close."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)
    ends = sorted(
        (float(end), index)
        for index, line in enumerate(chart.lines)
        if (end := _last(line)) is not None
    )
    height = -1.0
    for value, index in ends:
        height = max((value - low) / (high - low), height + _LABEL_GAP)
        now = index == len(chart.lines) - 1
        axes.text(
            1.015,
            height,
            str(chart.lines[index].year),
            transform=axes.transAxes,
            color=_colour(index, len(chart.lines)),
            fontproperties=bold if now else regular,
            va="center",
        )


def _colour(index: int, count: int) -> str:
    """Red for the year reported, blue for the last one, greys that fade with age before."""
    if index == count - 1:
        return _NOW
    if index == count - 2:
        return _LAST_YEAR
    share = index / max(count - 3, 1)
    return str(round(_OLDER_LIGHT + (_OLDER_DARK - _OLDER_LIGHT) * share, 3))


def _last(line: YearLine) -> Decimal | None:
    return next((value for value in reversed(line.values) if value is not None), None)


def _tick(value: float) -> str:
    decimals = 0 if value == int(value) else 1
    return number_text(Decimal(str(value)), decimals)
