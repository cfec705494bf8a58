"""Pictures of the committee report as inline SVG: text stays text, bytes stay equal, nothing is fetched."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from html import escape
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from models.charts_report_style import DARK

FONTS: Final = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
_RC: Final[Any] = {  # matplotlib types each key by name
    "svg.fonttype": "none",
    "svg.hashsalt": "duecourse",
    "path.simplify": False,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so places do not depend on the machine's fonts
    "hatch.linewidth": 0.8,
    "hatch.color": DARK,
}


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
    >>> from models.charts_report_style import sheet
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
    machine, what equal marks repeat, inline styles (they become attributes), all decimals but the first.
    """
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.DOTALL)
    body = body.replace('xlink:href="', 'href="')
    body = re.sub(r"font: ((?:bold|700) )?([\d.]+px) [^;\"]*", r"font-size: \2; font-weight: \1", body)
    body = re.sub(r"font-weight: (?=[;\"])|font-family: [^;\"]*", "", body)
    body = re.sub(r' transform="rotate\(-?0 [^"]*"', "", body)
    body = re.sub(r'(?<= )(?:d|x|y|transform|points|width|height)="[^"]*"', _rounded, body)
    body = re.sub(r">\s+<", "><", body).strip()
    body = re.sub(r"<g([^>]*)>((?:<use [^>]*/>)+)</g>", _styled_once, body)
    return re.sub(r' style="([^"]*)"', _as_attributes, body)


def _as_attributes(found: re.Match[str]) -> str:
    """Return an inline style as plain attributes, so that a page's policy may forbid styles but its own."""
    told = (part.split(":", 1) for part in found[1].split(";") if ":" in part)
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in told)


def _styled_once(found: re.Match[str]) -> str:
    """Return a group of marks with their style said once, on the group, when they all share it."""
    styles = set(re.findall(r' style="[^"]*"', found[2]))
    if len(styles) != 1 or "style=" in found[1]:
        return found[0]
    (style,) = styles
    return f"<g{found[1]}{style}>{found[2].replace(style, '')}</g>"


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
