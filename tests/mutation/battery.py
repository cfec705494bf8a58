"""The checks that every planted fault must fail: small seeded books, the quickest first, the engine without its compiler.

Run in a copied tree as ``NUMBA_DISABLE_JIT=1 python -m tests.mutation.battery``. It ends with ``CAUGHT`` and what was
caught, or with 0 when the engine is right.
"""

from __future__ import annotations

import datetime as dt
import itertools
import sys
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

import features
from features.build import build_features
from features.discovery import house_features
from features.manifest import Manifest
from features.observations import observe
from features.shard_hash import shard_of
from tests.features.laws import book_as_known, built
from tests.features.ledger_oracle import PARTS
from tests.features.oracle import oracle_frame
from tests.features.strategies import Tables, seeded_tables
from tests.features.test_laws_values import assert_scaled, scaled
from tests.features.test_ledger_oracle import ledger_disagreements

CAUGHT = 70
"""Exit code of a battery that caught a fault."""
MORNINGS = [dt.date(2024, 3, 1), dt.date(2024, 6, 15), dt.date(2024, 11, 1)]
SEEDS = range(30)
LARGE = 10**9 + 7
"""Times this, amounts show every bit that a sum loses."""
OF_EARLIER_SCHEDULES = (
    "scheduled_to_principal_ratio", "next_due_days", "next_due_amount", "next_due_working_day", "payday_after_due_days",
    "earlier_first_delay_mean", "earlier_first_delay_latest", "earlier_first_late_share", "earlier_loan_lifetime_ratio",
    "other_loans_arrears_amount",
)  # fmt: skip
"""Definitions that ``test_oracle`` alone judges: the battery is about the machine under all of them."""


def said_of(seed: int) -> Manifest:
    """Return the manifest of a seed: each has another order of settlement."""
    orders = list(itertools.permutations(PARTS))
    return Manifest(
        country="CN", time_zone="Asia/Shanghai", currency="CNY", settlement_order=orders[seed % len(orders)]
    )


def mornings_of(tables: Tables) -> list[dt.date]:
    """Return mornings on which something happens: paid, begun, ended, or known the day before."""
    told = [row.get(name) for row in tables["payments"][:1] for name in ("paid_on",)]
    told += [row.get(name) for row in tables["plans"] for name in ("starts_on", "ends_on", "known_at")]
    days = {dt.date.fromisoformat(text[:10]) + dt.timedelta(days=len(text) > 10) for text in told if text}
    return sorted({MORNINGS[1], MORNINGS[2], *sorted(days)[-5:]})


def found_wrong(seed: int) -> list[str]:
    """Return what is wrong with the engine on the small book of a seed."""
    tables, said = seeded_tables(seed), said_of(seed)
    mornings = mornings_of(tables)
    found = ledger_disagreements(tables, mornings, said) + ledger_disagreements(
        tables, mornings, said, later=30
    )
    book = book_as_known(tables, said)
    table = build_features(book, observe(book, as_of=mornings)).frame
    ours = table.sort_values(["loan_id", "as_of"], ignore_index=True)
    theirs = oracle_frame(tables, mornings, order=said.settlement_order)
    if len(ours) != len(theirs):
        return [*found, f"{len(ours)} rows against {len(theirs)}"]
    names = [item.spec.name for item in house_features() if item.spec.name not in OF_EARLIER_SCHEDULES]
    names = names if len(ours) else []
    found += [name for name in names if not _equal(ours[name], theirs[name])]
    backwards = {name: rows[::-1] for name, rows in tables.items()}
    if not built(book_as_known(backwards, said), mornings).equals(ours):
        found.append("the order of rows")
    if seed == 0:
        large = built(book_as_known(scaled(tables, LARGE), said), mornings)
        try:
            assert_scaled(ours, large, build_features(book, observe(book, as_of=mornings)).catalogue, LARGE)
        except AssertionError:
            found.append("amounts of another unit")
    return found


def _equal(ours: pd.Series, theirs: pd.Series) -> bool:
    if not pd.api.types.is_numeric_dtype(ours):
        return bool(ours.fillna("").tolist() == theirs.fillna("").tolist())
    mine, other = ours.to_numpy(np.float64), theirs.to_numpy(np.float64)
    return bool(np.isclose(mine, other, rtol=1e-6, atol=0.0, equal_nan=True).all())


def hash_is_wrong() -> bool:
    """Return whether the hash of a shard differs from that of zlib."""
    ids = ["B-1", "李-7", "", "a longer name of somebody", "B-2"]
    return bool([zlib.crc32(one.encode()) % 977 for one in ids] != shard_of(ids, shards=977).tolist())


def main() -> int:
    """Return 0 when nothing is wrong, else ``CAUGHT``."""
    place = Path(str(features.__file__)).resolve()
    if Path.cwd().resolve() not in place.parents:
        sys.stderr.write(
            f"expected the engine of {Path.cwd()}, found {place}. Run it inside the copied tree.\n"
        )
        return 1
    if hash_is_wrong():
        sys.stdout.write("shard_of differs from zlib.crc32\n")
        return CAUGHT
    for seed in SEEDS:
        try:
            wrong = found_wrong(seed)
        except (ArithmeticError, AssertionError, LookupError, NameError, TypeError, ValueError) as problem:
            wrong = [f"{type(problem).__name__}: {problem}"]
        if wrong:
            sys.stdout.write(f"book {seed}: {wrong[0]} ({len(wrong)} in all)\n")
            return CAUGHT
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
