"""Pages of the documentation that are written from the code: tables of a book, catalogue of features.

``python -m pipelines.pages`` writes ``docs/tables.md`` and ``docs/features.md``; a test holds them to the code.
"""

from __future__ import annotations

from pathlib import Path

from features.build import house_features
from features.contract_page import contract_page
from features.feature_spec import FeatureSpec
from features.files import atomic_file

ROOT = Path(__file__).resolve().parents[1]


_SIGN = {1: "+", -1: "−", 0: ""}
_HEAD = (
    "| feature | meaning | 含义 | unit | range | direction | axis | purpose | idea |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
)


def features_page() -> str:
    """Return ``docs/features.md``: the catalogue in both languages, and which purposes need a consent."""
    specs = [one.spec for one in house_features()]
    consented: dict[str, list[str]] = {}
    for spec in specs:
        if spec.lawful_basis == "consent":
            consented.setdefault(spec.purpose, []).append(f"`{spec.name}`")
    lines = [
        "# Features",
        "",
        "Written from the catalogue by `python -m pipelines.pages`. "
        "Direction: + raises the risk, − lowers it, empty: neither is claimed. "
        "Axis: what speaks of ability to pay alone, or of willingness alone; the two are never mixed.",
        "",
        f"{len(specs)} features.",
        "",
        *_HEAD,
        *(_row(spec) for spec in specs),
        "",
        "## Purposes that need the borrower's consent",
        "",
        "Where no consent for the purpose stands on the morning, its features are missing, and the run says how "
        "often; a book without a table of consents has them missing throughout. Apart from that, a piece of evidence "
        "that rests on a consent counts, in whatever feature, only while that consent stands.",
        "",
        "| purpose of the consent | features |",
        "| --- | --- |",
        *(f"| {purpose} | {', '.join(names)} |" for purpose, names in consented.items()),
    ]
    return "\n".join(lines) + "\n"


def _row(spec: FeatureSpec) -> str:
    """Return a feature's line of the table."""
    low, high = ("" if end is None else f"{end:g}" for end in (spec.low, spec.high))
    cells = (
        f"`{spec.name}`", spec.meaning_en, spec.meaning_zh, spec.unit, f"{low} … {high}" if low or high else "",
        _SIGN[spec.direction], spec.axis, spec.purpose, spec.group,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


PAGES = {"docs/tables.md": contract_page, "docs/features.md": features_page}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        with atomic_file(ROOT / name) as part:
            part.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
