"""Pictures of the committee report as inline SVG: text stays text, bytes stay equal, nothing is fetched.

Every picture is 360 units wide, so that its letters read at a phone's width; nothing is measured with a
font of this machine, so that the same numbers give the same bytes wherever they are drawn.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import warnings
from collections.abc import Sequence
from html import escape
from typing import Any, Final, Literal, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Affine2DBase, ScaledTranslation, Transform

Language = Literal["zh", "en"]

INK, DARK, GREY, SOFT, PALE = "#111111", "#444444", "#777777", "#b0b0b0", "#dddddd"
WIDTH: Final = 360
"""Units (points) of every picture; as many pixels on a phone."""
SIZE, SMALL = 10, 8.5
FONTS: Final = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
_RC: Final[Any] = {  # matplotlib types each key by name
    "svg.fonttype": "none",
    "svg.hashsalt": "duecourse",
    "path.simplify": False,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so places do not depend on the machine's fonts
    "hatch.linewidth": 0.8,
    "hatch.color": DARK,
}


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
    """Write one line of text; ``at`` is ``data``, ``axes fraction``, or one of each such as ``("axes fraction", "data")``.

    A line is anchored by its own end or middle, never measured, so Chinese sits where it should.
    """
    coords: Any = tuple(at.split("|")) if "|" in at else at
    ax.annotate(
        text, (x, y), xycoords=coords, xytext=(dx, dy), textcoords="offset points", ha=ha, va=va, fontsize=size,
        color=color, parse_math=False, annotation_clip=False, fontweight="bold" if bold else "normal",
    )  # fmt: skip


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


def key(ax: Axes, entries: Sequence[tuple[str, dict[str, Any]]], *, dy: float = 6) -> None:
    """Write the key above the axes: each entry a marker and its word, in as many lines as it takes.

    Parameters
    ----------
    entries
        Word and how its marker is drawn (keywords of ``Axes.plot``; ``hatch`` or ``box`` for a box).
    dy
        Distance of the lowest line from the axes.
    """
    room = ax.get_position().width * WIDTH
    placed: list[tuple[float, int, str, dict[str, Any]]] = []
    x, line = 0.0, 0
    for word, style in entries:
        need = 16 + width_of(word, size=SMALL) + 10
        if x and x + need > room:
            x, line = 0.0, line + 1
        placed.append((x, line, word, style))
        x += need
    corner = from_corner(ax)
    for x, at, word, style in placed:
        up = dy + 13 * (line - at)
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


def svg_text(figure: Figure, *, title: str = "", description: str = "") -> str:
    """Return a figure as inline SVG that a page may hold beside others.

    Text is kept as text in the reader's own fonts; ids are unique to the picture; equal figures give equal
    bytes. There is no date, no address and nothing to fetch in it.

    Parameters
    ----------
    title, description
        What a screen reader says; the title is also the tip under the pointer.

    Examples
    --------
    >>> svg_text(sheet(100).get_figure(), title="空图")[:35]
    '<svg role="img" viewBox="0 0 360 10'
    """
    drawn = io.StringIO()
    with mpl.rc_context(_RC), warnings.catch_warnings():
        # matplotlib measures with its own font, which has no Chinese signs, and says so for each; nothing is
        # drawn with it, for the text stays text and is anchored, not measured.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font", category=UserWarning)
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    found = re.search(r"<svg[^>]*viewBox=\"([^\"]*)\"[^>]*>(.*)</svg>", drawn.getvalue(), flags=re.DOTALL)
    if found is None:  # pragma: no cover
        raise ValueError(
            "Expected matplotlib to write an svg element, found none. Use matplotlib 3.10 or 3.11."
        )
    box = " ".join(f"{float(one):g}" for one in found[1].split())
    body = _small(found[2])
    told = escape(title), escape(description)
    mark = "c" + hashlib.sha256("\0".join((box, body, *told)).encode()).hexdigest()[:8]
    names = f'aria-labelledby="{mark}t{f" {mark}d" if description else ""}"'
    head = f'<svg role="img" viewBox="{box}" {names} font-family="{FONTS}" stroke-linejoin="round">'
    said = f'<title id="{mark}t">{told[0]}</title>'
    if description:
        said += f'<desc id="{mark}d">{told[1]}</desc>'
    return f"{head}{said}{_own_ids(body, mark=mark)}</svg>"


def _small(body: str) -> str:
    """Return the drawing without what nobody reads or what would reach into the page around it.

    Left out: comments, metadata, the style sheet (its one rule stands on the picture itself), fonts of this
    machine, styles of marks that their definition already bears, and all decimals but the first.
    """
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.DOTALL)
    body = body.replace('xlink:href="', 'href="')
    body = re.sub(r"font: ((?:bold|700) )?([\d.]+px) [^;\"]*", r"font-size: \2; font-weight: \1", body)
    body = re.sub(r"font-weight: (?=[;\"])|font-family: [^;\"]*", "", body)
    body = re.sub(r' transform="rotate\(-?0 [^"]*"', "", body)
    styled = set(re.findall(r'<path id="([^"]*)" d="[^"]*" style=', body))
    uses = r'(<use href="#([^"]*)"[^>]*?) style="[^"]*"'
    body = re.sub(uses, lambda found: found[1] if found[2] in styled else found[0], body)
    body = re.sub(r'(?<= )(?:d|x|y|transform|points|width|height)="[^"]*"', _rounded, body)
    body = re.sub(
        r"(?<=style=\")[^\"]*", lambda found: re.sub(r"\s*;[\s;]*|;?\s*$", ";", found[0]).rstrip(";"), body
    )
    return re.sub(r">\s+<", "><", body).strip()


def _rounded(found: re.Match[str]) -> str:
    """Return an attribute with its numbers to one decimal."""

    def number(one: re.Match[str]) -> str:
        return f"{round(float(one[0]), 1) + 0.0:g}"

    text = re.sub(r"-?\d+\.\d+(?:e-?\d+)?|-0\b", number, found[0])
    return re.sub(r"\s+(?=[MLQCz\"])|(?<=[MLQC])\s+", "", text)


def _own_ids(body: str, *, mark: str) -> str:
    """Return the drawing with ids of its own: short, and unlike those of any other picture."""
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    names = {
        name: f"{mark}{place}" for place, name in enumerate(dict.fromkeys(re.findall(r' id="([^"]+)"', body)))
    }

    def own(found: re.Match[str]) -> str:
        return f' id="{names[found[1]]}"' if found[1] in used else ""

    body = re.sub(r' id="([^"]+)"', own, body)
    return re.sub(r'(href="#|url\(#)([^")]+)', lambda found: found[1] + names[found[2]], body)
