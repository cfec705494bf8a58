from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.encoding import FeaturesRefused
from models.leaks import LeakFound
from models.samples import Sample, SampleRefused, sample_from_table
from tests.models.learning_builders import overdue_catalogue, overdue_table

Change = Callable[[pd.DataFrame], pd.DataFrame]


def sample(frame: pd.DataFrame | None = None, **changes: Any) -> Sample:
    asked = {"target": "rolls", "label": "rolled", "id": "account", **changes}
    return sample_from_table(overdue_table() if frame is None else frame, **asked)


def causes(found: Sample) -> dict[str, int]:
    return {loss.cause: loss.count for loss in found.losses}


def test_a_plain_table_becomes_a_sample() -> None:
    found = sample()
    assert list(found.X.columns) == ["dpd", "paid_amount_30d", "product", "noise"]
    assert found.catalogue.names == tuple(found.X.columns)
    assert found.window == ""
    assert found.risk_sign == 1
    assert set(found.bucket) == {"1-30"}
    assert (found.ids == found.group).all()
    assert found.losses == ()


def test_the_order_of_the_rows_does_not_matter() -> None:
    there, back = sample(), sample(overdue_table().iloc[::-1])
    assert there.ids.tolist() == back.ids.tolist()
    assert there.source_digest == back.source_digest
    pd.testing.assert_frame_equal(there.X, back.X)


def test_another_value_is_another_source() -> None:
    other = overdue_table()
    other["noise"] = other["noise"].where(other.index != 3, 0.125)
    assert sample(other).source_digest != sample().source_digest


def test_protected_columns_are_left_out_and_said() -> None:
    frame = overdue_table().assign(SEX=1.0, AGE=range(1500), MARRIAGE=2, EDUCATION=1, loan_age=range(1500))
    found = sample(frame)
    assert causes(found) == {"protected attribute: SEX, AGE, MARRIAGE, EDUCATION": 4}
    assert "loan_age" in found.X.columns


def test_columns_without_information_are_left_out_by_cause() -> None:
    frame = overdue_table().assign(
        one=1, none=np.nan, day=pd.Timestamp("2024-01-01"), text=[f"note {n}" for n in range(1500)]
    )
    assert causes(sample(frame)) == {
        "constant: one": 1,
        "always missing: none": 1,
        "date (give days since an event instead): day": 1,
        "too many codes to be one: text": 1,
    }


def test_unknown_outcomes_are_lost_and_counted() -> None:
    frame = overdue_table().astype({"rolled": float})
    frame.loc[:9, "rolled"] = np.nan
    found = sample(frame)
    assert causes(found) == {"outcome not known": 10}
    assert len(found) == 1490


@pytest.mark.parametrize(("target", "sign"), [("pays_within", -1), ("roll_30", 1), ("anything", 1)])
def test_a_known_label_keeps_its_risk_sign(target: str, sign: int) -> None:
    assert sample(target=target).risk_sign == sign


def test_excluded_columns_are_no_features() -> None:
    assert list(sample(exclude=["noise", "product"]).X.columns) == ["dpd", "paid_amount_30d"]


def test_a_catalogue_chooses_and_explains_the_features() -> None:
    found = sample(catalogue=overdue_catalogue())
    assert found.catalogue.spec("dpd").direction == 1
    assert list(found.X.columns) == ["dpd", "paid_amount_30d", "noise", "product"]


def test_rows_of_one_id_need_a_time() -> None:
    frame = overdue_table().assign(account=lambda t: t["account"].str[:6], month="2024-01-01")
    frame.loc[::2, "month"] = "2024-02-01"
    found = sample(frame, time="month")
    assert sorted({str(day) for day in found.as_of.astype("datetime64[D]")}) == ["2024-01-01", "2024-02-01"]
    assert "month" not in found.X.columns
    with pytest.raises(SampleRefused, match=r"each id of 'account' once, found \d+ more than once"):
        sample(frame)


def test_the_money_at_stake_stays_a_feature_unless_excluded() -> None:
    found = sample(overdue_table().assign(owed=range(1500)), amount="owed")
    assert found.amount is not None
    assert found.amount[:3].tolist() == [0.0, 1.0, 2.0]
    assert "owed" in found.X.columns


def test_a_sample_to_judge_on_may_repeat_ids_and_hold_few_events() -> None:
    frame = overdue_table(20).assign(account="A-1")
    found = sample(frame, judging=["dpd", "product"])
    assert list(found.X.columns) == ["dpd", "product"]
    assert len(found) == 20


BAD: list[Any] = [
    pytest.param(lambda t: t.drop(columns="rolled"), {}, r"missing \(rolled\)", id="no label"),
    pytest.param(lambda t: t, {"group": "portfolo"}, r"missing \(portfolo\)", id="no such group"),
    pytest.param(
        lambda t: t.assign(rolled=t["rolled"] * 2), {}, r"0 or 1 in label column 'rolled', found \d+ other values \(2;",
        id="a label of 2",
    ),
    pytest.param(lambda t: t.assign(rolled="yes"), {}, r"other values \(yes;", id="a label in words"),
    pytest.param(lambda t: t.assign(rolled=0), {}, "found 0 events in 1500 rows", id="one outcome only"),
    pytest.param(lambda t: t.assign(rolled=(t.index < 29).astype(int)), {}, "found 29 events", id="29 events"),
    pytest.param(lambda t: t.iloc[:1], {}, "found . events in 1 rows", id="one row"),
    pytest.param(lambda t: t.iloc[:0], {}, "found 0 events in 0 rows", id="no rows"),
    pytest.param(
        lambda t: t.assign(account=t["account"].where(t.index != 7)), {}, r"found 1 empty \(rows 8\)", id="an empty id"
    ),
    pytest.param(
        lambda t: t[["account", "rolled"]].assign(one=1), {}, r"at least one feature .*constant: one",
        id="nothing to learn from",
    ),
    pytest.param(lambda t: t.assign(day="soon"), {"time": "day"}, "Expected dates such as", id="a time in words"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "asked", "said"), BAD)
def test_bad_tables_are_refused_in_words(change: Change, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(SampleRefused, match=said):
        sample(change(overdue_table()), **asked)


def test_infinities_are_refused() -> None:
    frame = overdue_table()
    frame.loc[3, "noise"] = np.inf
    with pytest.raises(FeaturesRefused, match="column 'noise', found 1 infinite"):
        sample(frame)


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param(lambda t: t["rolled"] * 2.0, id="the outcome itself"),
        pytest.param(lambda t: 5.0 - t["rolled"], id="the outcome turned round"),
        pytest.param(lambda t: t["noise"].where(t["rolled"] == 1), id="filled only when it happened"),
        pytest.param(lambda t: t["rolled"].map({0: "open", 1: "legal"}), id="a stage"),
    ],
)
def test_a_feature_that_knows_the_outcome_is_named_and_refused(leak: Callable[[pd.DataFrame], Any]) -> None:
    frame = overdue_table().assign(stage=leak)
    with pytest.raises(LeakFound, match=r"found 1 \(stage .* leave them out"):
        sample(frame)


def test_an_account_is_the_same_however_its_number_is_stored() -> None:
    numbers = np.arange(1500)
    there = sample(overdue_table().assign(account=numbers))
    back = sample(overdue_table().assign(account=numbers.astype(float)))
    assert there.ids.tolist() == back.ids.tolist()


def test_a_column_of_lists_is_left_out_and_told() -> None:
    found = sample(overdue_table().assign(history=pd.Series([[1, 2]] * 1500, dtype=object)))
    assert causes(found) == {"neither number nor text: history": 1}


@pytest.mark.parametrize(
    ("times", "said"),
    [
        pytest.param(1e18, "1e\\+18", id="a number no calendar holds"),
        pytest.param(0.5, "0.5", id="half a step"),
        pytest.param(np.inf, "inf", id="infinity"),
        pytest.param("soon", "found 'soon' in 1500 rows", id="a word"),
    ],
)
def test_a_time_that_is_none_is_refused(times: float | str, said: str) -> None:
    with pytest.raises(SampleRefused, match=said):
        sample(overdue_table().assign(day=times), time="day")
