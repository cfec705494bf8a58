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
from tests.builders import instalments, loan, payment, plan
from tests.features.laws import book_as_known, built
from tests.features.ledger_oracle import PARTS
from tests.features.oracle import oracle_frame
from tests.features.strategies import NAMES, Tables, seeded_tables
from tests.features.test_laws_values import assert_scaled, scaled
from tests.features.test_ledger_oracle import ledger_disagreements

CAUGHT = 70
"""Exit code of a battery that caught a fault."""
MORNINGS = [dt.date(2024, 3, 1), dt.date(2024, 6, 15), dt.date(2024, 11, 1)]
SEEDS = (None, *range(30))
TOLD = "2024-06-20T10:00:00+08:00"
LARGE = 10**9 + 7
"""Times this, amounts show every bit that a sum loses."""


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


def paused_tables() -> Tables:
    """Return a loan with pauses that overlap, hold one another, touch, hold due days and are told late."""
    spans = (
        ("2024-03-10", "2024-04-20"), ("2024-04-01", "2024-05-05"), ("2024-04-10", "2024-04-12"),
        ("2024-05-05", "2024-05-08"), ("2024-07-10", "2024-07-16"),
    )  # fmt: skip
    pauses = [
        plan(plan_id=f"PL-{n}", kind="pause", starts_on=first, ends_on=last)
        for n, (first, last) in enumerate(spans)
    ]
    late = plan(plan_id="PL-9", kind="pause", starts_on="2024-06-01", ends_on="2024-06-04", known_at=TOLD)
    rows: Tables = {name: [] for name in NAMES}
    paid = [payment(), payment(payment_id="P-2", paid_on="2024-06-10", amount=9_000)]
    return {
        **rows, "loans": [loan()], "instalments": instalments(8), "payments": paid, "plans": [*pauses, late]
    }  # fmt: skip


def mornings_around(tables: Tables) -> list[dt.date]:
    """Return the mornings about the begin and the end of each plan."""
    ends = {row[name] for row in tables["plans"] for name in ("starts_on", "ends_on")}
    days = (dt.date.fromisoformat(end) + dt.timedelta(days=step) for end in ends for step in (0, 1, 2))
    return sorted({MORNINGS[1], MORNINGS[2], *days})


def found_wrong(seed: int | None) -> list[str]:
    """Return what is wrong with the engine on the small book of a seed; of None, on the one of pauses."""
    if seed is None:
        tables, said = paused_tables(), said_of(0)
        return ledger_disagreements(tables, mornings_around(tables), said)
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
    names = [item.spec.name for item in house_features()]
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
            sys.stdout.write(
                f"book {'of pauses' if seed is None else seed}: {wrong[0]} ({len(wrong)} in all)\n"
            )
            return CAUGHT
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
