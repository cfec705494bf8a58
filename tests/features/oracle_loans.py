"""Features of the schedule and of earlier loans again, in plain loops."""

from __future__ import annotations

from typing import Any

from tests.features.oracle_past import NAN, Past, days, over


def schedule(p: Past) -> dict[str, Any]:
    ahead = [(due, sum(parts)) for due, *parts in p.dues() if due >= p.morning and sum(parts) != 0]
    first = min((due for due, _ in ahead), default=None)
    whole = sum(sum(parts) for _, *parts in p.dues())
    return {
        "next_due_days": NAN if first is None else first - p.morning,
        "next_due_amount": NAN if first is None else sum(amount for due, amount in ahead if due == first),
        "scheduled_to_principal_ratio": over(whole, p.fact("loans", "principal"))
        if p.all_of("instalments")
        else NAN,
    }


def first_delay(past: Past) -> float:
    """Return the days from a loan's first due day to the payment that settled it for good, or to the morning."""
    asked = [(due, sum(parts)) for due, *parts in past.agreed() if sum(parts)]
    if not asked:
        return NAN
    first = asked[0][0]
    need = sum(amount for due, amount in asked if due == first)
    if past.paid_until(past.morning) < need:
        return past.morning - first if first < past.morning else NAN
    on = past.morning - 1
    paid_on = {row["_day"] for row in past.all_of("payments")}
    while on not in paid_on or past.paid_until(on) >= need:
        on -= 1
    return on - first


def disbursed(past: Past) -> int:
    """Return the day of the disbursal; a loan nobody knew of lies beyond every day."""
    day = days(past.fact("loans", "disbursed_on"))
    return 10**9 if day is None else day


def earlier_loans(p: Past) -> dict[str, Any]:
    began = disbursed(p)
    ids = sorted({row["loan_id"] for row in p.rows["loans"] if row["borrower_id"] == p.borrower} - {p.loan})
    pasts = [p.beside(loan) for loan in ids]
    found = [past for past in pasts if disbursed(past) < began]
    found.sort(key=lambda past: (disbursed(past), past.loan))
    delays = [delay for past in found if (delay := first_delay(past)) == delay]
    worst = []
    for past in found:
        on, ended = disbursed(past), days(past.fact("loans", "ended_on"))
        until = p.morning if ended is None else min(ended, p.morning)
        worst.append(max(past.dpd(day) for day in range(on, max(until, on) + 1)))
    return {
        "earlier_loans_count": len(found),
        "earlier_first_delay_mean": sum(delays) / len(delays) if delays else NAN,
        "earlier_first_late_share": over(sum(delay > 0 for delay in delays), len(delays)),
        "earlier_loans_dpd_max": max(worst, default=NAN),
    } | (_previous(p, found[-1]) if found else dict.fromkeys(PREVIOUS, NAN))


PREVIOUS = (
    "earlier_loan_gap_days", "earlier_loan_end_gap_days", "principal_to_earlier_ratio",
    "earlier_loan_lifetime_ratio", "earlier_first_delay_latest",
)  # fmt: skip


def _previous(p: Past, past: Past) -> dict[str, Any]:
    on, ended = disbursed(past), days(past.fact("loans", "ended_on"))
    last = max((due for due, *_ in past.agreed()), default=None)
    gone = None if ended is None or ended >= p.morning else ended
    values = (
        disbursed(p) - on,
        NAN if gone is None else disbursed(p) - gone,
        over(p.fact("loans", "principal"), past.fact("loans", "principal")),
        NAN if gone is None or last is None else over(gone - on, last - on),
        first_delay(past),
    )
    return dict(zip(PREVIOUS, values, strict=True))
