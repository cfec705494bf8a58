"""The catalogue of every discovered feature as a page a reviewer reads, as Markdown, or as data."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from html import escape
from pathlib import Path
from typing import Literal

from features.catalogue import Feature, FeatureSpec
from features.discovery import HOUSE_TOPICS, topic_of
from features.files import atomic_file, check_file_place

Language = Literal["zh", "en"]
KINDS = (".html", ".md", ".json")
FORMAT = 1
STYLE = (
    (Path(__file__).parent / "report" / "templates" / "report.css").read_text(encoding="utf-8")
    + """
.frame { max-width: 62rem; }
nav ol { columns: 3; }
table { table-layout: fixed; }
col.what { width: 40%; } col.unit { width: 15%; } col.risk { width: 11%; } col.why { width: 17%; } col.from { width: 17%; }
td code { font-weight: 600; font-size: .92em; }
td small { white-space: normal; margin-top: .15rem; }
@media (max-width: 44rem) {
  table, tbody, tr, td { display: block; width: auto; }
  thead, colgroup { display: none; }
  tr { padding: .7rem 0; border-bottom: 1px solid var(--line); }
  td { border: 0; padding: .1rem 0; }
  td[data-head]::before { content: attr(data-head) "\\00a0·\\00a0"; color: var(--soft); font-size: .92em; }
  nav ol { columns: 1; }
}
@media print { .frame { max-width: none; padding: 0; } tr { break-inside: avoid; }
  h2 { break-after: avoid; margin-top: 1.6rem; }
  nav { display: none; } body { font-size: 9.5pt; }
  @page { size: A4 landscape; margin: 14mm; } }
"""
)


class CataloguePlaceRefused(ValueError):
    """A catalogue is to be written as a kind of file it does not have."""


def write_catalogue(features: Sequence[Feature], out: Path, *, language: Language) -> None:
    """Write the catalogue to a file that appears whole or not at all; its name says which kind.

    Raises
    ------
    CataloguePlaceRefused
        When the name ends in none of ``.html``, ``.md`` and ``.json``.
    PlaceTaken
        When something other than a file stands there.
    """
    if out.suffix not in KINDS:
        raise CataloguePlaceRefused(
            f"Expected --out to end in {', '.join(KINDS)}, found {out.name!r}. Name it {out.stem or 'catalogue'}.html."
        )
    check_file_place(out)
    made: dict[str, Callable[..., str]] = {".html": html_of, ".md": markdown_of, ".json": json_of}
    with atomic_file(out) as part:
        part.write_text(made[out.suffix](features, language=language), encoding="utf-8")


def json_of(features: Sequence[Feature], *, language: Language = "en") -> str:
    """Return the catalogue as data; both languages stand in it whatever was asked for."""
    del language
    rows = [{**asdict(item.spec), "module": item.place[0]} for item in features]
    return (
        json.dumps({"format": FORMAT, "features": rows}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    )


def markdown_of(features: Sequence[Feature], *, language: Language) -> str:
    """Return the catalogue as one Markdown table by group."""
    heads = [said(key, language) for key in ("feature", "unit", "direction", "purpose", "origin")]
    lines = [f"# {said('title', language)}", "", *_leads(features, language)]
    for group, items in by_group(features, language):
        lines += ["", f"## {group}", "", f"| {' | '.join(heads)} |", "| --- | --- | --- | --- | --- |"]
        lines += [f"| {' | '.join(_cells(item, language))} |" for item in items]
    return "\n".join(lines) + "\n"


def html_of(features: Sequence[Feature], *, language: Language) -> str:
    """Return the catalogue as one HTML document without a script or an address."""
    title = escape(said("title", language))
    groups = by_group(features, language)
    contents = "".join(
        f'<li><span class="no">{len(items)}</span><a href="#g{place}">{escape(group)}</a></li>'
        for place, (group, items) in enumerate(groups, start=1)
    )
    sections = "".join(
        _section(place, group, items, language) for place, (group, items) in enumerate(groups, start=1)
    )
    leads = "".join(f'<p class="lead">{escape(line)}</p>' for line in _leads(features, language))
    return (
        f'<!doctype html>\n<html lang="{"zh-Hans" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n"
        f'<body><main class="frame"><header><p class="kicker">{escape(said("kicker", language))}</p>'
        f"<h1>{title}</h1></header>{leads}"
        f"<nav><h2>{escape(said('contents', language))}</h2><ol>{contents}</ol></nav>{sections}</main></body></html>\n"
    )


def by_group(features: Sequence[Feature], language: Language) -> list[tuple[str, list[Feature]]]:
    """Return the features by group in words, groups and features in the order they are first met."""
    groups: dict[str, list[Feature]] = {}
    for item in features:
        groups.setdefault(item.spec.group_in(language), []).append(item)
    return list(groups.items())


def said(key: str, language: Language, **filled: object) -> str:
    """Return a text of the page with its gaps filled.

    Examples
    --------
    >>> said("between", "en", low=0, high=1), said("unit days", "zh")
    ('0 to 1', '天')
    """
    text = _texts()[key][language]
    return text.format(**filled) if filled else text


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("catalogue_words.toml").read_text(encoding="utf-8"))


def _leads(features: Sequence[Feature], language: Language) -> list[str]:
    groups = len(by_group(features, language))
    own = [item for item in features if topic_of(item) not in HOUSE_TOPICS]
    modules = ("、" if language == "zh" else ", ").join(dict.fromkeys(item.place[0] for item in own))
    leads = [said("lead", language, features=len(features), groups=groups)]
    return [*leads, said("own", language, own=len(own), modules=modules)] if own else leads


def _section(place: int, group: str, items: Sequence[Feature], language: Language) -> str:
    heads = [escape(said(key, language)) for key in ("feature", "unit", "direction", "purpose", "origin")]
    rows = "".join(_row(item, heads, language) for item in items)
    columns = "".join(f'<col class="{name}">' for name in ("what", "unit", "risk", "why", "from"))
    return (
        f'<h2 id="g{place}">{escape(group)}</h2><div class="table"><table><colgroup>{columns}</colgroup><thead><tr>'
        + "".join(f'<th scope="col">{head}</th>' for head in heads)
        + f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(item: Feature, heads: Sequence[str], language: Language) -> str:
    spec = item.spec
    name, told = f"<code>{escape(spec.name)}</code>", escape(spec.meaning(language))
    none = spec.none_zh if language == "zh" else spec.none_en
    notes = [said("missing", language, said=none)] if none else []
    notes += [said(spec.axis, language)] if spec.axis else []
    notes += [] if spec.mutable else [said("fixed", language)]
    small = "".join(f"<small>{escape(note)}</small>" for note in notes)
    cells = _cells(item, language)[1:]
    rest = "".join(
        f'<td data-head="{head}">{escape(cell)}</td>' for head, cell in zip(heads[1:], cells, strict=True)
    )
    return f"<tr><td>{name}<br>{told}{small}</td>{rest}</tr>"


def _cells(item: Feature, language: Language) -> list[str]:
    """Return the five cells of a feature as plain text."""
    spec = item.spec
    direction = {1: "raises", -1: "lowers", 0: "neither"}[spec.direction]
    comma = "、" if language == "zh" else ", "
    return [
        f"`{spec.name}` {spec.meaning(language)}",
        f"{said(f'unit {spec.unit}', language)}{comma}{_range(spec, language)}",
        said(direction, language),
        f"{_purpose(spec, language)}{comma}{said(spec.lawful_basis, language)}",
        f"{comma.join(spec.sources)} · {item.place[0].removeprefix('features.definitions.')}",
    ]


def _purpose(spec: FeatureSpec, language: Language) -> str:
    """Return the purpose in words; one of a team's own stands for itself."""
    key = f"purpose {spec.purpose}"
    return said(key, language) if key in _texts() else spec.purpose


def _range(spec: FeatureSpec, language: Language) -> str:
    low, high = (None if bound is None else f"{bound:g}" for bound in (spec.low, spec.high))
    if low is None and high is None:
        return said("any", language)
    if high is None:
        return said("at_least", language, low=low)
    return (
        said("at_most", language, high=high) if low is None else said("between", language, low=low, high=high)
    )
