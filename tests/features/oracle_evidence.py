"""Features of evidence again, in plain loops: what stands on a morning, with the consent it rests on."""

from __future__ import annotations

from typing import Any

from tests.features.oracle_past import NAN, Past, Row, days

MEANS, SHOCK, GOODWILL = ("C1", "C2", "C3", "C4"), ("C5",), ("W9",)
DOUBTS = ("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8")


def stands(p: Past, row: Row) -> bool:
    """Return whether a row has not expired and rests on no consent, or on one that holds this morning."""
    expires = days(row.get("expires_on"))
    if expires is not None and expires <= p.morning:
        return False
    wanted = row.get("consent_id")
    if wanted is None:
        return row["kind"] not in ("C1", "C2", "C3", "W8") or row["source"] == "visit"
    for consent in p.before("consents"):
        if consent["consent_id"] == wanted:
            gone = days(consent.get("withdrawn_on"))
            return gone is None or gone > p.morning
    return False


def consented(p: Past, purpose: str) -> bool:
    return p.active("consents", "withdrawn_on", purpose=purpose) > 0


def evidence(p: Past) -> dict[str, Any]:
    def standing(kinds: tuple[str, ...]) -> list[Row]:
        return [row for row in p.before("evidence", None, kind=kinds) if stands(p, row)]

    def age(rows: list[Row]) -> float:
        return p.morning - max(row["_day"] for row in rows) if rows else NAN

    def clash(one: list[Row], other: list[Row]) -> float:
        return float(bool(one) and bool(other)) if one or other else NAN

    ideas = {"means": MEANS, "shock": SHOCK, "doubt": DOUBTS, "goodwill": GOODWILL}
    found = {name: standing(kinds) for name, kinds in ideas.items()}
    out: dict[str, Any] = {f"{name}_evidence_count": len(rows) for name, rows in found.items()}
    out |= {f"{name}_evidence_age_days": age(rows) for name, rows in found.items()}
    for name in ("means", "shock", "doubt"):
        sure = [row["confidence"] for row in found[name]]
        out[f"{name}_evidence_confidence"] = max(sure, default=NAN)
    return out | {
        "doubt_evidence_sources_count": len({row["source"] for row in found["doubt"]}),
        "capacity_conflict_latest": clash(standing(("C1", "C2", "C4")), found["shock"]),
        "willingness_conflict_latest": clash(found["goodwill"], found["doubt"]),
        "income_proof_age_days": age(standing(("C1",))) if consented(p, "bank_flow") else NAN,
        "other_lenders_paid_age_days": age(standing(("C3",))) if consented(p, "credit_report") else NAN,
    }
