"""A pack with the lender's own rules on top: never looser than the pack alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from serving.policy.lender import LenderPolicy, PolicyRefused
from serving.policy.packs import TIGHTER, Pack, Rule


def tightened(pack: Pack, policy: LenderPolicy) -> Pack:
    """Return the pack with every rule at least as tight as before, and the lender's rules added.

    Raises
    ------
    PolicyRefused
        When the lender's number is looser than the pack's (both are named), when a list would
        permit more, or when a rule of the lender takes the id of one in the pack.

    Examples
    --------
    >>> from serving.policy.lender import load_policy
    >>> from serving.policy.packs import load_pack
    >>> tightened(load_pack("CN"), load_policy()).rule("CN-hours").numbers["latest_hour"]
    21
    """
    known = [rule.id for rule in pack.rules]
    mine = {rule_id for rule_id in policy.tightenings if rule_id.startswith(f"{pack.name}-")}
    unknown = sorted(mine - set(known))
    if unknown:
        raise PolicyRefused(
            f"Expected rules of pack {pack.name} to tighten ({known}), found {unknown}. Correct it."
        )
    taken = sorted({rule.id for rule in policy.rules} & {rule.id for rule in pack.rules})
    if taken:
        raise PolicyRefused(
            f"Expected new ids for the lender's rules, found {taken} of pack {pack.name}. Rename them."
        )
    rules = tuple(_tightened_rule(rule, policy.tightenings.get(rule.id)) for rule in pack.rules)
    _check_visit_plan(rules, policy)
    version = f"{pack.version}+{policy.version}"
    return replace(pack, version=version, rules=(*rules, *policy.rules))


def _tightened_rule(rule: Rule, change: Mapping[str, Any] | None) -> Rule:
    if not change:
        return rule
    numbers = dict(rule.numbers)
    for name, value in change.get("numbers", {}).items():
        sense = TIGHTER.get(rule.kind, {}).get(name)
        if sense is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            raise PolicyRefused(f"Expected a number of {rule.id}, found {name} = {value!r}. Correct it.")
        if (value - numbers[name]) * sense < 0:
            raise PolicyRefused(_loosening(rule, name, pack_has=numbers[name], lender_has=value))
        numbers[name] = value
    flags = _superset(rule, "flags", rule.flags, change)
    lists = dict(rule.lists)
    for key, values in change.get("permitted", {}).items():
        more = sorted(set(values) - set(lists.get(key, ())))
        if more:
            raise PolicyRefused(
                _loosening(rule, key, pack_has=list(lists.get(key, ())), lender_has=list(values))
            )
        lists[key] = tuple(values)
    for group in ("needed", "withdrawn"):
        for key in change.get(group, {}):
            lists[f"{group}/{key}"] = _superset(rule, key, lists.get(f"{group}/{key}", ()), change[group])
    return replace(rule, numbers=numbers, flags=flags, lists=lists)


def _superset(rule: Rule, name: str, known: tuple[str, ...], change: Mapping[str, Any]) -> tuple[str, ...]:
    if name not in change:
        return known
    if set(known) - set(change[name]):
        raise PolicyRefused(_loosening(rule, name, pack_has=list(known), lender_has=list(change[name])))
    return tuple(change[name])


def _check_visit_plan(rules: tuple[Rule, ...], policy: LenderPolicy) -> None:
    planned = {"visit_staff": ("least", "staff"), "visit_notice": ("hours", "notice_hours")}
    for rule in rules:
        if rule.kind in planned:
            number, name = planned[rule.kind]
            if policy.visit.get(name, 0) < rule.numbers[number]:
                raise PolicyRefused(
                    _loosening(
                        rule,
                        f"visit.{name}",
                        pack_has=rule.numbers[number],
                        lender_has=policy.visit.get(name),
                    )
                )


def _loosening(rule: Rule, name: str, *, pack_has: object, lender_has: object) -> str:
    return (
        f"Expected a policy that only tightens: {rule.id} has {name} = {pack_has}, "
        f"the lender's file says {lender_has}, which is looser. Keep the pack's or a tighter one."
    )
