"""Targets of the simulator and what a simulated book gives, computed from its tables alone.

Run ``python -m pipelines.simulator.calibration --loans 20000 --months 24 --seed 1`` for the table of
``docs/simulator.md``.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.simulator.simulate import STARTS_ON, Simulated, simulate

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Target:
    """One figure that the defaults must give, in percent."""

    name: str
    low: float
    high: float
    source: str


TARGETS = (
    Target(
        "30-59 → below 30 days in a month", 61.0, 67.0, "public monthly status panel of card accounts: 64 ± 3"
    ),
    Target("30-59 → stays 30-59", 27.5, 33.5, "public monthly status panel of card accounts: 30.5 ± 3"),
    Target("30-59 → worse", 3.9, 6.9, "public monthly status panel of card accounts: 5.4 ± 1.5"),
    Target("60-89 → worse (≥ 90)", 22.0, 34.0, "public monthly status panel of card accounts: 28 ± 6"),
    Target("90-119 → worse (≥ 120)", 55.0, 71.0, "public monthly status panel of card accounts: 63 ± 8"),
    Target("1-30 → reaches 31 within 30 days", 6.0, 14.0, "house target"),
    Target("willful share", 10.0, 20.0, "house target; the literature spans 6-38 %"),
    Target("accounts current", 80.0, 92.0, "believable"),
    Target("accounts at 1-30", 6.0, 10.5, "believable"),
    Target("accounts at 31-60", 0.7, 2.2, "follows from 1-30 and its rolls"),
    Target("accounts at 61+", 0.1, 2.0, "follows from the moves"),
)


class Arrears:
    """Days past due from instalments and payments, the slow and plain way.

    Only the tables are read; the simulator's own state is not.
    """

    def __init__(self, tables: Any) -> None:
        loans = tables["loans"].to_pandas()
        latest = loans.sort_values(["loan_id", "revision"]).drop_duplicates("loan_id", keep="last")
        self.loan_ids = latest["loan_id"].to_numpy()
        self.disbursed_on = _days(latest["disbursed_on"])
        self.ended_on = np.where(latest["ended_on"].isna(), 10**6, _days(latest["ended_on"]))
        due = tables["instalments"].to_pandas()
        row = pd.Index(self.loan_ids).get_indexer(due["loan_id"])
        width = int(due["number"].max())
        self.due_on = np.full((len(latest), width), 10**6, dtype=np.int64)
        amounts = np.zeros((len(latest), width), dtype=np.int64)
        column = due["number"].to_numpy() - 1
        self.due_on[row, column] = _days(due["due_on"])
        amounts[row, column] = due["principal_due"] + due["interest_due"] + due["fee_due"]
        self.owed = np.cumsum(amounts, axis=1)
        paid = tables["payments"].to_pandas().sort_values(["payment_id", "revision"])
        paid = paid.drop_duplicates("payment_id", keep="last")
        self._payer = pd.Index(self.loan_ids).get_indexer(paid["loan_id"])
        self._paid_on = _days(paid["paid_on"])
        self._amount = paid["amount"].to_numpy()

    def paid_before(self, day: int) -> Ints:
        """Return what each loan paid before the day, minor units."""
        earlier = self._paid_on < day
        weights = self._amount[earlier].astype(np.float64)
        return np.bincount(self._payer[earlier], weights=weights, minlength=len(self.loan_ids)).astype(
            np.int64
        )

    def dpd(self, day: int) -> Ints:
        """Return the days past due of every loan when the day begins."""
        settled = (self.owed <= self.paid_before(day)[:, None]) & (self.due_on < 10**6)
        column = np.minimum(settled.sum(axis=1), self.owed.shape[1] - 1)
        oldest = self.due_on[np.arange(len(column)), column]
        oldest = np.where(settled[np.arange(len(column)), column], 10**6, oldest)
        late: Ints = np.maximum(day - oldest, 0)
        return late

    def observed(self, day: int) -> NDArray[np.bool_]:
        """Return which loans were paid out before the day and had not ended before it."""
        return (self.disbursed_on < day) & (self.ended_on >= day)


def measure(simulated: Simulated) -> pd.DataFrame:
    """Return one row per target: what the book gives (percent), of how many, and whether it is inside."""
    arrears = Arrears(simulated.tables)
    firsts = pd.date_range(STARTS_ON, simulated.ends_on, freq="MS").to_numpy("datetime64[D]").astype(np.int64)
    levels = {int(day): (arrears.dpd(int(day)), arrears.observed(int(day))) for day in firsts}
    moves = [_moves(levels[int(a)], levels[int(b)]) for a, b in itertools.pairwise(firsts)]
    rolled = [_rolled(arrears, levels[int(day)], day=int(day)) for day in firsts[:-1]]
    mix = np.concatenate([dpd[seen] for dpd, seen in levels.values()])
    truth = simulated.truth["willful"]
    talked = truth.loc[truth["talked"] & (truth["as_of"] >= pd.Timestamp(STARTS_ON)), "willful"]
    counted = np.sum(moves, axis=0)
    found = [
        (counted[0, 0], counted[0].sum()),
        (counted[0, 1], counted[0].sum()),
        (counted[0, 2], counted[0].sum()),
        (counted[1, 2], counted[1].sum()),
        (counted[2, 2], counted[2].sum()),
        tuple(np.sum(rolled, axis=0)),
        (int(talked.sum()), len(talked)),
        *((int(((mix >= low) & (mix <= high)).sum()), len(mix)) for low, high in _BUCKETS),
    ]
    rows = []
    for target, (hits, of) in zip(TARGETS, found, strict=True):
        value = 100.0 * hits / max(of, 1)
        rows.append(
            (
                target.name,
                target.low,
                target.high,
                round(value, 2),
                int(of),
                target.low <= value <= target.high,
                target.source,
            )
        )
    return pd.DataFrame(rows, columns=["target", "low", "high", "found", "of", "inside", "source"])


_BUCKETS = ((0, 0), (1, 30), (31, 60), (61, 10**6))


def _days(values: pd.Series) -> Ints:
    filled = pd.to_datetime(values).fillna(pd.Timestamp(1970, 1, 1))
    return filled.to_numpy("datetime64[D]").astype(np.int64)


def _moves(now: tuple[Ints, NDArray[np.bool_]], then: tuple[Ints, NDArray[np.bool_]]) -> Ints:
    """Return counts of accounts at 30-59, 60-89, 90-119 (rows) that moved below, stayed, got worse."""
    (dpd, seen), (later, _) = now, then
    rows = []
    for low in (30, 60, 90):
        after = later[seen & (dpd >= low) & (dpd < low + 30)]
        worse = int((after >= low + 30).sum())
        below = int((after < low).sum())
        rows.append((below, len(after) - below - worse, worse))
    return np.array(rows)


def _rolled(arrears: Arrears, now: tuple[Ints, NDArray[np.bool_]], *, day: int) -> tuple[int, int]:
    dpd, seen = now
    early = seen & (dpd >= 1) & (dpd <= 30)
    worst = np.zeros(len(dpd), dtype=np.int64)
    for later in range(day + 1, day + 31):
        worst = np.maximum(worst, arrears.dpd(later))
    return int((worst[early] >= 31).sum()), int(early.sum())


def markdown(found: pd.DataFrame) -> str:
    """Return the table as Markdown.

    Examples
    --------
    >>> frame = pd.DataFrame([("a", 1.0, 2.0, 1.5, 10, True, "s")],
    ...                      columns=["target", "low", "high", "found", "of", "inside", "source"])
    >>> print(markdown(frame))
    | target | from | to | found | accounts | inside | source |
    | --- | ---: | ---: | ---: | ---: | --- | --- |
    | a | 1.0 | 2.0 | 1.50 | 10 | yes | s |
    """
    lines = [
        "| target | from | to | found | accounts | inside | source |",
        "| --- | ---: | ---: | ---: | ---: | --- | --- |",
    ]
    for row in found.itertuples():
        inside = "yes" if row.inside else "NO"
        lines.append(
            f"| {row.target} | {row.low} | {row.high} | {row.found:.2f} | {row.of} | {inside} | {row.source} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; the exit code is 1 when a figure lies outside its target."""
    parser = argparse.ArgumentParser(description="What the simulator's defaults give.")
    parser.add_argument("--loans", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    found = measure(simulate(loans=chosen.loans, months=chosen.months, seed=chosen.seed))
    sys.stdout.write(markdown(found) + "\n")
    return 0 if bool(found["inside"].all()) else 1


if __name__ == "__main__":
    sys.exit(main())
