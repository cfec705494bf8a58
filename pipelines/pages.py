"""Pages of the documentation that are written from the code: tables of a book, catalogue of features.

``python -m pipelines.pages`` writes ``docs/tables.md`` and ``docs/features.md``; a test holds them to the code.
"""

from __future__ import annotations

from pathlib import Path

from features.build import house_features
from features.contract_page import contract_page
from features.files import atomic_file

ROOT = Path(__file__).resolve().parents[1]


def features_page() -> str:
    """Return ``docs/features.md``: the catalogue, by idea, in both languages."""
    specs = [one.spec for one in house_features()]
    lines = [
        "# Features",
        "",
        "Written from the catalogue by `python -m pipelines.pages`. "
        "Direction: + raises the risk, − lowers it, empty: neither is claimed.",
        "",
        f"{len(specs)} features.",
        "",
        "| feature | meaning | 含义 | unit | direction | purpose | idea |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    sign = {1: "+", -1: "−", 0: ""}
    lines += [
        f"| `{s.name}` | {s.meaning_en} | {s.meaning_zh} | {s.unit} | {sign[s.direction]} | {s.purpose} | {s.group} |"
        for s in specs
    ]
    return "\n".join(lines) + "\n"


PAGES = {"docs/tables.md": contract_page, "docs/features.md": features_page}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        with atomic_file(ROOT / name) as part:
            part.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
