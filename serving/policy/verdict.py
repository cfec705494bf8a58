"""The record of one decision, written out from the night's arrays: values, rules, sentence, times."""

from __future__ import annotations

from datetime import UTC, datetime

from serving.decision import Action, ActionValue, Decision, GateCheck
from serving.policy.allocate import NONE
from serving.policy.case import Case
from serving.policy.duties import first_contact_by, needs_human_review
from serving.policy.lender import CONTACTS
from serving.policy.night import Night
from serving.policy.plan import Plan
from serving.policy.words import (
    Why,
    why_audit,
    why_duty,
    why_full,
    why_held_out,
    why_joined,
    why_not_worth,
    why_refused,
    why_worth,
)

NO_VALUE = ActionValue("nothing", 0.0, 0.0, allowed=True)


def decision_of(night: Night, row: int, *, plan: Plan) -> Decision:
    """Return the decision for one account of the night."""
    case, policy = night.cases[row], night.policy
    action: Action = "nothing" if plan.choice[row] == NONE else CONTACTS[plan.choice[row]]
    cause, why = _cause(night, row, plan, action)
    asked = night.asked[row].get(action)
    span = asked.span if asked else None
    duties = tuple(duty.kind for duty in night.duties[row])
    if needs_human_review(case, policy=policy):
        duties = (*duties, "human_review")
    return Decision(
        case_id=case.case_id,
        loan_id=case.loan_id,
        borrower_id=case.borrower_id,
        as_of=case.as_of.isoformat(),
        product=case.product,
        portfolio=case.portfolio,
        bucket=case.bucket or "",
        dpd=case.dpd or 0,
        arrears=case.arrears,
        currency=case.currency or policy.currency,
        scores=dict(case.scores),
        bands=dict(case.bands),
        reasons=case.reasons,
        action=action,
        priority=float(plan.priority[row]),
        values=_values(night, row),
        gates=_gates(night, row, action),
        why_en=why.en,
        why_zh=why.zh,
        propensity=float(plan.propensity[row]),
        arm="holdout" if night.held_out[row] else "audit" if plan.audited[row] else "policy",
        needs_approval=action == "visit",
        tier=case.tier or "T0",
        lawful_from=_iso(span[0]) if span else "",
        lawful_until=_iso(span[1]) if span else "",
        due_by=_iso(night.duties[row][0].due_by) if night.duties[row] else "",
        policy_version=night.pack.version,
        models=dict(case.models),
        facts=_facts(night, row, cause),
        rank=int(plan.rank[row]),
        duties=duties,
        offer=policy.matrix[night.worth.cell[row]].offer if action in ("call", "visit") else "",
    )


def _cause(night: Night, row: int, plan: Plan, action: Action) -> tuple[str, Why]:
    """Return why the account got its action: one word for counting, one sentence for reading."""
    worth = night.worth
    unscored = worth.p_source[row] == "base rate"
    if night.held_out[row]:
        return "holdout", why_held_out()
    if plan.audited[row]:
        return "audit", why_audit()
    if action != "nothing" and plan.owed[row]:
        return "owed", why_duty(action, night.duties[row][0].kind)
    if action != "nothing":
        column = CONTACTS.index(action)
        offer = night.policy.matrix[worth.cell[row]].offer if action != "message" else ""
        recovery, cost = worth.recovery[row, column], worth.cost[row, column]
        return "worth", why_worth(action, recovery=recovery, cost=cost, offer=offer, unscored=unscored)
    if not night.allowed[row].any():
        return "forbidden", why_refused(
            _refusals(night, row), kinds={rule.id: rule.kind for rule in night.pack.rules}
        )
    if night.lead[row] != row:
        return "joined", why_joined(night.cases[night.lead[row]].loan_id)
    if plan.owed[row]:
        return "waiting", why_full(night.duties[row][0].kind)
    if night.is_worthy[row].any():
        return "no_capacity", why_full("")
    p_bad = float(worth.p_bad[row])
    return "not_worth", why_not_worth(
        p_bad, self_cure=p_bad < night.policy.restraint["p_bad_below"], unscored=unscored
    )


def _refusals(night: Night, row: int) -> tuple[GateCheck, ...]:
    asked = night.asked[row]
    return tuple(check for action in CONTACTS for check in asked[action].checks if check.verdict == "refused")


def _gates(night: Night, row: int, action: Action) -> tuple[GateCheck, ...]:
    """Return every answer for the action taken, and the refusals of the others.

    Where nothing is done and nothing was refused: the answers for a call.
    """
    asked, refusals = night.asked[row], _refusals(night, row)
    if action == "nothing":
        return refusals or asked["call"].checks
    others = tuple(check for check in refusals if check.action != action)
    return (*asked[action].checks, *others)


def _values(night: Night, row: int) -> tuple[ActionValue, ...]:
    worth = night.worth
    priced = tuple(
        ActionValue(
            action,
            round(recovery, 2),
            round(cost, 2),
            allowed=allowed,
        )
        for action, recovery, cost, allowed in zip(
            CONTACTS,
            worth.recovery[row].tolist(),
            worth.cost[row].tolist(),
            night.allowed[row].tolist(),
            strict=True,
        )
    )
    return (*priced, NO_VALUE)


def _facts(night: Night, row: int, cause: str) -> dict[str, str | int | float | bool]:
    case, worth = night.cases[row], night.worth
    deadline = first_contact_by(case, policy=night.policy)
    known: dict[str, str | int | float | bool | None] = {
        "cause": cause,
        "scored": worth.p_source[row] != "base rate",
        "p_bad": round(float(worth.p_bad[row]), 6),
        "p_source": worth.p_source[row],
        "cell": worth.cell[row],
        "arrears_principal": case.arrears_principal,
        "arrears_interest": case.arrears_interest,
        "arrears_fee": case.arrears_fee,
        "balance": case.balance,
        "asset_class": _asset_class(night, case),
        "identified_on": case.identified_on.isoformat() if case.identified_on else None,
        "first_contact_by": _iso(deadline) if deadline else None,
        "talks_7d": case.talks_7d,
        "time_zone": case.time_zone,
        "contacted_through": night.cases[night.lead[row]].loan_id,
    }
    return {name: value for name, value in known.items() if value is not None}


def _asset_class(night: Night, case: Case) -> str | None:
    """Return the regulator's class of the account by days past due, the worst that applies."""
    classes = [rule for rule in night.pack.rules if rule.id.endswith("-asset-class")]
    if not classes or case.dpd is None:
        return None
    reached = [(days, name) for name, days in classes[0].numbers.items() if case.dpd >= days]
    return max(reached)[1] if reached else "normal"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
