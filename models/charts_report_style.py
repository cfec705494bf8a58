"""How the pictures of the committee report look: greys, shapes, lines of text that are never measured.

Every picture is 360 units wide, so that its letters read at a phone's width. A Chinese line is anchored by its
own end or middle, for the font that measures here has no Chinese signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final, Literal, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import Affine2D, Affine2DBase, ScaledTranslation, Transform

Language = Literal["zh", "en"]

INK, DARK, GREY, SOFT, PALE = "#111111", "#444444", "#777777", "#b0b0b0", "#dddddd"
WIDTH: Final = 360
"""Units (points) of every picture; as many pixels on a phone."""
SIZE, SMALL = 10, 8.5
SIGNED: Final = FuncFormatter(lambda value, _: f"{value:+g}".replace("-", "−") if abs(value) > 1e-9 else "0")
"""Log-odds on an axis, with their sign."""


def sheet(height: float, *, left: float = 34, right: float = 10, top: float = 8, bottom: float = 34) -> Axes:
    """Return axes on a figure 360 units wide, with margins in the same units.

    Examples
    --------
    >>> sheet(200).figure.get_size_inches().tolist()
    [5.0, 2.7777777777777777]
    """
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    ax = figure.add_axes(
        (left / WIDTH, bottom / height, (WIDTH - left - right) / WIDTH, (height - top - bottom) / height)
    )
    return bare(ax)


def bare(ax: Axes) -> Axes:
    """Return the axes with thin grey lines and small numbers, no frame on top and right."""
    ax.patch.set_visible(False)
    ax.figure.patch.set_visible(False)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set(color=GREY, linewidth=0.8)
    ax.tick_params(labelsize=SMALL, color=GREY, labelcolor=INK, length=3, width=0.8)
    return ax


def write(ax: Axes, text: str, x: float, y: float, *, at: str = "data", dx: float = 0, dy: float = 0, ha: str = "left",
          va: str = "baseline", size: float = SIZE, color: str = INK, bold: bool = False) -> None:  # fmt: skip
    """Write one line of text; ``at`` is ``data``, ``axes fraction``, or one for each axis: ``axes fraction|data``.

    A line is anchored by its own end or middle, never measured, so Chinese sits where it should.
    """
    coords: Any = tuple(at.split("|")) if "|" in at else at
    ax.annotate(
        text, (x, y), xycoords=coords, xytext=(dx, dy), textcoords="offset points", ha=ha, va=va, fontsize=size,
        color=color, parse_math=False, annotation_clip=False, fontweight="bold" if bold else "normal",
    )  # fmt: skip


def told(record: Any, field: str, language: Language) -> str:
    """Return a text that a record carries in both languages.

    Examples
    --------
    >>> told({"name_en": "all", "name_zh": "全部"}, "name", "zh")
    '全部'
    """
    return str(record[f"{field}_{language}"])


def short_meaning(record: Any, language: Language) -> str:
    """Return what a feature is, without the remark behind it on when it is missing.

    Examples
    --------
    >>> short_meaning({"meaning_en": "The arrears over the income; missing without income"}, "en")
    'The arrears over the income'
    """
    return told(record, "meaning", language).split("; ")[0]


def said(words: tuple[str, str], language: Language) -> str:
    """Return the words of one language from an (English, Chinese) pair.

    Examples
    --------
    >>> said(("days", "天"), "zh")
    '天'
    """
    return words[1] if language == "zh" else words[0]


def below(ax: Axes, text: str, *, down: float = 28) -> None:
    """Write what the horizontal axis shows, in the middle below it."""
    write(ax, text, 0.5, 0, at="axes fraction", dy=-down, ha="center", size=SMALL)


def width_of(text: str, *, size: float = SIZE) -> float:
    """Return about how wide a line is: a Chinese sign is as wide as its size, a Latin one about half.

    Examples
    --------
    >>> width_of("逾期天数"), round(width_of("days"), 1)
    (40.0, 22.4)
    """
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return size * (wide + 0.56 * (len(text) - wide))


def lines_of(text: str, *, width: float, size: float = SIZE, most: int = 2) -> list[str]:
    """Return a text in lines that fit a width; what does not fit ends in an ellipsis.

    Examples
    --------
    >>> lines_of("The days past due this morning", width=100)
    ['The days past due', 'this morning']
    """
    words = re.findall(r"[^\s\u2e80-\uffef]+\s*|[\u2e80-\uffef]\s*|\s+", text)
    lines = [""]
    for word in words:
        if lines[-1] and width_of((lines[-1] + word).rstrip(), size=size) > width:
            lines.append("")
        lines[-1] += word
    lines = [line.strip() for line in lines]
    if len(lines) > most:
        last = lines[most - 1]
        while last and width_of(last + "…", size=size) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return lines


def key(ax: Axes, entries: Sequence[tuple[str, dict[str, Any]]], *, start: float = 0.0) -> None:
    """Write the key above the axes: each entry a marker and its word, in as many lines as it takes.

    Parameters
    ----------
    entries
        Word and how its marker is drawn (keywords of ``Axes.plot``; ``hatch`` or ``box`` for a box).
    start
        Where the first line begins, in points from the left edge of the axes.
    """
    room = ax.get_position().width * WIDTH
    placed: list[tuple[float, int, str, dict[str, Any]]] = []
    x, line = start, 0
    for word, style in entries:
        need = 16 + width_of(word, size=SMALL) + 10
        if x and x + need > room:
            x, line = 0.0, line + 1
        placed.append((x, line, word, style))
        x += need
    corner = from_corner(ax)
    for x, at, word, style in placed:
        up = 6 + 13 * (line - at)
        if "box" in style:
            kept = {name: value for name, value in style.items() if name != "box"}
            ax.add_patch(Rectangle((x, up - 1), 12, 9, transform=corner, clip_on=False, **kept))
        else:
            across = [x, x + 6, x + 12] if style.get("linestyle", "none") != "none" else [x + 6]
            ax.add_line(
                Line2D(
                    across,
                    [up + 3.5] * len(across),
                    transform=corner,
                    clip_on=False,
                    **{"markevery": [len(across) // 2], **style},
                )
            )
        write(ax, word, 0, 1, at="axes fraction", dx=x + 16, dy=up, size=SMALL)


def from_corner(ax: Axes) -> Transform:
    """Return the transform from points, counted from the upper left corner of the axes, to the picture."""
    figure = cast("Figure", ax.get_figure(root=True))
    return (
        Affine2D().scale(1 / 72)
        + figure.dpi_scale_trans
        + ScaledTranslation(0, 1, cast("Affine2DBase", ax.transAxes))
    )
