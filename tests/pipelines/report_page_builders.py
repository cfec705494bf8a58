"""Where a made-up report comes from, and its page, for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from models.report_numbers import ReportNumbers
from pipelines.report.comparison import Comparison
from pipelines.report.origin import Origin, RowsFrom, Standing
from pipelines.report.page import page_of
from pipelines.report.pictures import Pictures, pictures_of
from pipelines.report.words import Language


def origin_of(**changes: Any) -> Origin:
    """Return the origin of a challenger's report on its own held-out rows."""
    told: dict[str, Any] = {
        "command": "duecourse report roll_30@challenger --out roll_30.html",
        "model": "roll_30@challenger",
        "standing": Standing("1", "challenger", "101682ae" * 4, "2026-01-01T00:00:00Z", ("Li Hua",)),
        "rows": RowsFrom(
            "book", "/books/demo", "59e34c35" * 8, True, "2024-07-01", "2025-08-01", currency="CNY"
        ),
        "comparison": Comparison(14, ()),
        "sample_digest": "ab" * 32,
        "seed": 7,
        "commit": "a408e10",
        "written_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "versions": {"lightgbm": "4.7.0"},
    }
    return Origin(**{**told, **changes})


def bare_page(numbers: ReportNumbers, language: Language, **changes: Any) -> str:
    """Return a page without pictures."""
    return page_of(numbers, pictures=Pictures(), origin=origin_of(**changes), language=language)


def whole_page(numbers: ReportNumbers, language: Language) -> str:
    """Return a page with its pictures."""
    return page_of(
        numbers, pictures=pictures_of(numbers, language=language), origin=origin_of(), language=language
    )
