from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from models.boosting import BoostSettings, Rows, fit_trees, stopping_fold
from models.components import Component, fit_component
from models.metrics import auc
from models.samples import sample_from_table
from models.splits import group_folds
from models.training import train
from models.tree_text import forest_of
from tests.models.learning_builders import QUICK, overdue_catalogue, overdue_table, sample_of
from tests.real_data import data_folder


def component_of(table: pd.DataFrame, *, risk_sign: int = 1, label: str = "rolled") -> Component:
    sample = sample_from_table(
        table, target="rolls", label=label, id="account", catalogue=overdue_catalogue()
    )
    everyone = np.arange(len(sample))
    return fit_component(
        sample.labelled(everyone),
        calibrate=None,
        name="main",
        catalogue=sample.catalogue,
        risk_sign=risk_sign,
        seed=1,
        settings=QUICK,
    )


@pytest.fixture(scope="module")
def component() -> Component:
    return component_of(overdue_table(3000))


def swept(column: str, values: NDArray[Any], *, rows: int = 40) -> list[pd.DataFrame]:
    table = overdue_table(rows, seed=9)
    return [table.assign(**{column: value}) for value in values]


def test_more_days_past_due_never_lower_the_risk(component: Component) -> None:
    margins = np.array([component.margin(frame) for frame in swept("dpd", np.arange(1, 60))])
    assert (np.diff(margins, axis=0) >= 0).all()
    assert (margins[-1] > margins[0]).all()


def test_more_money_paid_never_raises_the_risk(component: Component) -> None:
    margins = np.array(
        [component.margin(frame) for frame in swept("paid_amount_30d", np.linspace(0, 6000, 40))]
    )
    assert (np.diff(margins, axis=0) <= 0).all()


def test_good_news_turns_the_promise_round() -> None:
    table = overdue_table(3000).assign(kept=lambda t: 1 - t["rolled"]).drop(columns="rolled")
    paying = component_of(table, risk_sign=-1, label="kept")
    margins = np.array([paying.margin(frame) for frame in swept("dpd", np.arange(1, 60))])
    assert (np.diff(margins, axis=0) <= 0).all()
    assert (margins[-1] < margins[0]).all()


def test_renaming_the_account_changes_nothing(component: Component) -> None:
    table = overdue_table(50, seed=4)
    assert (component.margin(table) == component.margin(table.assign(account="Z"))).all()


def test_the_reference_is_the_good_side() -> None:
    table = overdue_table(1500)
    bad, good = component_of(table), component_of(table, risk_sign=-1)
    assert bad.base < bad.margin(table).mean() < good.base + 1.0
    assert bad.base < good.base


def test_trees_fit_the_kernel(component: Component) -> None:
    forest = forest_of(component.model_text)
    assert np.diff(forest.tree_nodes).max() <= 62
    assert forest.leaf_width.max() <= 6
    assert "num_threads" not in component.model_text


@pytest.mark.parametrize("settings", [BoostSettings(depth=7), BoostSettings(leaves=64)])
def test_trees_that_could_not_be_explained_are_refused(settings: BoostSettings) -> None:
    with pytest.raises(ValueError, match="Larger trees cannot be explained exactly"):
        settings.parameters(rows=1000, constraints=(), seed=1, threads=1)


def test_the_stopping_fold_has_other_groups_and_later_days() -> None:
    sample = sample_of(900, group=np.array([f"G-{n % 200}" for n in range(900)], dtype=object))
    rows = Rows(np.zeros((900, 1)), sample.y, sample.weight, sample.group, sample.as_of)
    learn, stop = stopping_fold(rows, seed=1)
    assert not set(sample.group[learn]) & set(sample.group[stop])
    assert sample.as_of[learn].max() < sample.as_of[stop].min()


def test_a_constant_matrix_still_gives_a_model() -> None:
    y = np.tile([0.0, 0.0, 1.0], 100)
    rows = Rows(
        np.ones((300, 1)), y, np.ones(300), np.arange(300).astype(str).astype(object), np.zeros(300, np.int32)
    )
    text = fit_trees(rows, names=("one",), constraints=(0,), seed=1, settings=QUICK)
    assert forest_of(text).features == 1


def test_the_model_does_not_depend_on_the_number_of_threads() -> None:
    draw = np.random.default_rng(2)
    matrix = draw.normal(size=(600, 3))
    y = (matrix[:, 0] + draw.normal(size=600) > 0).astype(float)
    rows = Rows(matrix, y, np.ones(600), np.arange(600).astype(str).astype(object), np.zeros(600, np.int32))
    few = BoostSettings(rounds=4, patience=4)
    texts = {
        fit_trees(rows, names=("a", "b", "c"), constraints=(1, 0, 0), seed=1, threads=threads, settings=few)
        for threads in (1, 2)
    }
    assert len(texts) == 1


def test_shuffled_outcomes_cannot_be_learnt() -> None:
    table = overdue_table(4000)
    shuffled = np.random.default_rng(5).permutation(table["rolled"])
    sample = sample_from_table(
        table.assign(rolled=shuffled),
        target="rolls",
        label="rolled",
        id="account",
        catalogue=overdue_catalogue(),
    )
    found = train(sample, seed=1, settings=QUICK).evaluation["auc"]["value"]
    assert found == pytest.approx(0.5, abs=0.05)


def test_the_truth_is_recovered_and_calibrated() -> None:
    sample = sample_from_table(
        overdue_table(6000), target="rolls", label="rolled", id="account", catalogue=overdue_catalogue()
    )
    found = train(sample, seed=1, settings=QUICK).evaluation
    assert found["auc"]["value"] > 0.72  # the true probabilities reach about 0.75
    assert found["calibration"]["slope"] == pytest.approx(1.0, abs=0.25)
    assert {"scorecard", "sort by dpd"} <= set(found["challengers"])
    assert found["trained_overlap"] == 0


def test_a_model_too_good_within_a_week_of_days_past_due_raises_an_alarm() -> None:
    table = overdue_table(4000)
    draw = np.random.default_rng(6)
    table["near_leak"] = table["rolled"] * 2.0 + draw.normal(size=4000)
    table["other_near_leak"] = table["rolled"] * 2.0 + draw.normal(size=4000)
    sample = sample_from_table(table, target="rolls", label="rolled", id="account")
    found = train(sample, seed=1, settings=QUICK)
    assert found.notes[0].startswith("leak alarm: AUC 0.9")
    assert found.notes[0] in found.evaluation["notes"]
    assert found.bundle.manifest["alarms"]


def test_the_uci_cards_rank_as_published_without_protected_columns() -> None:
    folder = data_folder("uci_credit_card")
    sample = sample_from_table(
        pd.read_parquet(folder / "accounts.parquet"),
        target="uci",
        label="default.payment.next.month",
        id="ID",
    )
    assert not {"SEX", "AGE", "MARRIAGE", "EDUCATION"} & set(sample.X.columns)
    fold = group_folds(sample.group, 5, 7)
    held = np.flatnonzero(fold == 0)
    component = fit_component(
        sample.labelled(np.flatnonzero(fold != 0)),
        calibrate=None,
        name="main",
        catalogue=sample.catalogue,
        risk_sign=1,
        seed=3,
    )
    assert auc(sample.y[held], component.probability(sample.X.iloc[held])) > 0.765
