"""The willful model against a simulated lender whose truth is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from features.book import Book
from features.build import build_features
from features.history import History, Observations, observe
from models.bundle import Bundle
from models.evidence import facts_of
from models.tiers import tier_of
from models.training import Trained
from models.willful import evaluate_willful, sample_of, train_willful
from models.willful_cases import WillfulCases, cases_of, in_population
from pipelines.simulator.simulate import Simulated
from tests.builders import flag, protected, visit
from tests.models.willful_builders import busy_lender, late_book, struck_on

pytestmark = pytest.mark.xdist_group("willful")  # one process simulates and trains, once

ROOMS = ("features", "models", "serving", "pipelines")
FIRST, LAST = dt.date(2024, 2, 1), dt.date(2025, 3, 1)
OBSERVED = [dt.date(2024, month, 1) for month in range(4, 13)]


@pytest.fixture(scope="module")
def simulated() -> Simulated:
    return busy_lender()


@pytest.fixture(scope="module")
def book(simulated: Simulated) -> Book:
    return Book.from_tables(simulated.tables, manifest=simulated.manifest)


@pytest.fixture(scope="module")
def trained(book: Book) -> Trained:
    return train_willful(book, first=FIRST, last=LAST, seed=5)


@pytest.fixture(scope="module")
def scored(book: Book, trained: Trained, simulated: Simulated) -> pd.DataFrame:
    """Scores of the whole population beside the truth that the book does not hold."""
    seen = observe(book, as_of=OBSERVED)
    held = in_population(book, seen)
    table = build_features(book, Observations(seen.loan_no[held], seen.as_of[held])).frame
    scores = trained.bundle.score(table).assign(arrears=table["arrears_now"], dpd=table["dpd_now"])
    scores["learnt"] = trained.bundle.knows(scores["borrower_id"].to_numpy(dtype=object))
    truth = simulated.truth["willful"].astype({"as_of": "datetime64[us]", "loan_id": "str"})
    return scores.merge(truth[["loan_id", "as_of", "able", "willing", "willful"]], on=["loan_id", "as_of"])


def test_it_ranks_truly_willful_accounts_above_the_rest(scored: pd.DataFrame) -> None:
    auc = {name: roc_auc_score(scored["willful"], scored[name]) for name in ("p_willful", "arrears", "dpd")}
    assert auc["p_willful"] > 0.75
    assert auc["p_willful"] > auc["arrears"] + 0.15
    assert auc["p_willful"] > auc["dpd"]


def test_it_ranks_borrowers_it_never_saw(scored: pd.DataFrame) -> None:
    new = scored[~scored["learnt"]]
    auc = {name: roc_auc_score(new["willful"], new[name]) for name in ("p_willful", "arrears")}
    assert auc["p_willful"] > max(0.65, auc["arrears"])


def test_each_axis_ranks_its_own_truth(scored: pd.DataFrame) -> None:
    assert roc_auc_score(scored["able"], scored["p_able"]) > 0.53
    assert roc_auc_score(scored["willing"], scored["p_willing"]) > 0.7


def test_the_mean_score_is_near_the_true_share(scored: pd.DataFrame) -> None:
    assert scored["p_willful"].mean() == pytest.approx(scored["willful"].mean(), abs=0.1)


def test_scores_are_probabilities_inside_their_interval(scored: pd.DataFrame) -> None:
    for name in ("p_able", "p_willing", "p_willful", "p_willful_low", "p_willful_high"):
        assert scored[name].between(0, 1).all()
    assert (scored["p_willful_low"] <= scored["p_willful"]).all()
    assert (scored["p_willful"] <= scored["p_willful_high"]).all()


def test_thin_evidence_gets_no_band(scored: pd.DataFrame) -> None:
    thin = scored["evidence"] == "insufficient"
    assert 0 < thin.mean() < 0.8
    assert (scored.loc[thin, "band"] == "insufficient").all()
    assert set(scored.loc[~thin, "band"]) <= {"low", "medium", "high"}


def test_nothing_in_the_answer_calls_anybody_willful(scored: pd.DataFrame, trained: Trained) -> None:
    frame = pd.DataFrame({name: pd.Series(dtype=float) for name in trained.bundle.feature_names})
    names = list(trained.bundle.score(frame))
    assert "is_willful" not in names
    root = Path(__file__).parents[2]
    modules = [file for room in ROOMS for file in (root / room).rglob("*.py")]
    assert len(modules) > 100, "the rooms were found"
    assert [file.name for file in modules if "is_" + "willful" in file.read_text("utf-8")] == []


def test_the_same_book_and_seed_give_the_same_model_and_it_survives_its_files(
    book: Book, trained: Trained, tmp_path: Any
) -> None:
    again = train_willful(book, first=FIRST, last=LAST, seed=5)
    assert again.bundle.content_hash == trained.bundle.content_hash
    trained.bundle.write(tmp_path / "bundle")
    back = Bundle.load(tmp_path / "bundle", expected_hash=trained.bundle.content_hash)
    frame = build_features(book, observe(book, as_of=[OBSERVED[3]])).frame.head(50)
    pd.testing.assert_frame_equal(back.score(frame), trained.bundle.score(frame))


def test_one_account_scores_like_the_whole_book(book: Book, trained: Trained) -> None:
    frame = build_features(book, observe(book, as_of=[OBSERVED[3]])).frame.head(300)
    whole = trained.bundle.score(frame)
    for place in (0, 7, 299):
        pd.testing.assert_frame_equal(trained.bundle.score(frame.iloc[[place]]), whole.iloc[[place]])


def test_figures_are_shown_three_ways_with_the_caveat(trained: Trained) -> None:
    told = trained.evaluation
    assert set(told["three_ways"]) == {"naive", "corrected", "audit_only", "where_sufficient"}
    assert told["three_ways"]["naive"]["auc"]["value"] > 0.5
    assert told["auc"] == told["three_ways"]["corrected"]["auc"]
    assert "No public data set has audited labels" in told["audited_labels"]
    assert 0 < told["coverage"]["share"] <= 1
    assert set(told["challengers"]) >= {"sort by arrears"}
    audit = told["three_ways"]["audit_only"]
    assert audit["auc"] is not None or "random audit visits" in audit["reason"]


def test_a_book_is_judged_without_the_borrowers_that_taught(book: Book, trained: Trained) -> None:
    apart = evaluate_willful(trained.bundle, book, as_of=OBSERVED, seed=1)
    together = evaluate_willful(trained.bundle, book, as_of=OBSERVED, allow_trained=True, seed=1)
    assert apart["trained_overlap"] > 0
    assert apart["coverage"]["accounts"] < together["coverage"]["accounts"]


def test_ability_and_willingness_share_no_feature(trained: Trained) -> None:
    able, willing = (set(trained.bundle.component(name).contract.names) for name in ("able", "willing"))
    assert able
    assert willing
    assert not able & willing
    axis = {spec.name: spec.axis for spec in trained.bundle.catalogue}
    assert {axis[name] for name in able} == {"capacity"}
    assert {axis[name] for name in willing} == {"willingness"}


@pytest.mark.parametrize(
    ("feature", "step", "sign"),
    [
        ("shock_evidence_count", 3.0, -1),
        ("means_evidence_count", 3.0, 1),
        ("goodwill_evidence_count", 3.0, -1),
        ("doubt_evidence_count", 3.0, 1),
        ("refusals_count_90d", 3.0, 1),
    ],
)
def test_more_evidence_never_moves_the_score_the_wrong_way(
    book: Book, trained: Trained, feature: str, step: float, sign: int
) -> None:
    seen = observe(book, as_of=OBSERVED[:4])
    held = in_population(book, seen)
    frame = build_features(book, Observations(seen.loan_no[held], seen.as_of[held])).frame
    before = trained.bundle.score(frame)["p_willful"]
    after = trained.bundle.score(frame.assign(**{feature: frame[feature] + step}))["p_willful"]
    assert (sign * (after - before) >= -1e-12).all()


def test_reasons_come_from_both_axes_and_from_evidence_only(book: Book, trained: Trained) -> None:
    frame = build_features(book, observe(book, as_of=[OBSERVED[5]])).frame.head(400)
    told = trained.bundle.reasons(frame)
    axis = {spec.name: spec.axis for spec in trained.bundle.catalogue}
    assert {axis[reason.feature] for row in told for reason in row} == {"capacity", "willingness"}
    assert all(reason.contribution > 0 for row in told for reason in row)
    assert all(len(row) <= 3 for row in told)


@pytest.fixture(scope="module")
def cases(book: Book) -> WillfulCases:
    return cases_of(book, as_of=OBSERVED)


def test_verdicts_are_gold_and_the_rest_is_unlabelled_not_negative(cases: WillfulCases) -> None:
    gold = np.isfinite(cases.verdict)
    assert set(cases.tier[gold]) == {"T3", "T3-no"}
    assert set(cases.tier[~gold]) <= {"T1", "T2"}
    assert np.isnan(cases.verdict[~gold]).all()
    assert (cases.able[cases.verdict == 1] == 1).all()


def test_weights_are_inverse_chances_clipped_with_mean_one(cases: WillfulCases) -> None:
    gold = np.isfinite(cases.verdict)
    assert cases.weight[gold].mean() == pytest.approx(1.0)
    assert cases.weight[gold].max() <= 10.5 * np.median(cases.weight[gold])
    assert (cases.weight[~gold] == 1).all()
    assert cases.propensity_logged.sum() > 0


def test_names_of_borrowers_do_not_matter(cases: WillfulCases, trained: Trained) -> None:
    frame = cases.table.frame
    renamed = frame.assign(borrower_id="somebody", loan_id="something")
    named = ["borrower_id", "loan_id"]
    same = trained.bundle.score(frame).drop(columns=named)
    pd.testing.assert_frame_equal(trained.bundle.score(renamed).drop(columns=named), same)


NEVER: dict[str, dict[str, Any]] = {
    "refusing a visit": {
        "visits": [visit(outcome="refused", reason=None, income_seen=None, assets_seen=None)]
    },
    "complaining": {"flags": [flag(kind="complaint")]},
    "a lawyer's letter": {"flags": [flag(kind="lawyer")]},
    "disputing the amount": {"flags": [flag(kind="dispute")]},
    "age, sex and region": {"protected": [protected(age_band="60+", sex="M", region="south")]},
}


@pytest.mark.parametrize("planted", NEVER)
def test_what_is_never_evidence_moves_no_score(trained: Trained, planted: str) -> None:
    told = []
    for more in ({}, NEVER[planted]):
        book = late_book(**more)
        frame = build_features(book, observe(book, as_of=[dt.date(2024, 5, 1)])).frame
        told.append(trained.bundle.score(frame))
    pd.testing.assert_frame_equal(told[0], told[1])


def test_a_shock_protects_recorded_or_not(book: Book, simulated: Simulated) -> None:
    seen = observe(book, as_of=OBSERVED)
    held = History(book, seen).ledger.dpd >= 5
    few = Observations(seen.loan_no[held], seen.as_of[held])
    facts = facts_of(book, few)
    likely = np.array([tier_of(one).tier == "T2" for one in facts])
    recorded = np.array([any(fact.kind == "C5" for fact in one.evidence) for one in facts])
    assert not (likely & recorded).any()
    borrower = book.borrower_ids[book.borrower_of_loan[few.loan_no]]
    struck = struck_on(simulated.truth["shocks"], borrower=borrower, day=few.as_of)
    assert struck.sum() > 20
    assert (likely & struck).sum() <= 0.05 * struck.sum()


def test_codes_of_who_somebody_is_stay_out(cases: WillfulCases) -> None:
    sample = sample_of(cases, asked="a test")
    assert all(spec.kind == "number" and spec.axis for spec in sample.catalogue)
    assert "employment_kind" not in sample.X


def test_without_any_row_the_answer_is_empty(trained: Trained, book: Book) -> None:
    frame = build_features(book, observe(book, as_of=[OBSERVED[3]])).frame.head(0)
    assert trained.bundle.score(frame).shape[0] == 0


def test_an_account_nobody_spoke_of_is_insufficient(trained: Trained, book: Book) -> None:
    frame = build_features(book, observe(book, as_of=[OBSERVED[3]])).frame.head(1)
    silent = frame.assign(**dict.fromkeys(trained.bundle.feature_names, np.nan))
    assert trained.bundle.score(silent)["evidence"].tolist() == ["insufficient"]
    wide = replace(
        trained.bundle,
        manifest={
            **trained.bundle.manifest,
            "willful": {**trained.bundle.manifest["willful"], "widest": 0.0},
        },
    )
    assert set(wide.score(frame)["evidence"]) == {"insufficient"}
