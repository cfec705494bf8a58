"""Codes that the tables of a book may hold; a lender's own codes are mapped to these."""

from __future__ import annotations

CHANNELS = ("call", "sms", "email", "app", "letter", "visit", "message")
PARTIES = ("borrower", "third_party", "unknown")
RIGHT_PARTY_OUTCOMES = ("talked", "promised", "refused", "asked_for_plan", "called_back")
UNANSWERED_OUTCOMES = ("no_answer", "busy", "dead_number", "voicemail")
CONTACT_OUTCOMES = (
    *RIGHT_PARTY_OUTCOMES,
    *UNANSWERED_OUTCOMES,
    "wrong_number",
    "third_party",
    "delivered",
    "failed",
)
STATED_REASONS = (
    "forgot",
    "cash_short",
    "job_loss",
    "illness",
    "disaster",
    "death_in_family",
    "dispute",
    "other",
    "none_given",
)
END_KINDS = (
    "repaid",
    "sold",
    "written_off",
    "restructured",
    "death",
    "moratorium",
    "cancelled",
    "unreported",
)
"""How a loan ended; ``unreported``: its source falls silent, and nobody says how it went on."""
OFFER_KINDS = ("grace", "instalments", "extension", "waiver", "settlement")
OFFER_ANSWERS = ("accepted", "refused", "none")
VISIT_OUTCOMES = ("planned", "met", "absent", "moved", "third_party", "refused", "cancelled")
CAPACITY_EVIDENCE = ("C1", "C2", "C3", "C4", "C5")
WILLINGNESS_EVIDENCE = ("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9")
TIERS = ("T0", "T1", "T2", "T3", "T3-no")
FLAG_KINDS = (
    "dispute",
    "hardship",
    "death",
    "bankruptcy",
    "moratorium",
    "vulnerable",
    "lawyer",
    "complaint",
    "cease",
    "agreed_hours",
    "third_party_refused",
)
PLAN_KINDS = ("extension", "instalments", "waiver", "grace", "pause", "reschedule")
"""``pause`` stops the clock, ``reschedule`` replaces the schedule (docs/ledger.md); the others change no arithmetic."""
