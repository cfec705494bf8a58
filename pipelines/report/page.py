"""The whole document: sections in reading order, numbered, in one language, nothing from outside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from models.report_numbers import ReportNumbers
from pipelines.report.formats import Formats
from pipelines.report.origin import Origin
from pipelines.report.pictures import Pictures
from pipelines.report.sections import (
    accounts_told,
    curves_shown,
    slices_judged,
    strongest_features,
    verdicts_shown,
    weighed,
)
from pipelines.report.words import Language, Words, shortened

SECTIONS = (
    "asked", "model", "population", "rivals", "capture", "calibration", "shap", "accounts", "months", "limits",
    "origin",
)  # fmt: skip
"""In reading order."""
ON_A_FRESH_SHEET = frozenset({"model", "shap", "accounts", "origin"})
"""Sections that begin a page of a print."""
LANG = {"zh": "zh-Hans", "en": "en"}
MADE_OF = frozenset({".py", ".toml", ".j2", ".css"})
TEMPLATES = Path(__file__).with_name("templates")


@dataclass
class Numbering:
    """Counts the tables and figures of one page, in reading order."""

    tables: int = 0
    figures: int = 0

    def table(self) -> int:
        """Return the number of the next table."""
        self.tables += 1
        return self.tables

    def figure(self) -> int:
        """Return the number of the next figure."""
        self.figures += 1
        return self.figures


def page_of(numbers: ReportNumbers, *, pictures: Pictures, origin: Origin, language: Language) -> str:
    """Return the report as one HTML document without a script or an address.

    The same arguments give the same text, byte for byte.

    Parameters
    ----------
    numbers
        Everything it says.
    pictures
        Its charts, drawn in the same language.
    origin
        Where the numbers come from.
    language
        ``zh`` or ``en``.
    """
    words = Words(language)
    places = {key: place for place, key in enumerate(SECTIONS, start=1)}
    title = _title(numbers, origin, words)
    model_words = " ".join(filter(None, (numbers.model["name"], origin.standing.version)))
    style = _style(f"duecourse · {title} · {numbers.model['content_hash'][:16]}")
    text = _environment().get_template("report.html.j2").render(
        lang=LANG[language], title=title, model_words=model_words, style=Markup(style), policy=_policy(style),
        w=words, f=Formats(language, currency=origin.rows.currency or None), n=numbers, e=numbers.evaluation,
        origin=origin, pictures=pictures, sections=SECTIONS, places=places, titles=_titles(numbers, words),
        fresh=ON_A_FRESH_SHEET, number=Numbering(), events=_events(numbers), weighed=weighed(numbers, words),
        held=[row for name in numbers.model["components"] for row in numbers.model["monotone"][name]],
        settings=", ".join(f"{name} {value}" for name, value in numbers.model["settings"].items()),
        verdicts=verdicts_shown(numbers), curves=curves_shown(numbers, words),
        slices_judged=slices_judged(numbers, words), accounts=accounts_told(numbers, words),
        strongest={name: strongest_features(rows) for name, rows in numbers.importance.items()},
        says={name: words(f"says_{name.replace(' ', '_')}") for name in ("beats", "worse", "no proof", "not told")},
        traced=_traced(numbers, words, places),
    )  # fmt: skip
    return text + "\n"


def page_digest() -> str:
    """Return the digest of all that makes the page beside its numbers, so that a change of it makes reports anew."""
    whole = hashlib.sha256()
    for file in sorted(one for one in TEMPLATES.parent.rglob("*") if one.suffix in MADE_OF):
        whole.update(f"{file.relative_to(TEMPLATES.parent).as_posix()}\0".encode() + file.read_bytes())
    return whole.hexdigest()


@cache
def _environment() -> Environment:
    """Return the templates: everything is escaped, and what is not there is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shortened"] = shortened
    return made


def _title(numbers: ReportNumbers, origin: Origin, words: Words) -> str:
    name, version = numbers.model["name"], origin.standing.version
    return words("title_version", name=name, version=version) if version else words("title", name=name)


def _titles(numbers: ReportNumbers, words: Words) -> Mapping[str, str]:
    titles = {key: words(f"{key}_title") for key in SECTIONS}
    if len(numbers.accounts) != 10:
        titles["accounts"] = words("accounts_title_n", n=len(numbers.accounts))
    return titles


def _events(numbers: ReportNumbers) -> int | None:
    """Return how many of the judged accounts had the event, as the verdicts count them."""
    return next((int(one["events"]) for one in numbers.verdicts if one["bucket"] == "pooled"), None)


def _traced(numbers: ReportNumbers, words: Words, places: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return for each section where its figures come from."""
    comes_from = {
        "asked": words("from_asked", a=places["rivals"], b=places["limits"]),
        "model": words("from_model"),
        "population": words("from_population"),
        "rivals": words("from_rivals"),
        "capture": words("from_curves"),
        "calibration": words("from_curves"),
        "shap": words("from_shap"),
        "accounts": words("from_shap"),
        "months": words("from_months"),
        "limits": words("from_limits"),
    }
    titles = _titles(numbers, words)
    return [(f"{places[key]} {titles[key]}", text) for key, text in comes_from.items()]


def _style(running: str) -> str:
    """Return the dress of the page; ``running`` stands above every sheet of a print."""
    said = "".join(
        f"\\{ord(sign):06x}" for sign in running
    )  # every sign as its code: nothing can end the string
    head = f'@page {{ @top-left {{ content: "{said}"; font: 7.5pt sans-serif; color: #4d5a68; }}\n'
    foot = '  @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt sans-serif; color: #4d5a68; } }'
    return (TEMPLATES / "report.css").read_text(encoding="utf-8") + head + foot + "\n"


def _policy(style: str) -> str:
    """Return a policy that allows this very style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
