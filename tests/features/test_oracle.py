"""The engine against plain loops, and proof that the loops would notice a broken engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from features import event_kernels, events, facts, ledger, ledger_ranges, sweep_kernel
from features.build import build_features, house_features
from features.compiled import steady
from features.observations import observe
from tests.features.oracle import oracle_frame
from tests.features.strategies import Tables, book_of_tables, mornings, raw_tables, seeded_tables

MORNINGS = [dt.date(2024, 3, 1), dt.date(2024, 6, 15), dt.date(2024, 11, 1)]


def engine_frame(tables: Tables, days: list[dt.date]) -> pd.DataFrame:
    book = book_of_tables(tables)
    return build_features(book, observe(book, as_of=days)).frame


_ORACLE: dict[str, pd.DataFrame] = {}


def oracle_of(tables: Tables, days: list[dt.date]) -> pd.DataFrame:
    """Return the oracle's frame, kept for the books that several tests look at."""
    key = repr((tables, days))
    if key not in _ORACLE:
        _ORACLE[key] = oracle_frame(tables, days)
    return _ORACLE[key]


def disagreements(tables: Tables, days: list[dt.date]) -> list[str]:
    """Return where engine and oracle differ, one text per cell; an empty list when they agree."""
    ours, theirs = engine_frame(tables, days), oracle_of(tables, days)
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows against {len(theirs)}"]
    if not len(ours):
        return []
    ours = ours.sort_values(["loan_id", "as_of"], ignore_index=True)
    found = []
    for name in [item.spec.name for item in house_features()] + ["attr_score", "attr_grade"]:
        if name in ours:
            found += [
                f"{name} of {ours['loan_id'][row]}: engine {mine}, oracle {other}"
                for row, (mine, other) in enumerate(zip(ours[name], theirs[name], strict=True))
                if not same(mine, other)
            ]
        elif not theirs[name].isna().all():
            found.append(f"{name}: engine has no column")
    return found


def same(mine: Any, other: Any) -> bool:
    if pd.isna(mine) or pd.isna(other):
        return bool(pd.isna(mine) and pd.isna(other))
    if isinstance(other, str):
        return bool(mine == other)
    return bool(np.isclose(float(mine), float(other), rtol=1e-6, atol=0.0))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=raw_tables(), days=mornings())
def test_every_feature_equals_the_plain_loop(tables: Tables, days: list[dt.date]) -> None:
    assert disagreements(tables, days) == []


@pytest.mark.parametrize("seed", range(25))
def test_every_feature_equals_the_plain_loop_on_seeded_books(seed: int) -> None:
    assert disagreements(seeded_tables(seed), MORNINGS) == []


def test_the_oracle_computes_every_feature_of_the_house() -> None:
    columns = set().union(*(oracle_frame(seeded_tables(seed), MORNINGS).columns for seed in range(3)))
    assert {item.spec.name for item in house_features()} <= columns


def test_the_seeded_books_make_every_feature_vary() -> None:
    monthly = [dt.date(2024, month, 1) for month in range(2, 13)]
    frames = [engine_frame(seeded_tables(seed), monthly) for seed in range(40)]
    whole = pd.concat(frames, ignore_index=True)
    assert [item.spec.name for item in house_features() if whole[item.spec.name].nunique() < 2] == []


def days32(values: Any) -> Any:
    return steady(values, np.int32)


# A fault is planted by wrapping one function of the engine; the oracle must see each.


def one_day_too_far(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """``day <= as_of`` where ``day < as_of`` is the rule."""

    def broken(*arguments: Any) -> Any:
        changed = list(arguments)
        changed[7] = days32(arguments[7] + 1)
        return kernel(*changed)

    return broken


def revisions_never_replaced(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """``seen_until`` is ignored by the sweep: superseded rows count for ever."""

    def broken(*arguments: Any) -> Any:
        changed = list(arguments)
        changed[3] = days32(np.full(len(arguments[3]), sweep_kernel.OPEN))
        return kernel(*changed)

    return broken


def late_rows_seen_at_once(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Rows count from their business day although they were known later."""

    def broken(offsets: Any, day: Any, seen_from: Any, *rest: Any) -> Any:
        return kernel(offsets, day, days32(np.minimum(seen_from, day + 1)), *rest)

    return broken


def lookbacks_begin_a_day_late(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """``as_of - d < day`` where ``as_of - d ≤ day`` is the rule."""

    def broken(*arguments: Any) -> Any:
        changed = list(arguments)
        changed[9] = steady(np.maximum(arguments[9] - 1, 0), np.int64)
        return kernel(*changed)

    return broken


def instalments_due_today_count(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """The ledger looks at the end of the morning's day instead of its beginning."""

    def broken(*arguments: Any) -> Any:
        return kernel(*arguments[:14], days32(arguments[14] + 1), arguments[15])

    return broken


def principal_before_fee(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Payments settle principal before fee."""

    def broken(*arguments: Any) -> Any:
        changed = list(arguments)
        changed[4], changed[6] = arguments[6], arguments[4]
        due, paid, principal, interest, fee, *rest = kernel(*changed)
        return due, paid, fee, interest, principal, *rest

    return broken


def path_ends_yesterday(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """The worst days past due leave out the morning itself."""

    def broken(*arguments: Any) -> Any:
        return kernel(*arguments[:12], days32(arguments[12] - 1), arguments[13])

    return broken


def facts_of_the_first_revision(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Facts never change after their first revision."""

    def broken(offsets: Any, seen_from: Any, seen_until: Any, owner: Any, known_by: Any) -> Any:
        return kernel(
            offsets,
            seen_from,
            days32(np.full(len(seen_until), sweep_kernel.OPEN)),
            owner,
            days32(known_by + 10_000),
        )

    return broken


def ended_things_stay_active(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A flag that ends on the morning still holds."""

    def broken(*arguments: Any) -> Any:
        changed = list(arguments)
        changed[5] = days32(np.where(arguments[5] == event_kernels.NO_DAY, arguments[5], arguments[5] + 40))
        return kernel(*changed)

    return broken


def no_grace_for_promises(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A promise is broken on the day after its date."""

    def broken(*arguments: Any) -> Any:
        return kernel(*arguments[:11], 0, *arguments[12:])

    return broken


@pytest.mark.parametrize(
    ("room", "name", "fault"),
    [
        pytest.param(events, "sweep", one_day_too_far, id="the lookback includes the morning"),
        pytest.param(events, "sweep", lookbacks_begin_a_day_late, id="the lookback begins a day late"),
        pytest.param(events, "sweep", revisions_never_replaced, id="seen_until is ignored"),
        pytest.param(events, "sweep", late_rows_seen_at_once, id="late rows are seen at once"),
        pytest.param(ledger, "standing", instalments_due_today_count, id="what is due today is overdue"),
        pytest.param(ledger, "standing", principal_before_fee, id="principal is settled before the fee"),
        pytest.param(ledger_ranges, "walk", path_ends_yesterday, id="the path ends a day early"),
        pytest.param(facts, "known_row", facts_of_the_first_revision, id="facts come from the future"),
        pytest.param(events, "active_rows", ended_things_stay_active, id="ended things stay active"),
        pytest.param(ledger_ranges, "promise_outcomes", no_grace_for_promises, id="promises have no grace"),
    ],
)
def test_the_oracle_catches_a_planted_fault(
    room: Any, name: str, fault: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, name, fault(getattr(room, name)))
    assert any(disagreements(seeded_tables(seed), MORNINGS) for seed in range(25))
