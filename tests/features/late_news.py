"""News of every kind that may come late: a row of yesterday's business that is known only today."""

from __future__ import annotations

import datetime as dt
from random import Random

from features.contracts import TABLES
from tests.builders import Row
from tests.features.laws import known_day
from tests.features.small_rows import START, Tables, day, instant

ENDS = {
    "loans": ("disbursed_on", "ended_on"),
    "plans": ("starts_on", "ends_on"),
    "flags": ("starts_on", "ends_on"),
    "consents": ("granted_on", "withdrawn_on"),
    "evidence": ("observed_on", "expires_on"),
}
IDS = {
    "payments": "payment_id", "contacts": "contact_id", "promises": "promise_id", "offers": "offer_id",
    "visits": "visit_id", "evidence": "evidence_id", "flags": "flag_id", "consents": "consent_id",
}  # fmt: skip
TRIES = 4
"""So many rows are drawn until one is lawful news."""
EPOCH_TO_START = (START - dt.date(1970, 1, 1)).days


def late_news(tables: Tables, chance: Random, *, known: int) -> tuple[Tables, str]:
    """Return the tables with one more row known on day ``known`` of the random books, and what kind it is of.

    A revision of a row, a copy of a row under a new id, a payment taken back, or a pause of the months before.
    """
    kinds = [f"{how}:{name}" for name in sorted(tables) for how in ("revised", "booked") if tables[name]]
    for _ in range(TRIES):
        kind = chance.choice([*kinds, "paused:plans", "paid:payments", "reversed:payments"])
        how, name = kind.split(":")
        if how == "revised":
            row = _revision(tables[name], name, chance, known)
        elif how == "booked":
            row = _copy(tables[name], name, chance, known)
        else:
            row = _fresh(how, chance.choice(tables["loans"])["loan_id"], known, chance)
        if row is not None and _lawful(row, name, tables):
            return {**tables, name: [*tables[name], row]}, kind
    return tables, "none"


def _revision(rows: list[Row], name: str, chance: Random, known: int) -> Row | None:
    """Return a newer revision of one row: a corrected number or code, or an end that lies in the past."""
    key = TABLES[name].key
    told = chance.choice(rows)
    latest = max((row for row in rows if all(row[k] == told[k] for k in key)), key=lambda r: r["revision"])
    if known_day(latest) >= known + EPOCH_TO_START:
        return None
    changed = {**latest, "revision": latest["revision"] + 1, "known_at": instant(known, "23:55")}
    fixed = {*key, "loan_id", "borrower_id", "revision", "known_at", "plan_id", "disbursed_on", "kind"}
    first, last = ENDS.get(name, ("", ""))
    if last:
        changed[last] = changed[first] if chance.random() < 0.7 else None
    for column in TABLES[name].columns:
        if column.name in fixed or column.name not in latest or latest[column.name] is None:
            continue
        if column.kind == "money":
            changed[column.name] = latest[column.name] + chance.choice((1, 100, 1000))
        elif column.values:
            changed[column.name] = chance.choice(column.values)
    return changed


def _copy(rows: list[Row], name: str, chance: Random, known: int) -> Row | None:
    """Return a second row like one that is known, under an id of its own."""
    if name not in IDS:
        return None
    row = chance.choice(rows)
    late = known_day(row) < known + EPOCH_TO_START
    return {**row, IDS[name]: "late", "revision": 1, "known_at": instant(known, "23:55")} if late else None


def _fresh(how: str, loan: str, known: int, chance: Random) -> Row:
    on = max(known - chance.choice((1, 20, 60)), 40)
    base = {"loan_id": loan, "revision": 1, "known_at": instant(max(known, on), "23:55")}
    if how == "paused":
        return {**base, "plan_id": "late", "kind": "pause", "starts_on": day(on), "ends_on": None}
    amount = 1000 if how == "paid" else -1000
    return {**base, "payment_id": "late", "paid_on": day(on), "amount": amount}


def _lawful(row: Row, name: str, tables: Tables) -> bool:
    """Return whether the door lets the row in: its loan is there, its table is kept."""
    if name in ("payments", "instalments") and not tables["instalments"] and not tables["payments"]:
        return not tables["statements"]
    return True
