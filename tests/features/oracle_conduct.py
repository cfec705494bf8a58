"""Features of contacts, promises, offers, visits, evidence and flags again, in plain loops."""

from __future__ import annotations

from typing import Any

from tests.features.oracle_past import Past, Row, distinct, number, over

TALKS = ("talked", "promised", "refused", "asked_for_plan", "called_back")
UNANSWERED = ("no_answer", "busy", "dead_number", "voicemail")


def contacts(p: Past) -> dict[str, Any]:
    def calls(lookback: int, **where: Any) -> int:
        return len(p.before("contacts", lookback, channel="call", direction="out", **where))

    def met(lookback: int | None, **where: Any) -> list[Row]:
        return p.before("contacts", lookback, **where)

    return {
        "attempts_count_7d": calls(7),
        "attempts_count_30d": calls(30),
        "right_party_contacts_count_30d": len(met(30, outcome=TALKS)),
        "right_party_contacts_count_90d": len(met(90, outcome=TALKS)),
        "connect_rate_60d": over(calls(60, outcome=TALKS), calls(60)),
        "days_since_right_party_contact": p.since_last(met(None, outcome=TALKS)),
        "unanswered_count_30d": calls(30, outcome=UNANSWERED),
        "bad_number_count_180d": len(met(180, outcome=("dead_number", "wrong_number"))),
        "numbers_distinct_180d": distinct(met(180), "number_id"),
        "contact_channels_distinct_90d": distinct(met(90), "channel"),
        "inbound_count_90d": len(met(90, direction="in")),
        "plan_requests_count_180d": len(met(180, outcome="asked_for_plan")),
        "shock_reasons_count_180d": len(
            met(180, stated_reason=("job_loss", "illness", "disaster", "death_in_family"))
        ),
        "cash_short_reasons_count_90d": len(met(90, stated_reason="cash_short")),
        "no_reason_count_90d": len(met(90, outcome=TALKS, stated_reason="none_given")),
    }


def treatment(p: Past) -> dict[str, Any]:
    kept, broken = p.promises(p.morning - 180)
    seen = p.before("visits", None, outcome="met")
    return {
        "promises_count_90d": len(p.before("promises", 90)),
        "broken_promises_count_180d": broken,
        "kept_promises_share_180d": over(kept, kept + broken),
        "days_since_promise": p.since_last(p.before("promises")),
        "promise_open_latest": float(p.active("promises", "due_on") > 0),
        "offers_count_180d": len(p.before("offers", 180)),
        "offers_accepted_count_180d": len(p.before("offers", 180, answer="accepted")),
        "instalment_offers_refused_count_180d": len(
            p.before("offers", 180, answer="refused", kind="instalments")
        ),
        "visits_met_count_180d": len(p.before("visits", 180, outcome="met")),
        "visit_income_seen_latest": number(seen[-1].get("income_seen") if seen else None),
        "visit_assets_seen_latest": number(seen[-1].get("assets_seen") if seen else None),
        "plan_active_latest": float(p.active("plans", "ends_on") > 0),
        "plans_count_365d": len(p.before("plans", 365)),
        "hardship_active_latest": float(p.active("flags", "ends_on", kind="hardship") > 0),
        "moratorium_active_latest": float(
            p.active("flags", "ends_on", kind=("moratorium", "bankruptcy")) > 0
        ),
        "hardship_count_365d": len(p.before("flags", 365, kind="hardship")),
    }
