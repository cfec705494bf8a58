"""Long work says how far it has come, from its first part to its last: without that no time left can be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.book import Book
from features.build import build_features
from features.observations import observe
from features.progress import listening
from models.samples import sample_from_table
from models.training import train
from pipelines import night_sheets, scoring
from pipelines.night_sheets import write_sheets
from pipelines.scoring import scores_with_reasons
from pipelines.simulator.simulate import simulate

pytestmark = pytest.mark.xdist_group("small-book")
MORNING = date(2025, 2, 1)


def heard_in(work: Callable[[], object]) -> dict[str, list[tuple[int, int]]]:
    """Return what each stage of some work told: done of total, in order."""
    told: dict[str, list[tuple[int, int]]] = defaultdict(list)
    with listening(lambda stage, done, total: told[stage].append((done, total))):
        work()
    return dict(told)


def whole(parts: list[tuple[int, int]]) -> bool:
    done = [place for place, _ in parts]
    return len(parts) > 2 and done == sorted(done) and parts[-1][0] == parts[-1][1]


def test_simulating_tells_its_months() -> None:
    assert whole(heard_in(lambda: simulate(loans=60, months=3, seed=1))["months"])


def test_features_are_counted(small_book: Path) -> None:
    book = Book.open(small_book)
    seen = observe(book, as_of=[MORNING])
    assert whole(heard_in(lambda: build_features(book, seen))["features"])


def test_scores_and_sheets_are_counted_in_parts_and_do_not_depend_on_them(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng(5)
    table = pd.DataFrame({"account": range(600), "x": draw.normal(size=600)})
    table["bad"] = (draw.random(600) < 1 / (1 + np.exp(-2 * table["x"]))).astype(int)
    sample = sample_from_table(table, target="own", label="bad", id="account")
    made = []
    assert heard_in(lambda: made.append(train(sample, seed=1)))["trees"]
    bundle = made[0].bundle
    at_once = scores_with_reasons(bundle, table, threads=1)
    monkeypatch.setattr(scoring, "BLOCK", 100)
    parts: list[pd.DataFrame] = []
    told = heard_in(lambda: parts.append(scores_with_reasons(bundle, table, threads=1)))
    assert whole(told["blocks of accounts"])
    pd.testing.assert_frame_equal(parts[0], at_once)

    book = Book.open(small_book)
    loans = [str(book.loan_ids[number]) for number in observe(book, as_of=[MORNING]).loan_no[:200]]
    write_sheets(tmp_path / "once.gz", book, as_of=MORNING, loan_ids=loans)
    monkeypatch.setattr(night_sheets, "SHEETS_AT_ONCE", 50)
    told = heard_in(lambda: write_sheets(tmp_path / "parts.gz", book, as_of=MORNING, loan_ids=loans))
    assert whole(told["parts"])
    assert (tmp_path / "parts.gz").read_bytes() == (tmp_path / "once.gz").read_bytes()
