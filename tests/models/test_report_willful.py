"""The report of a willful model: two axes apart, three ways of judging, and nobody named."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict

import numpy as np
import pytest

from features.book import Book
from models.book_samples import first_days_of_months
from models.report_numbers import ReportNumbers, report_numbers
from models.sample import Sample
from models.training import Trained
from models.willful import sample_of, train_willful
from models.willful_cases import cases_of
from tests.models.willful_builders import busy_lender

pytestmark = pytest.mark.xdist_group("willful")  # one process simulates and trains, once

FIRST, LAST = dt.date(2024, 6, 1), dt.date(2025, 3, 1)


@pytest.fixture(scope="module")
def made() -> tuple[Sample, Trained, ReportNumbers]:
    simulated = busy_lender()
    book = Book.from_tables(simulated.tables, manifest=simulated.manifest)
    trained = train_willful(book, first=FIRST, last=LAST, seed=5)
    sample = sample_of(cases_of(book, as_of=first_days_of_months(FIRST, LAST)), asked=f"{FIRST}:{LAST}")
    assert sample.source_digest == trained.bundle.manifest["trained_from"]["source"]
    numbers = report_numbers(
        trained.bundle, sample, split=trained.split, evaluation=trained.evaluation, seed=3
    )
    return sample, trained, numbers


def test_able_and_willing_are_explained_apart(made: tuple[Sample, Trained, ReportNumbers]) -> None:
    sample, trained, numbers = made
    assert list(numbers.explained) == list(numbers.summary) == ["able", "willing"]
    frame = sample.X.iloc[trained.split.test]
    for name in ("able", "willing"):
        values = np.abs(trained.bundle.explain(frame, component=name)).mean(axis=0)
        features = trained.bundle.component(name).contract.names
        told = {one["feature"]: one["mean_abs"] for one in numbers.importance[name]}
        assert told == pytest.approx(dict(zip(features, values, strict=True)))
    own = [{one["feature"] for one in numbers.importance[name]} for name in ("able", "willing")]
    assert not own[0] & own[1]


def test_each_axis_of_each_account_adds_up_to_its_margin(made: tuple[Sample, Trained, ReportNumbers]) -> None:
    _, _, numbers = made
    for account in numbers.accounts:
        assert [part["component"] for part in account["parts"]] == ["able", "willing"]
        for part in account["parts"]:
            told = sum(one["contribution"] for one in part["contributions"])
            assert part["base"] + told + part["rest"] == pytest.approx(part["margin"], abs=1e-9)
        assert account["low"] is not None
        assert account["high"] is not None
        assert account["low"] <= account["probability"] <= account["high"]


def test_an_account_without_an_answer_is_never_a_false_alarm(
    made: tuple[Sample, Trained, ReportNumbers],
) -> None:
    _, _, numbers = made
    for account in numbers.accounts:
        silent = account["evidence"] == "insufficient"
        assert silent == (account["band_zh"] == "证据不足") == account["chosen_zh"].startswith("证据不足")


def test_three_ways_are_told_and_one_that_cannot_be_had_has_its_reason(
    made: tuple[Sample, Trained, ReportNumbers],
) -> None:
    _, trained, numbers = made
    willful = numbers.willful
    assert willful is not None
    assert [way["name"] for way in willful["ways"]] == [
        "naive",
        "corrected",
        "audit_only",
        "where_sufficient",
    ]
    for way in willful["ways"]:
        stated = trained.evaluation["three_ways"][way["name"]]
        assert way["auc"] == stated["auc"]
        assert (way["auc"] is None) == bool(way["reason_zh"])
    assert willful["sufficient"] <= willful["accounts"] == len(trained.split.test)
    assert willful["audited_labels_zh"].startswith("没有任何公开数据集")
    assert numbers.limits[0]["code"] == "not_audited"


def test_people_without_a_verdict_are_counted_and_not_called_good(
    made: tuple[Sample, Trained, ReportNumbers],
) -> None:
    sample, _, numbers = made
    population = numbers.population
    known = int(np.isfinite(sample.y).sum())
    assert (population["rows"], population["known"]) == (len(sample), known)
    assert known < len(sample)
    assert population["events"] == int(np.nansum(sample.y))
    assert sum(month["n"] for month in numbers.by_month) == known


def test_no_willful_borrower_is_named(made: tuple[Sample, Trained, ReportNumbers]) -> None:
    sample, _, numbers = made
    said = json.dumps(asdict(numbers), ensure_ascii=False, allow_nan=False)
    assert not [one for one in set(sample.ids) if str(one) in said]
