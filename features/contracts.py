"""The contract of every table of a book: columns, keys, kinds and lawful values.

A table is append-only: a correction is a new row of the same key with a higher ``revision`` and
its own ``known_at``; the latest revision known before ``as_of`` counts.
"""

from __future__ import annotations

from features.codes import CAPACITY_EVIDENCE as CAPACITY_EVIDENCE
from features.codes import CHANNELS as CHANNELS
from features.codes import CONTACT_OUTCOMES as CONTACT_OUTCOMES
from features.codes import END_KINDS as END_KINDS
from features.codes import FLAG_KINDS as FLAG_KINDS
from features.codes import OFFER_ANSWERS as OFFER_ANSWERS
from features.codes import OFFER_KINDS as OFFER_KINDS
from features.codes import PARTIES as PARTIES
from features.codes import PLAN_KINDS as PLAN_KINDS
from features.codes import RIGHT_PARTY_OUTCOMES as RIGHT_PARTY_OUTCOMES
from features.codes import STATED_REASONS as STATED_REASONS
from features.codes import TIERS as TIERS
from features.codes import UNANSWERED_OUTCOMES as UNANSWERED_OUTCOMES
from features.codes import VISIT_OUTCOMES as VISIT_OUTCOMES
from features.codes import WILLINGNESS_EVIDENCE as WILLINGNESS_EVIDENCE
from features.contract import Column as Column
from features.contract import Kind as Kind
from features.contract import Owner as Owner
from features.contract import Table as Table

EARLIEST_DAY = "1950-01-01"
LATEST_DAY = "2100-01-01"

_COMMON = (
    Column("revision", "count", required=True, low=1),
    Column("known_at", "instant", required=True),
)


def _table(
    name: str,
    key: tuple[str, ...],
    owner: Owner,
    *columns: Column,
    day: tuple[str, ...] = (),
    reported: tuple[str, ...] = (),
    further: bool = False,
) -> Table:
    return Table(name, key, (*columns, *_COMMON), owner, day, reported, further)


_ALL = (
    _table(
        "borrowers",
        ("borrower_id",),
        "borrower",
        Column("borrower_id", "id", required=True),
        Column("country", "code"),
        Column("time_zone", "code"),
        Column("language", "code"),
        Column("employment", "code"),
        Column("declared_income", "money", low=0),
        Column("opened_on", "day"),
        Column("geohash", "text"),
        reported=("opened_on",),
    ),
    _table(
        "protected",
        ("borrower_id",),
        "borrower",
        Column("borrower_id", "id", required=True),
        Column("age_band", "code"),
        Column("sex", "code"),
        Column("region", "code"),
        further=True,
    ),
    _table(
        "loans",
        ("loan_id",),
        "loan",
        Column("loan_id", "id", required=True),
        Column("borrower_id", "id", required=True),
        Column("product", "code"),
        Column("portfolio", "code"),
        Column("currency", "code"),
        Column("disbursed_on", "day", required=True),
        Column("principal", "money", required=True, low=0),
        Column("annual_rate", "number", low=0, high=20),
        Column("penalty_rate", "number", low=0, high=20),
        Column("term_months", "count", low=0, high=1200),
        Column("guarantor", "yesno"),
        Column("collateral", "yesno"),
        Column("ended_on", "day"),
        Column("end_kind", "code", values=END_KINDS),
        day=("disbursed_on",),
        reported=("disbursed_on",),
    ),
    _table(
        "instalments",
        ("loan_id", "number"),
        "loan",
        Column("loan_id", "id", required=True),
        Column("number", "count", required=True, low=0),
        Column("due_on", "day", required=True),
        Column("principal_due", "money", required=True, low=0),
        Column("interest_due", "money", low=0),
        Column("fee_due", "money", low=0),
        Column("plan_id", "text"),
        day=("due_on",),
    ),
    _table(
        "payments",
        ("payment_id",),
        "loan",
        Column("payment_id", "id", required=True),
        Column("loan_id", "id", required=True),
        Column("paid_on", "day", required=True),
        Column("amount", "money", required=True, low=-(10**15)),
        Column("channel", "code"),
        day=("paid_on",),
        reported=("paid_on",),
    ),
    _table(
        "statements",
        ("loan_id", "month"),
        "loan",
        Column("loan_id", "id", required=True),
        Column("month", "day", required=True),
        Column("balance", "money", low=-(10**15)),
        Column("limit", "money", low=0),
        Column("amount_due", "money", low=-(10**15)),
        Column("amount_paid", "money", low=-(10**15)),
        Column("dpd", "count", low=0),
        Column("status", "code"),
        day=("month",),
    ),
    _table(
        "attributes",
        ("owner_kind", "owner_id", "name"),
        "either",
        Column("owner_kind", "code", required=True, values=("loan", "borrower")),
        Column("owner_id", "id", required=True),
        Column("name", "code", required=True),
        Column("value", "number"),
        Column("code", "code"),
    ),
    _table(
        "contacts",
        ("contact_id",),
        "loan",
        Column("contact_id", "id", required=True),
        Column("loan_id", "id", required=True),
        Column("contacted_at", "instant", required=True),
        Column("channel", "code", required=True, values=CHANNELS),
        Column("direction", "code", values=("out", "in")),
        Column("party", "code", values=PARTIES),
        Column("number_id", "code"),
        Column("agency", "code"),
        Column("agent_id", "code"),
        Column("outcome", "code", values=CONTACT_OUTCOMES),
        Column("stated_reason", "code", values=STATED_REASONS),
        Column("identity_ok", "yesno"),
        Column("income_told", "yesno"),
        Column("assets_told", "yesno"),
        Column("next_step", "text"),
        Column("propensity", "number", low=0, high=1),
        day=("contacted_at",),
        reported=("contacted_at",),
    ),
    _table(
        "promises",
        ("promise_id",),
        "loan",
        Column("promise_id", "id", required=True),
        Column("loan_id", "id", required=True),
        Column("promised_at", "instant", required=True),
        Column("due_on", "day", required=True),
        Column("amount", "money", required=True, low=0),
        day=("promised_at",),
        reported=("promised_at",),
    ),
    _table(
        "offers",
        ("offer_id",),
        "loan",
        Column("offer_id", "id", required=True),
        Column("loan_id", "id", required=True),
        Column("offered_at", "instant", required=True),
        Column("kind", "code", values=OFFER_KINDS),
        Column("terms", "text"),
        Column("answer", "code", values=OFFER_ANSWERS),
        day=("offered_at",),
        reported=("offered_at",),
    ),
    _table(
        "visits",
        ("visit_id",),
        "loan",
        Column("visit_id", "id", required=True),
        Column("loan_id", "id", required=True),
        Column("planned_on", "day"),
        Column("notice_at", "instant"),
        Column("visited_at", "instant"),
        Column("staff", "text"),
        Column("outcome", "code", values=VISIT_OUTCOMES),
        Column("reason", "code", values=STATED_REASONS),
        Column("identity_ok", "yesno"),
        Column("income_seen", "yesno"),
        Column("assets_seen", "yesno"),
        Column("next_step", "text"),
        Column("propensity", "number", low=0, high=1),
        day=("visited_at", "planned_on"),
        reported=("visited_at",),
    ),
    _table(
        "evidence",
        ("evidence_id",),
        "borrower",
        Column("evidence_id", "id", required=True),
        Column("borrower_id", "id", required=True),
        Column("kind", "code", required=True, values=CAPACITY_EVIDENCE + WILLINGNESS_EVIDENCE),
        Column("value", "number"),
        Column("source", "code", required=True),
        Column("confidence", "number", required=True, low=0, high=1),
        Column("observed_on", "day", required=True),
        Column("expires_on", "day"),
        Column("consent_id", "text"),
        day=("observed_on",),
        reported=("observed_on",),
    ),
    _table(
        "reviews",
        ("review_id", "decided_by"),
        "loan",
        Column("review_id", "id", required=True),
        Column("decided_by", "id", required=True),
        Column("loan_id", "id", required=True),
        Column("tier", "code", required=True, values=TIERS),
        Column("decided_at", "instant", required=True),
        Column("reasons", "text", required=True),
        day=("decided_at",),
        reported=("decided_at",),
    ),
    _table(
        "plans",
        ("plan_id",),
        "loan",
        Column("plan_id", "id", required=True),
        Column("loan_id", "id", required=True),
        Column("kind", "code", values=PLAN_KINDS),
        Column("starts_on", "day", required=True),
        Column("ends_on", "day"),
        Column("terms", "text"),
        day=("starts_on",),
    ),
    _table(
        "flags",
        ("flag_id",),
        "borrower",
        Column("flag_id", "id", required=True),
        Column("borrower_id", "id", required=True),
        Column("kind", "code", required=True, values=FLAG_KINDS),
        Column("starts_on", "day", required=True),
        Column("ends_on", "day"),
        day=("starts_on",),
    ),
    _table(
        "consents",
        ("consent_id",),
        "borrower",
        Column("consent_id", "id", required=True),
        Column("borrower_id", "id", required=True),
        Column("purpose", "code", required=True),
        Column("granted_on", "day", required=True),
        Column("withdrawn_on", "day"),
        day=("granted_on",),
        reported=("granted_on", "withdrawn_on"),
    ),
    _table(
        "agents",
        ("agent_id",),
        "none",
        Column("agent_id", "id", required=True),
        Column("skills", "text"),
        Column("languages", "text"),
        Column("area", "text"),
        Column("trained_until", "day"),
        Column("agency", "code"),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _ALL}
"""Every table a book may hold, by name."""

PROTECTED_TABLES = frozenset({"protected"})
"""Tables that no feature, model or decision reads: the fairness audit alone does."""
