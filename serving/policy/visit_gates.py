"""The further rules of a visit: the last resort, for high risk only, by two people, announced, approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from serving.policy.naming import named
from serving.policy.packs import Rule
from serving.policy.question import Finding, Question, allowed, refused, unknown

STRONG_TIERS = ("T2", "T3")


def _high_risk(rule: Rule, asked: Question) -> Finding:
    case = asked.case
    if case.risk_band is None or case.tier is None:
        return unknown("risk", "风险")
    band, tier = named("band", [case.risk_band]), named("tier", [case.tier])
    found = (f"risk band {band[0]}, tier {tier[0]}", f"风险等级{band[1]}，证据等级{tier[1]}")
    high = case.risk_band == "high" or case.tier in STRONG_TIERS
    return allowed(*found) if high and case.tier != "T3-no" else refused(*found)


def _last(rule: Rule, asked: Question) -> Finding:
    tried = asked.case.channels_tried
    if tried is None:
        return unknown("channels tried", "已尝试的联系方式")
    others = sorted(tried - {"visit"})
    en, zh = named("channel", others)
    found = (f"tried: {en or 'none'}", f"已尝试：{zh or '无'}")
    return allowed(*found) if len(others) >= rule.numbers["other_channels"] else refused(*found)


def _staff(rule: Rule, asked: Question) -> Finding:
    plan = asked.attempt.visit
    if plan is None or plan.staff is None:
        return unknown("staff of the visit", "上门人数")
    found = (f"{plan.staff} collectors", f"{plan.staff}名人员")
    return allowed(*found) if plan.staff >= rule.numbers["least"] else refused(*found)


def _identity(rule: Rule, asked: Question) -> Finding:
    plan = asked.attempt.visit
    if plan is None or plan.identity_shown is None:
        return unknown("whether identity is shown", "是否出示身份")
    if plan.identity_shown is not True:
        return refused("identity is not shown", "未出示身份")
    return allowed("visitors are bound to show identity", "上门人员须出示身份")


def _notice(rule: Rule, asked: Question) -> Finding:
    plan = asked.attempt.visit
    if plan is None or plan.notice_at is None:
        return unknown("notice of the visit", "上门告知")
    earliest = plan.notice_at + timedelta(hours=rule.numbers["hours"])
    if asked.moment < earliest:
        return refused("announced too late", "告知时间不足", earliest=earliest)
    return allowed("announced in time", "已按时告知")


def _entry(rule: Rule, asked: Question) -> Finding:
    plan = asked.attempt.visit
    if plan is None or plan.entry_asked is None:
        return unknown("whether entry is asked", "是否征求入户同意")
    if plan.entry_asked is not True:
        return refused("entry without asking", "未征求入户同意")
    return allowed("a home is entered only after a yes", "获同意后方可入户")


def _approval(rule: Rule, asked: Question) -> Finding:
    plan = asked.attempt.visit
    if plan is None:
        return unknown("plan of the visit", "上门计划")
    if not plan.departing:
        return allowed("a proposal: two people decide", "仅为建议，须经两人批准")
    if plan.approvals is None:
        return unknown("approvals", "批准人数")
    found = (f"{plan.approvals} approvals", f"{plan.approvals}人批准")
    return allowed(*found) if plan.approvals >= rule.numbers["people"] else refused(*found)


VISIT_GATES: Mapping[str, Callable[[Rule, Question], Finding]] = {
    "visit_high_risk": _high_risk,
    "visit_last": _last,
    "visit_staff": _staff,
    "visit_identity": _identity,
    "visit_notice": _notice,
    "visit_entry": _entry,
    "visit_approval": _approval,
}
"""The gate that reads each kind of rule about visits."""
