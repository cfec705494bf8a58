"""Every rule asked for one action at one moment. A missing fact is a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from serving.decision import Action, GateCheck
from serving.policy.case import TO_BORROWER, Attempt, Case
from serving.policy.hours import Span, known_zones, lawful_span
from serving.policy.naming import named
from serving.policy.packs import Pack, Rule
from serving.policy.question import Finding, Question, allowed, below, question, refused, unknown
from serving.policy.visit_gates import VISIT_GATES

SEARCHED_DAYS = 8
"""How many days ahead a lawful moment is looked for."""

Gate = Callable[[Rule, Question], Finding]


class MomentUnclear(ValueError):
    """A moment without a time zone: nobody can tell whether it is lawful."""


def check(
    case: Case, action: Action, moment: datetime, pack: Pack, *, attempt: Attempt = TO_BORROWER
) -> tuple[GateCheck, ...]:
    """Return the answer of every rule of the pack that speaks about the action.

    Doing nothing is asked of no rule; an action of which no rule speaks is refused.

    Parameters
    ----------
    moment
        When the action would be done; an aware instant.
    attempt
        Whom it would reach and how a visit is prepared; a visit without a plan is refused.

    Raises
    ------
    MomentUnclear
        When the moment carries no time zone.
    """
    if action == "nothing":
        return ()
    if moment.tzinfo is None:
        raise MomentUnclear(f"Expected an instant with its time zone, found {moment.isoformat()}. Add UTC.")
    asked = question(case, action, moment, pack, attempt=attempt)
    rows = [
        _row(rule.id, rule.text_en, rule.text_zh, rule.source, action, GATES[rule.kind](rule, asked))
        for rule in pack.rules
        if action in rule.actions
    ]
    if not rows:
        text = ("An action of which no rule speaks is refused.", "无规则涉及的行动一律不得进行。")
        rows = [_row(f"{pack.name}-unwritten", *text, "house law", action, unknown("a rule", "适用规则"))]
    return tuple(rows)


def is_allowed(checks: tuple[GateCheck, ...]) -> bool:
    """Return True when rules were asked and none refused."""
    return bool(checks) and all(row.verdict == "allowed" for row in checks)


def lawful_window(case: Case, action: Action, on: date, pack: Pack) -> Span | None:
    """Return the instants [from, until) at which the hours allow the action on the debtor's day ``on``.

    None when no instant of that day is lawful in every zone the debtor may live in.
    """
    zones = known_zones(case.time_zone, possible=pack.time_zones)
    agreed = case.flags is not None and "agreed_hours" in case.flags
    return _window(pack, action, on, zones, agreed=agreed)


def earliest_lawful(case: Case, action: Action, moment: datetime, pack: Pack) -> datetime | None:
    """Return the first instant from ``moment`` on at which the hours allow the action."""
    return _soonest(question(case, action, moment, pack, attempt=TO_BORROWER))


@lru_cache(maxsize=16_384)
def _window(pack: Pack, action: Action, on: date, zones: tuple[str, ...], *, agreed: bool) -> Span | None:
    spans = [
        lawful_span(
            on,
            zones,
            earliest_hour=0 if agreed else rule.numbers["earliest_hour"],
            latest_hour=24 if agreed else rule.numbers["latest_hour"],
        )
        for rule in pack.of_kind("hours")
        if action in rule.actions
    ]
    found = [span for span in spans if span is not None]
    if not spans or len(found) < len(spans):
        return None
    first, last = max(span[0] for span in found), min(span[1] for span in found)
    return (first, last) if first < last else None


def _soonest(asked: Question) -> datetime | None:
    if not asked.days:
        return None
    for ahead in range(SEARCHED_DAYS):
        on = min(asked.days) + timedelta(days=ahead)
        span = _window(asked.pack, asked.action, on, asked.zones, agreed=asked.agreed_hours)
        if span and span[1] > asked.moment:
            return max(asked.moment, span[0])
    return None


@lru_cache(maxsize=65_536)
def _row(rule: str, text_en: str, text_zh: str, source: str, action: Action, finding: Finding) -> GateCheck:
    return GateCheck(
        rule,
        action,
        finding.verdict,
        text_en,
        text_zh,
        source,
        finding.found_en,
        finding.found_zh,
        finding.earliest,
    )


def _country(rule: Rule, asked: Question) -> Finding:
    country = asked.case.country
    if country is None:
        return unknown("country", "所在国家")
    en, zh = named("country", [country])
    found = (f"the debtor lives in {en}", f"债务人位于{zh}")
    return allowed(*found) if country in asked.pack.countries else refused(*found)


def _hours(rule: Rule, asked: Question) -> Finding:
    if not asked.zones:
        return unknown("time zone", "时区")
    limits = {} if asked.agreed_hours else rule.numbers
    for on in asked.days:
        span = lawful_span(
            on,
            asked.zones,
            earliest_hour=limits.get("earliest_hour", 0),
            latest_hour=limits.get("latest_hour", 24),
        )
        if span and span[0] <= asked.moment < span[1]:
            return allowed("within the lawful hours", "处于允许时段")
    return refused("outside the lawful hours", "不在允许时段", earliest=_soonest(asked))


def _talks_per_day(rule: Rule, asked: Question) -> Finding:
    talks = asked.case.talks_today
    if talks is None or not asked.is_counted_day:
        return unknown("talks on that day", "当日通话次数")
    return below(rule, talks, en="talks today", zh="次当日有效通话")


def _talks_per_week(rule: Rule, asked: Question) -> Finding:
    talks = asked.case.talks_7d
    if talks is None or not asked.is_counted_day:
        return unknown("talks in 7 days", "7日内通话次数")
    return below(rule, talks, en="talks in 7 days", zh="次7日内有效通话")


def _unanswered(rule: Rule, asked: Question) -> Finding:
    counts, number = asked.case.unanswered_today, asked.attempt.number_id
    if counts is None or not asked.is_counted_day:
        return unknown("unanswered attempts on that day", "当日未接通次数")
    most = max(counts.values(), default=0)
    if number is not None:
        most = max(counts.get(number, 0), counts.get("*", 0))
    return below(rule, most, en="unanswered attempts on one number today", zh="次同一号码当日未接通")


def _stop_flags(rule: Rule, asked: Question) -> Finding:
    flags = asked.case.flags
    if flags is None:
        return unknown("flags", "标记")
    standing = sorted(flags.intersection(rule.flags))
    if standing:
        en, zh = named("flag", standing)
        return refused(f"flagged: {en}", f"标记：{zh}")
    return allowed("no stop flag", "无停止标记")


def _consent(rule: Rule, asked: Question) -> Finding:
    consents = asked.case.consents
    if consents is None:
        return unknown("consents", "同意记录")
    lists, action = rule.lists, asked.action
    against = [p for p in lists.get(f"withdrawn/{action}", ()) if p in consents and consents[p] is not True]
    against += [p for p in lists.get(f"needed/{action}", ()) if consents.get(p) is not True]
    if against:
        en, zh = named("purpose", dict.fromkeys(against))
        return refused(f"no standing consent: {en}", f"无有效同意：{zh}")
    return allowed("no consent withdrawn", "未撤回同意")


def _third_party(rule: Rule, asked: Question) -> Finding:
    case = asked.case
    if asked.attempt.party == "borrower":
        return allowed("the borrower alone is contacted", "仅联系借款人本人")
    if case.failed_tries is None or case.flags is None:
        return unknown("failed tries or flags", "失败次数或标记")
    if asked.action != "call" or "third_party_refused" in case.flags:
        return refused("third parties are not contacted this way", "不得以此方式联系第三人")
    found = (f"{case.failed_tries} failed tries in a row", f"连续{case.failed_tries}次联系失败")
    return allowed(*found) if case.failed_tries >= rule.numbers["failed_tries"] else refused(*found)


def _measures(rule: Rule, asked: Question) -> Finding:
    bucket = asked.case.bucket
    if bucket is None or asked.case.dpd is None:
        return unknown("bucket", "逾期阶段")
    en, zh = named("bucket", [bucket])
    found = (f"bucket {en}", f"逾期阶段{zh}")
    return allowed(*found) if asked.action in rule.lists.get(bucket, ()) else refused(*found)


def _amount_split(rule: Rule, asked: Question) -> Finding:
    case = asked.case
    if (
        case.arrears is None
        or case.arrears_principal is None
        or case.arrears_interest is None
        or case.arrears_fee is None
    ):
        return unknown("the parts of the amount", "金额构成")
    parts = (case.arrears_principal, case.arrears_interest, case.arrears_fee)
    if case.arrears <= 0 or min(parts) < 0 or sum(parts) != case.arrears:
        return refused("the parts do not add up to the amount", "各项之和与主张金额不符")
    return allowed("principal, interest and fee add up", "本金、利息、费用相加一致")


def _rate_cap(rule: Rule, asked: Question) -> Finding:
    case = asked.case
    if case.arrears_interest is None or case.arrears_fee is None:
        return unknown("interest and fee", "利息及费用")
    if case.arrears_interest == 0 and case.arrears_fee == 0:
        return allowed("principal alone is demanded", "仅主张本金")
    if case.annual_rate is None:
        return unknown("annual rate", "年利率")
    found = (f"annual rate {case.annual_rate:.1%}", f"年利率{case.annual_rate:.1%}")
    return allowed(*found) if case.annual_rate <= rule.numbers["most"] else refused(*found)


def _running_agreement(rule: Rule, asked: Question) -> Finding:
    case = asked.case
    if case.agreement is None:
        return unknown("running agreements", "生效中的约定")
    if case.agreement:
        en, zh = named("relief", [case.agreement])
        return refused(f"running: {en}", f"生效中：{zh}")
    if case.promise_due_on is not None and case.promise_due_on >= case.as_of:
        on = case.promise_due_on.isoformat()
        return refused(f"promised until {on}", f"承诺于{on}前还款")
    return allowed("no agreement is running", "无生效中的约定")


GATES: Mapping[str, Gate] = {
    "country": _country,
    "hours": _hours,
    "talks_per_day": _talks_per_day,
    "talks_per_week": _talks_per_week,
    "unanswered_per_number": _unanswered,
    "stop_flags": _stop_flags,
    "consent": _consent,
    "third_party": _third_party,
    "measures": _measures,
    "amount_split": _amount_split,
    "rate_cap": _rate_cap,
    "running_agreement": _running_agreement,
    **VISIT_GATES,
}
"""The gate that reads each kind of rule."""
