"""One sentence why, in English and Chinese, for a collector and for a committee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from serving.decision import Action, GateCheck
from serving.policy.naming import named, rule_named

ACTIONS_ZH: dict[Action, str] = {
    "call": "致电",
    "message": "发送消息",
    "visit": "上门走访",
    "nothing": "不联系",
}
DUTIES_EN = {
    "first_contact": "the first contact is owed within 48 hours of identification",
    "day_5_assessment": "from day 5 the reason for the delay is asked; this is no judgement",
    "broken_promise": "a promise passed its day unpaid",
}
DUTIES_ZH = {
    "first_contact": "识别逾期后须在48小时内首次联系",
    "day_5_assessment": "逾期满5天须询问拖欠原因，此举不作任何认定",
    "broken_promise": "承诺还款日已过仍未还款",
}


class Why(NamedTuple):
    """The same sentence twice."""

    en: str
    zh: str


def why_held_out() -> Why:
    """Return why a debtor of the holdout is left alone."""
    return Why(
        "Left alone: this debtor belongs to the permanent random holdout without contact.",
        "不联系：该债务人属于永久随机对照组。",
    )


def why_audit() -> Why:
    """Return why a random audit visit is proposed."""
    return Why(
        "A visit is proposed by a random audit draw, not because of a score; two people must approve.",
        "随机抽查建议上门，并非因评分；须经两人批准。",
    )


def why_duty(action: Action, duty: str) -> Why:
    """Return why a contact is owed whatever the score."""
    return Why(f"{_verb(action)}: {DUTIES_EN[duty]}.", f"{ACTIONS_ZH[action]}：{DUTIES_ZH[duty]}。")


def why_worth(action: Action, *, recovery: float, cost: float, offer: str, unscored: bool) -> Why:
    """Return why an action is worth more than it costs."""
    gain = f"expected to recover {recovery / 100:,.2f} at a cost of {cost / 100:,.2f}"
    gain_zh = f"预计多收回{recovery / 100:,.2f}，成本{cost / 100:,.2f}"
    if unscored:
        gain, gain_zh = f"{gain}, by the bucket's base rate (unscored)", f"{gain_zh}（无评分，按阶段基准率）"
    if offer:
        en, zh = named("relief", [offer])
        gain, gain_zh = f"{gain}; negotiable: {en}", f"{gain_zh}；可协商{zh}"
    approval = ("; two people must approve", "；须经两人批准") if action == "visit" else ("", "")
    return Why(f"{_verb(action)}: {gain}{approval[0]}.", f"{ACTIONS_ZH[action]}：{gain_zh}{approval[1]}。")


def why_refused(refusals: tuple[GateCheck, ...], *, kinds: Mapping[str, str]) -> Why:
    """Return which rules forbid every contact, the ones that hold for most actions first.

    Rules about visits alone are told only when nothing else is.

    Parameters
    ----------
    kinds
        Kind of each rule, by its id.
    """
    refusals = tuple(row for row in refusals if row.action != "visit") or refusals
    rules = list(dict.fromkeys(row.rule for row in refusals))
    count = {rule: sum(row.rule == rule for row in refusals) for rule in rules}
    first = sorted(rules, key=lambda rule: (-count[rule], rules.index(rule)))[:3]
    found = {row.rule: row for row in reversed(refusals)}
    names = {rule: rule_named(kinds.get(rule, "")) for rule in first}
    en = "; ".join(f"{names[rule][0]} ({found[rule].found_en})" for rule in first)
    zh = "；".join(f"{names[rule][1]}（{found[rule].found_zh}）" for rule in first)
    return Why(f"Left alone: forbidden by the rules on {en}.", f"不联系：以下规定不允许：{zh}。")


def why_joined(lead: str) -> Why:
    """Return why a debtor's other loan is left alone tonight."""
    return Why(
        f"Left alone: the debtor is contacted once for all loans, through {lead}.",
        f"不联系：该债务人的所有贷款合并联系，经由{lead}。",
    )


def why_not_worth(p_bad: float, *, self_cure: bool, unscored: bool) -> Why:
    """Return why no action is worth its cost."""
    if unscored:
        return Why(
            "Left alone: unscored, and no action is worth its cost at the bucket's base rate.",
            "不联系：无评分，按阶段基准率任何行动均不抵成本。",
        )
    if self_cure:
        return Why(
            f"Left alone: likely to pay without being contacted ({1 - p_bad:.0%}).",
            f"不联系：预计无需联系即可还款（{1 - p_bad:.0%}）。",
        )
    return Why(
        "Left alone: no permitted action is expected to gain enough over its cost.",
        "不联系：可采取的行动预计收益均不足以抵偿成本。",
    )


def why_full(duty: str) -> Why:
    """Return why an account waits although something is owed or worth doing."""
    if duty:
        return Why(
            f"Waiting: today's capacity is used up although {DUTIES_EN[duty]}.",
            f"等待：今日人力已满，但{DUTIES_ZH[duty]}。",
        )
    return Why(
        "Left alone today: capacity goes to accounts where it recovers more.",
        "今日不联系：人力用于可收回更多的账户。",
    )


def _verb(action: Action) -> str:
    return {
        "call": "Call",
        "message": "Send a message",
        "visit": "Propose a visit",
        "nothing": "Leave alone",
    }[action]
