"""Features of cures and lapses, and of all loans of a borrower, again: one morning after the other."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from tests.features.oracle_arrears import stands
from tests.features.oracle_past import NAN, Past


def cures(p: Past) -> dict[str, Any]:
    names = ("cures_count_365d", "lapses_count_365d", "days_since_cure_365d", "late_run_days_365d")
    if not p.all_of("instalments"):
        return dict.fromkeys(names, NAN)
    late = [p.dpd(day) > 0 for day in range(p.morning - 365, p.morning + 1)]
    turns = [(day, now) for day, (before, now) in enumerate(pairwise(late), 1) if before != now]
    cured = [day for day, now in turns if not now]
    lapses = [day for day, now in turns if now and any(earlier < day for earlier in cured)]
    run = 0
    while run < len(late) and late[-1 - run]:
        run += 1
    return {
        "cures_count_365d": len(cured),
        "lapses_count_365d": len(lapses),
        "days_since_cure_365d": 365 - cured[-1] if cured else NAN,
        "late_run_days_365d": run,
    }


def whole_borrower(p: Past) -> dict[str, Any]:
    loans = {row["loan_id"] for row in p.rows["loans"] if row["borrower_id"] == p.borrower}
    pasts = [p.beside(loan) for loan in sorted(loans)]
    known = bool(p.all_of("instalments")) or p.statement(p.morning) is not None
    worst = max((past.dpd(p.morning) for past in pasts if stands(past)), default=0)
    return {"borrower_dpd_latest": worst if known else NAN}
