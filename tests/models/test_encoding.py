from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from pandas.api.types import pandas_dtype

from features.catalogue import Catalogue
from models.encoding import (
    FEW_ROWS,
    FeatureColumn,
    FeatureContract,
    FeaturesRefused,
    fit_contract,
    numbers_in,
)
from tests.models.learning_builders import overdue_catalogue, overdue_table

FEATURES = ["dpd", "paid_amount_30d", "noise", "product"]


@pytest.fixture(scope="module")
def contract() -> FeatureContract:
    table = overdue_table()
    return fit_contract(table[FEATURES], table["rolled"].to_numpy(float), catalogue=overdue_catalogue())


def row(**changes: object) -> pd.DataFrame:
    return pd.DataFrame([{"dpd": 5, "paid_amount_30d": 100.0, "noise": 0.0, "product": "cash", **changes}])


def test_codes_become_ranks_by_their_risk(contract: FeatureContract) -> None:
    product = contract.columns[3]
    assert set(product.levels) == {"cash", "card", "auto"}
    assert product.levels[-1] == "cash"
    assert contract.encode(row(product="cash"))[0, 3] == 2.0


def test_an_unseen_code_is_read_as_missing(contract: FeatureContract) -> None:
    assert contract.encode(row(product="boat")).tolist() == contract.encode(row(product=None)).tolist()


def test_a_feature_never_missing_in_training_falls_back_to_its_median(contract: FeatureContract) -> None:
    median = overdue_table()["dpd"].median()
    assert contract.encode(row(dpd=np.nan))[0, 0] == median == contract.columns[0].fallback


def test_a_monotone_feature_often_missing_gets_a_flag(contract: FeatureContract) -> None:
    assert contract.columns[1].flag
    assert contract.columns[1].fallback is None
    assert contract.matrix_names == (*FEATURES, "paid_amount_30d_is_missing")
    assert contract.source.tolist() == [0, 1, 2, 3, 1]
    assert np.isnan(contract.encode(row(paid_amount_30d=None))[0, 1])
    assert contract.encode(row(paid_amount_30d=None))[0, 4] == 1.0
    assert contract.encode(row())[0, 4] == 0.0


def test_constraints_are_direction_times_risk_sign(contract: FeatureContract) -> None:
    assert contract.constraints(1) == (1, -1, 0, 0, 0)
    assert contract.constraints(-1) == (-1, 1, 0, 0, 0)


def test_columns_may_be_reordered_and_further_ones_are_ignored(contract: FeatureContract) -> None:
    table = overdue_table(50)
    turned = table[[*reversed(FEATURES), "account"]]
    np.testing.assert_array_equal(contract.encode(turned), contract.encode(table))


def test_one_row_is_encoded_as_in_a_crowd(contract: FeatureContract) -> None:
    table = overdue_table(40)
    crowd = contract.encode(table)
    for place in range(40):
        np.testing.assert_array_equal(contract.encode(table.iloc[[place]]), crowd[[place]])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"dpd": np.inf}, "finite numbers in column 'dpd', found 1 infinite", id="infinity"),
        pytest.param({"dpd": -np.inf}, "finite numbers in column 'dpd'", id="minus infinity"),
        pytest.param({"dpd": "many"}, "Expected numbers in column 'dpd'", id="a word for a number"),
    ],
)
def test_what_is_no_number_is_refused(
    contract: FeatureContract, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(FeaturesRefused, match=said):
        contract.encode(row(**changes))


def test_missing_columns_are_named(contract: FeatureContract) -> None:
    with pytest.raises(FeaturesRefused, match=r"found 2 missing \(dpd, noise\)"):
        contract.encode(row().drop(columns=["dpd", "noise"]))


def test_a_column_held_twice_is_refused(contract: FeatureContract) -> None:
    twice = pd.concat([row(), row()[["dpd"]]], axis=1)
    with pytest.raises(FeaturesRefused, match=r"1 more than once \(dpd\)"):
        contract.encode(twice)


def test_no_rows_give_an_empty_matrix(contract: FeatureContract) -> None:
    assert contract.encode(overdue_table().iloc[:0]).shape == (0, 5)


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "int16", "object"])
def test_number_types_do_not_matter(contract: FeatureContract, dtype: str) -> None:
    np.testing.assert_array_equal(contract.encode(row().astype({"dpd": dtype})), contract.encode(row()))


def test_yes_and_no_are_one_and_zero() -> None:
    frame = pd.DataFrame({"guarantor": [True, False] * 50, "n": range(100)})
    found = fit_contract(frame, np.tile([1.0, 0.0], 50), catalogue=Catalogue.infer(frame))
    assert found.encode(frame)[:2, 0].tolist() == [1.0, 0.0]


def test_rare_codes_count_as_unseen() -> None:
    frame = pd.DataFrame({"product": ["cash"] * 60 + ["card"] * 40 + ["boat"] * 9})
    found = fit_contract(frame, np.zeros(109), catalogue=Catalogue.infer(frame))
    assert set(found.columns[0].levels) == {"cash", "card"}


def test_names_that_lightgbm_rejects_are_replaced_and_kept_apart() -> None:
    frame = pd.DataFrame({"a:b": [1.0, 2.0], "a,b": [2.0, 3.0], "逾期": [1.0, 5.0]})
    found = fit_contract(frame, np.array([0.0, 1.0]), catalogue=Catalogue.infer(frame))
    assert found.names == ("a:b", "a,b", "逾期")
    assert found.matrix_names == ("a_b_0", "a_b_1", "__")


def test_it_survives_json(contract: FeatureContract) -> None:
    assert FeatureContract.from_json(json.loads(json.dumps(contract.to_json()))) == contract


@pytest.mark.parametrize("whole", ["int64", "Int64", "bool", "float32"])
def test_one_row_is_read_as_among_many(whole: str) -> None:
    n = FEW_ROWS + 50
    draw = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "plain": draw.random(n),
            "holed": np.where(draw.random(n) < 0.3, np.nan, draw.random(n)),
            "whole": pd.Series(draw.integers(0, 2, n)).astype(pandas_dtype(whole)),
            "code": draw.choice(np.array(["a", "b", "rare"], dtype=object), n, p=[0.5, 0.49, 0.01]),
        }
    )
    kinds = {"plain": "number", "holed": "number", "whole": "number", "code": "code"}
    columns = tuple(
        FeatureColumn(
            name,
            kind,
            1,
            ("b", "a") if kind == "code" else (),
            0.5 if name == "plain" else None,
            name == "holed",
        )
        for name, kind in kinds.items()
    )
    contract = FeatureContract(columns)
    many = contract.encode(frame)
    single = np.vstack([contract.encode(frame.iloc[[place]]) for place in range(0, n, 7)])
    assert single.tobytes() == many[::7].tobytes()
    assert numbers_in(frame.iloc[:9], ["whole", "plain"]).tobytes() == many[:9][:, [2, 0]].tobytes()


def test_an_infinity_in_one_row_is_named() -> None:
    contract = FeatureContract((FeatureColumn("a", "number", 1), FeatureColumn("b", "number", 1)))
    with pytest.raises(FeaturesRefused, match="column 'b', found 1 infinite"):
        contract.encode(pd.DataFrame({"a": [1.0], "b": [np.inf]}))
