from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import Catalogue, FeatureSpec
from features.feature_spec import attribute_spec
from models.reasons import ReasonsRefused, reasons_of


def spec(name: str, *, group: str, unit: str = "count", kind: str = "number") -> FeatureSpec:
    plain = attribute_spec(name, kind="code" if kind == "code" else "number")
    return replace(
        plain,
        group=group,
        unit=unit,
        sources=("payments",),
        reason_en=f"{name}: {{value}}",
        reason_zh=f"{name}为{{value}}",
    )


CATALOGUE = Catalogue(
    (
        spec("broken_promise_count_90d", group="promises"),
        spec("kept_share_180d", group="promises", unit="share"),
        spec("arrears", group="size", unit="minor units"),
        spec("employment", group="work", unit="code", kind="code"),
    )
)
ROWS = pd.DataFrame(
    {
        "broken_promise_count_90d": [2.0, 0.0],
        "kept_share_180d": [0.25, np.nan],
        "arrears": [123456.0, 0.0],
        "employment": ["salaried", None],
    }
)


def test_columns_of_one_idea_speak_once_with_their_sum() -> None:
    first, _ = reasons_of(np.array([[0.3, 0.2, 0.4, 0.0], [0.0, 0.0, 0.0, 0.0]]), ROWS, catalogue=CATALOGUE)
    assert [(r.group, r.feature, round(r.contribution, 9)) for r in first] == [
        ("promises", "broken_promise_count_90d", 0.5),
        ("size", "arrears", 0.4),
    ]


def test_values_are_written_by_their_unit_in_both_languages() -> None:
    told = reasons_of(np.array([[0.1, 0.3, 0.2, 0.1], [0.0, 0.3, 0.0, 0.2]]), ROWS, catalogue=CATALOGUE)
    assert [r.text_en for r in told[0]] == [
        "kept_share_180d: 25 %",
        "arrears: 1,234.56",
        "employment: salaried",
    ]
    assert [r.text_zh for r in told[1]] == [
        f"{name}（贷款机构记录的属性）：未知" for name in ("kept_share_180d", "employment")
    ]
    assert [r.value for r in told[1]] == [None, None]


def test_only_what_raises_the_risk_is_a_reason() -> None:
    values = np.array([[-0.3, 0.1, -0.4, 0.2], [-1.0, -1.0, -1.0, -1.0]])
    told = reasons_of(values, ROWS, catalogue=CATALOGUE)
    assert [[r.group for r in row] for row in told] == [["work"], []]


def test_the_strongest_relief_can_be_told_last() -> None:
    values = np.array([[-0.3, 0.1, -0.4, 0.2], [0.1, 0.1, 0.1, 0.1]])
    told = reasons_of(values, ROWS, catalogue=CATALOGUE, lowering=True)
    assert [r.group for r in told[0]] == ["work", "size"]
    assert told[0][-1].contribution == pytest.approx(-0.4)
    assert all(r.contribution > 0 for r in told[1])


def test_what_speaks_for_relief_within_its_idea_is_the_column_that_lowers() -> None:
    told = reasons_of(np.array([[0.2, -0.5, 0.0, 0.0]]), ROWS[:1], catalogue=CATALOGUE, lowering=True)
    assert [(r.feature, round(r.contribution, 9)) for r in told[0]] == [("kept_share_180d", -0.3)]


def test_a_label_whose_positive_is_good_is_read_the_other_way() -> None:
    told = reasons_of(np.array([[-0.3, 0.1, -0.4, 0.2]]), ROWS[:1], catalogue=CATALOGUE, risk_sign=-1)
    assert [r.group for r in told[0]] == ["size", "promises"]
    assert all(r.contribution > 0 for r in told[0])


def test_ties_are_told_in_the_order_of_the_catalogue() -> None:
    told = reasons_of(np.array([[0.5, 0.0, 0.5, 0.5]]), ROWS[:1], catalogue=CATALOGUE, top=2)
    assert [r.group for r in told[0]] == ["promises", "size"]


def test_a_team_with_its_own_table_gets_plain_sentences() -> None:
    own = pd.DataFrame({"utilisation": [0.93], "grade": ["C"]})
    told = reasons_of(np.array([[0.2, 0.1]]), own, catalogue=Catalogue.infer(own))
    assert [r.text_en for r in told[0]] == ["utilisation is 0.93", "grade is C"]
    assert all("utilisation" in r.text_zh or "grade" in r.text_zh for r in told[0])


def test_neighbours_never_change_a_reason() -> None:
    values = np.array([[0.3, 0.2, 0.4, 0.0], [0.1, 0.0, 0.0, 0.7]])
    together = reasons_of(values, ROWS, catalogue=CATALOGUE)
    alone = [reasons_of(values[[i]], ROWS.iloc[[i]], catalogue=CATALOGUE)[0] for i in range(2)]
    assert together == alone


@given(st.lists(st.floats(-2, 2), min_size=8, max_size=8), st.integers(0, 5))
def test_reasons_are_few_strongest_first_and_one_per_idea(values: list[float], top: int) -> None:
    told = reasons_of(np.array(values).reshape(2, 4), ROWS, catalogue=CATALOGUE, top=top)
    for row in told:
        assert len(row) <= top
        assert len({r.group for r in row}) == len(row)
        assert [r.contribution for r in row] == sorted((r.contribution for r in row), reverse=True)


def test_a_protected_column_cannot_speak() -> None:
    guarded = Catalogue((replace(CATALOGUE.specs[0], sources=("protected",)), *CATALOGUE.specs[1:]))
    with pytest.raises(ReasonsRefused, match=r"found 1 \(broken_promise_count_90d\)"):
        reasons_of(np.zeros((2, 4)), ROWS, catalogue=guarded)


def test_values_of_other_rows_are_refused() -> None:
    with pytest.raises(ReasonsRefused, match=r"Expected values of 2 rows × 4 features; found \(3, 4\)"):
        reasons_of(np.zeros((3, 4)), ROWS, catalogue=CATALOGUE)
    with pytest.raises(ReasonsRefused, match=r"found 1 absent \(arrears\)"):
        reasons_of(np.zeros((2, 4)), ROWS.drop(columns="arrears"), catalogue=CATALOGUE)
