"""The evidence tier of an account: a pure function of dated facts, never of a score alone.

T0 nothing is known · T1 flagged (five days past due, or a score) · T2 probable · T3 decided by two
different people after the reply period, with written reasons · T3-no verified not willful.

Facts have no field for what is never evidence: refusing a visit, complaining, a lawyer's letter,
disputing the amount, age, sex, region, contact list, tone of voice.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Final, Literal

Tier = Literal["T0", "T1", "T2", "T3", "T3-no"]

ASSESS_FROM_DPD: Final = 5
"""The day on which the assessment begins: evidence gathering, never a label."""
REPLY_DAYS: Final = 15
"""Days the borrower has to answer between the notice and a decision."""
NOTICE_HOLDS_DAYS: Final = 180
"""A notice older than this is not one for the decision at hand."""
STATED: Final = 0.6
"""Confidence from which a capacity fact is strong."""
HEARD: Final = 0.4
"""Confidence from which a willingness fact counts."""

ABLE: Final = ("C1", "C2", "C3", "C4")
SHOCK: Final = "C5"
WEAK: Final = "W8"
GOODWILL: Final = "W9"
UNWILLING: Final = ("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8")
KINDS: Final = (*ABLE, SHOCK, *UNWILLING, GOODWILL)

WORDS: Final = {
    "C1": ("income seen", "见到收入"),
    "C2": ("assets above the arrears", "资产高于逾期金额"),
    "C3": ("pays other lenders or borrowed anew", "正常偿还其他债务或新增借款"),
    "C4": ("work or a running business seen", "实地见到在业或经营"),
    "C5": ("shock recorded", "有冲击事件记录"),
    "W1": ("calls refused after talks", "多次沟通后拒接"),
    "W2": ("number or address changed without notice", "未告知变更号码或住址"),
    "W3": ("delay without a reason", "逾期未说明理由"),
    "W4": ("promises broken although income came in", "有收入流入仍多次失约"),
    "W5": ("affordable offer refused", "拒绝可负担的分期方案"),
    "W6": ("assets moved or hidden", "转移或隐匿资产"),
    "W7": ("false papers", "提供虚假材料"),
    "W8": ("pays all other debts but this one", "仅本笔持续恶化"),
    "W9": ("part payments, calls back or asks for a plan", "部分还款、主动回电或申请方案"),
}
"""What each kind of evidence says, in English and Chinese."""

WANTING: Final = {
    "capacity": ("a strong capacity fact (C1–C4)", "有力的还款能力证据（C1–C4）"),
    "shock": ("a check of the recorded shock (C5)", "核实已记录的冲击事件（C5）"),
    "willingness": ("two willingness facts beyond good will", "两项（扣除善意表现后）还款意愿证据"),
    "sources": ("two independent sources", "两个独立来源"),
    "right_party_contact": ("a talk with the borrower", "与本人取得联系"),
    "offer": ("an offer made", "已提出还款方案"),
}
"""What T2 still needs, by code."""


class FactTooLate(ValueError):
    """A fact or review is dated on or after the morning it is used for."""


@dataclass(frozen=True)
class Fact:
    """One piece of evidence.

    Parameters
    ----------
    kind
        ``C1`` … ``C5`` (capacity), ``W1`` … ``W9`` (willingness).
    seen_on
        Day it was observed, days since 1970-01-01.
    source
        Where it comes from; facts of one source are not independent.
    confidence
        0 to 1.
    consent
        ``given``, ``not_needed`` or ``missing``. A fact whose consent is missing never counts.
    """

    kind: str
    seen_on: int
    source: str
    confidence: float
    consent: Literal["given", "not_needed", "missing"] = "not_needed"


@dataclass(frozen=True)
class Review:
    """What one person decided about one loan, in writing."""

    review_id: str
    decided_by: str
    tier: Tier
    decided_on: int
    reasons: str


@dataclass(frozen=True)
class Facts:
    """All that the tier of one account may rest on, as of one morning.

    Parameters
    ----------
    as_of
        The morning, days since 1970-01-01; everything else is dated before it.
    dpd
        Days past due.
    right_party_contact, offer_made
        Whether the borrower was ever spoken to, and was ever made an offer.
    evidence
        Facts known, not expired.
    reviews
        What people decided so far.
    told_on
        Days on which the borrower was told face to face what is held against them.
    scored
        True when a model put the account above its cut-off: flags it, no more.
    """

    as_of: int
    dpd: int
    right_party_contact: bool = False
    offer_made: bool = False
    evidence: tuple[Fact, ...] = ()
    reviews: tuple[Review, ...] = ()
    told_on: tuple[int, ...] = ()
    scored: bool = False


@dataclass(frozen=True)
class TierDecision:
    """A tier, why, and which of T2's requirements (keys of ``WANTING``) are missing."""

    tier: Tier
    why_en: str
    why_zh: str
    missing: tuple[str, ...]


def tier_of(facts: Facts, *, reply_days: int = REPLY_DAYS) -> TierDecision:
    """Return the evidence tier of an account and why it stands there.

    T2 needs a strong capacity fact, no recorded shock, two willingness facts from two independent
    sources left after each W9 takes one away, a talk and an offer; W8 never counts alone. T3 and
    T3-no come from people only.

    Parameters
    ----------
    facts
        What is known as of a morning.
    reply_days
        Days between the notice (a review that says T2, or a visit that met the borrower) and the
        first signature under a T3.

    Raises
    ------
    FactTooLate
        When a fact or review is dated on or after the morning.

    Examples
    --------
    >>> tier_of(Facts(as_of=20000, dpd=12)).tier
    'T1'
    >>> tier_of(Facts(as_of=20000, dpd=0)).why_en
    'unknown: nothing calls for an assessment'
    """
    _check(facts)
    counted = tuple(fact for fact in facts.evidence if fact.consent != "missing" and fact.kind in KINDS)
    missing = _missing(facts, counted)
    verdict = verdict_of(facts, reply_days=reply_days)
    if verdict is not None:
        return _by_people(*verdict, missing=missing)
    if not missing and facts.dpd >= ASSESS_FROM_DPD:
        told = _told(counted)
        return TierDecision(
            "T2", f"probable: {told[0]}; no shock recorded", f"很可能：{told[1]}；无冲击事件记录", missing
        )
    lacking = [WANTING[code] for code in missing]
    lacks = ", ".join(en for en, _ in lacking), "、".join(zh for _, zh in lacking)
    if facts.dpd >= ASSESS_FROM_DPD:
        return TierDecision(
            "T1",
            f"flagged: {facts.dpd} days past due; missing: {lacks[0]}",
            f"待核查：逾期 {facts.dpd} 天；尚缺：{lacks[1]}",
            missing,
        )
    if facts.scored:
        return TierDecision(
            "T1", f"flagged by a score; missing: {lacks[0]}", f"评分提示待核查；尚缺：{lacks[1]}", missing
        )
    return TierDecision("T0", "unknown: nothing calls for an assessment", "未知：暂无核查事由", missing)


def _missing(facts: Facts, counted: tuple[Fact, ...]) -> tuple[str, ...]:
    """Return which requirements of T2 are not met."""
    strong = any(fact.kind in ABLE and fact.confidence >= STATED for fact in counted)
    shocked = any(fact.kind == SHOCK for fact in counted)
    against = {(f.kind, f.source) for f in counted if f.kind in UNWILLING and f.confidence >= HEARD}
    goodwill = {fact.source for fact in counted if fact.kind == GOODWILL}
    if {kind for kind, _ in against} == {WEAK}:
        against = set()
    met = {
        "capacity": strong,
        "shock": not shocked,
        "willingness": len(against) - len(goodwill) >= 2,
        "sources": len({source for _, source in against}) >= 2,
        "right_party_contact": facts.right_party_contact,
        "offer": facts.offer_made,
    }
    return tuple(code for code in WANTING if not met[code])


def verdict_of(facts: Facts, *, reply_days: int = REPLY_DAYS) -> tuple[Tier, tuple[Review, ...]] | None:
    """Return the latest decision that two different people took in writing, or None.

    The two must agree. T3 also needs the reply period between notice and either signature; to
    clear a borrower needs no notice.
    """
    notices = [*facts.told_on, *(review.decided_on for review in facts.reviews if review.tier == "T2")]
    cases: dict[str, list[Review]] = defaultdict(list)
    for review in facts.reviews:
        if review.tier in ("T3", "T3-no") and review.reasons.strip():
            cases[review.review_id].append(review)
    valid: list[tuple[int, str, Tier, tuple[Review, ...]]] = []
    for name, signed in cases.items():
        tiers = {review.tier for review in signed}
        people = {review.decided_by.strip().casefold() for review in signed}
        first = min(review.decided_on for review in signed)
        heard = any(reply_days <= first - notice <= NOTICE_HOLDS_DAYS for notice in notices)
        if len(people) >= 2 and len(tiers) == 1 and (tiers == {"T3-no"} or heard):
            last = max(review.decided_on for review in signed)
            valid.append((last, name, signed[0].tier, tuple(signed)))
    if not valid:
        return None
    _, _, tier, signed_by = max(valid, key=lambda case: case[:2])
    return tier, signed_by


def _by_people(tier: Tier, signed: tuple[Review, ...], *, missing: tuple[str, ...]) -> TierDecision:
    people = sorted({review.decided_by.strip() for review in signed})
    day = max(review.decided_on for review in signed)
    en, zh = _day(day)
    verdict = ("decided", "已认定") if tier == "T3" else ("verified not willful", "已核实非恶意")
    return TierDecision(
        tier,
        f"{verdict[0]} by {' and '.join(people)} on {en} in writing",
        f"{verdict[1]}：{'、'.join(people)}于{zh}书面决定",
        missing,
    )


def _told(counted: tuple[Fact, ...]) -> tuple[str, str]:
    """Return the facts in words, the latest of each kind, capacity first."""
    latest: dict[str, int] = {}
    for fact in counted:
        latest[fact.kind] = max(fact.seen_on, latest.get(fact.kind, fact.seen_on))
    kinds = [kind for kind in KINDS if kind in latest]
    en = ", ".join(f"{WORDS[kind][0]} on {_day(latest[kind])[0]}" for kind in kinds)
    zh = "，".join(f"{_day(latest[kind])[1]}{WORDS[kind][1]}" for kind in kinds)
    return en, zh


def _day(number: int) -> tuple[str, str]:
    day = dt.date(1970, 1, 1) + dt.timedelta(days=number)
    return f"{day.day} {day:%b %Y}", f"{day.year}年{day.month}月{day.day}日"


def _check(facts: Facts) -> None:
    late = [fact.kind for fact in facts.evidence if fact.seen_on >= facts.as_of]
    late += [review.review_id for review in facts.reviews if review.decided_on >= facts.as_of]
    late += ["told_on"] * sum(day >= facts.as_of for day in facts.told_on)
    if late:
        raise FactTooLate(
            f"Expected facts dated before {_day(facts.as_of)[0]}; found {len(late)} on or after it "
            f"({', '.join(late[:5])}). Read the facts as of the morning with facts_of."
        )
