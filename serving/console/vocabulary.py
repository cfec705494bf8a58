"""Every code of the console's own that a page shows, by kind, in plain English; ``locale/zh.po`` says it in Chinese.

The codes of the book's tables have their words in ``features.code_words``, which reasons and reports read too.
A test holds the kinds of the book and of the store to their codes, so that none is shown bare.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from serving.console.languages import message as m

VOCABULARY: Final[Mapping[str, Mapping[str, str]]] = {
    "role": {
        "collector": m("collector"),
        "supervisor": m("supervisor"),
        "data_scientist": m("data scientist"),
        "committee": m("committee"),
        "service": m("service"),
        "admin": m("administrator"),
    },
    "action": {"call": m("Call"), "message": m("Message"), "visit": m("Visit"), "nothing": m("Leave alone")},
    "state": {
        "ready": m("ready"),
        "awaiting_approval": m("awaits approval"),
        "claimed": m("in a hand"),
        "done": m("done"),
        "left_alone": m("left alone"),
        "retired": m("replaced by a later list"),
    },
    "bucket": {
        "current": m("not overdue"),
        "1-30": m("1–30 days"),
        "31-60": m("31–60 days"),
        "61-90": m("61–90 days"),
        "91+": m("91 days and more"),
    },
    "band": {
        "low": m("low"),
        "medium": m("medium"),
        "high": m("high"),
        "insufficient": m("evidence insufficient"),
    },
    "score": {
        "roll_30": m("reaches 31 days past due within 30 days"),
        "roll_60": m("reaches 61 days past due within 30 days"),
        "no_recovery": m("pays less than half of the arrears within 90 days"),
        "pays_within": m("pays something within the window"),
        "default_90": m("falls more than 90 days behind within 12 months"),
        "early_warning": m("falls 5 days behind within 30 days"),
        "self_cure": m("is current again without being contacted"),
        "p_able": m("is able to pay"),
        "p_willing": m("is willing to pay"),
        "p_willful": m("able to pay and not willing"),
    },
    "tier": {
        "T0": m("T0 · nothing known about willfulness"),
        "T1": m("T1 · flagged by a rule or score, nothing more"),
        "T2": m("T2 · probable by evidence, not decided"),
        "T3": m("T3 · decided willful by two people"),
        "T3-no": m("T3-no · verified as not willful"),
    },
    "duty": {
        "first_contact": m("first contact within 48 hours"),
        "day_5_assessment": m("ask for the reason from day 5"),
        "broken_promise": m("follow up a broken promise"),
        "human_review": m("a person looks at the file"),
    },
    "arm": {
        "policy": m("by the policy"),
        "holdout": m("left alone by design, for comparison"),
        "audit": m("drawn at random"),
    },
    "cell": {
        "willing_able": m("willing and able"),
        "willing_unable": m("willing, not able"),
        "unwilling_able": m("able, not willing"),
        "unwilling_unable": m("neither willing nor able"),
        "unknown": m("not known"),
    },
    "asset_class": {
        "normal": m("normal"),
        "special_mention": m("special mention"),
        "substandard": m("substandard"),
        "doubtful": m("doubtful"),
        "loss": m("loss"),
    },
    "timeline": {
        "payment": m("Payment"),
        "reversal": m("Payment reversed"),
        "contact": m("Contact"),
        "promise": m("Promise"),
        "visit": m("Visit"),
        "offer": m("Offer"),
        "plan": m("Plan"),
        "flag": m("Flag"),
        "statement": m("Statement"),
        "due": m("Due day passed"),
    },
    "promise": {"open": m("open"), "kept": m("kept"), "partial": m("partly kept"), "broken": m("broken")},
    "due": {"unpaid": m("unpaid"), "part_paid": m("partly paid")},
    "language": {"zh": m("Chinese"), "en": m("English"), "pl": m("Polish")},
    "yesno": {"yes": m("yes"), "no": m("no")},
}
"""Words by kind and code."""
