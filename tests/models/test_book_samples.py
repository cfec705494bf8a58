from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.build import build_features
from features.history import observe
from models.book_samples import first_days_of_months
from models.components import fit_component
from models.labels import label_observations
from models.leaks import LeakFound
from models.samples import Sample, SampleRefused, sample_from_book
from models.where import NothingChosen, WhereUnclear
from models.windows import Window
from pipelines.simulator.simulate import simulate
from tests.builders import at, attribute, book_of, contact, instalments, loan, payment
from tests.models.learning_builders import QUICK

pytestmark = pytest.mark.xdist_group("book-samples")  # one process simulates, once

MORNINGS = first_days_of_months(dt.date(2024, 4, 1), dt.date(2024, 10, 1))


@pytest.fixture(scope="module")
def book() -> Book:
    simulated = simulate(loans=1500, months=11, seed=3)
    return Book.from_tables(simulated.tables, manifest=simulated.manifest)


@pytest.fixture(scope="module")
def sample(book: Book) -> Sample:
    return sample_from_book(book, target="roll_30", as_of=MORNINGS)


def causes(sample: Sample) -> dict[str, int]:
    return {loss.cause: loss.count for loss in sample.losses}


def test_every_row_of_the_population_is_learnt_from_or_lost_for_a_cause(book: Book, sample: Sample) -> None:
    labels = label_observations(
        book, observe(book, as_of=MORNINGS), target="roll_30", window=Window.parse("30d")
    )
    inside = labels[labels["outcome"] != "outside the population"]
    lost = sum(loss.count for loss in sample.losses if loss.what == "rows")
    assert len(sample) == inside["label"].notna().sum()
    assert len(sample) + lost == len(inside)
    assert set(sample.bucket) == {"1-30"}
    assert sample.dpd.min() >= 1
    assert sample.dpd.max() <= 30


def test_rows_are_the_features_of_their_own_morning(book: Book, sample: Sample) -> None:
    day = MORNINGS[3]
    table = build_features(book, observe(book, as_of=[day])).frame.set_index("borrower_id")
    here = sample.take(np.flatnonzero(sample.as_of == (day - dt.date(1970, 1, 1)).days)[:20])
    for place, borrower in enumerate(here.ids):
        assert here.X["dpd_latest"].iloc[place] in table.loc[[borrower], "dpd_latest"].to_list()


def test_the_same_question_gives_the_same_sample(book: Book, sample: Sample) -> None:
    again = sample_from_book(book, target="roll_30", as_of=MORNINGS)
    assert again.source_digest == sample.source_digest
    assert again.X.equals(sample.X)
    other = sample_from_book(book, target="roll_30", as_of=MORNINGS[:-1])
    assert other.source_digest != sample.source_digest


def test_an_expression_chooses_rows_and_says_so(book: Book, sample: Sample) -> None:
    found = sample_from_book(book, target="roll_30", as_of=MORNINGS, where="dpd_now >= 5")
    assert found.dpd.min() >= 5
    assert causes(found)["does not satisfy --where 'dpd_now >= 5'"] == len(sample) - len(found)


def test_groups_are_borrowers_unless_named(book: Book, sample: Sample) -> None:
    assert (sample.group == sample.ids).all()
    by_product = sample_from_book(book, target="roll_30", as_of=MORNINGS, group="product")
    assert 1 < len(set(by_product.group)) < 20
    assert (by_product.ids == sample.ids).all()


def test_a_sample_to_judge_on_holds_the_models_features_and_refuses_nothing(book: Book) -> None:
    few = sample_from_book(book, target="roll_30", as_of=MORNINGS[:1], judging=["dpd_latest"])
    assert list(few.X.columns) == ["dpd_latest"]


def test_more_days_past_due_never_lower_the_risk_of_rolling(sample: Sample) -> None:
    everyone = np.arange(len(sample))
    component = fit_component(
        sample.labelled(everyone), calibrate=None, name="main", catalogue=sample.catalogue, risk_sign=1, seed=1,
        settings=QUICK,
    )  # fmt: skip
    rows = sample.X.iloc[::20]
    margins = np.array([component.margin(rows.assign(dpd_latest=float(dpd))) for dpd in range(1, 31)])
    assert (np.diff(margins, axis=0) >= 0).all()


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        pytest.param({"as_of": [dt.date(2020, 1, 1)]}, SampleRefused, "found none: no loan", id="before the first loan"),
        pytest.param(
            {"target": "next_month_default"}, SampleRefused,
            r"accounts with a monthly statement .* for next_month_default .* none of \d", id="a label of other books",
        ),
        pytest.param(
            {"as_of": [dt.date(2024, 12, 1)]}, SampleRefused, r"not matured: the book ends on 2024-11-30",
            id="nothing matured",
        ),
        pytest.param({"as_of": MORNINGS[:1], "where": "dpd_now <= 4"}, SampleRefused, "at least 30 rows", id="few rows"),
        pytest.param({"where": "dpd_now > 5000"}, NothingChosen, "found none of", id="a condition nobody meets"),
        pytest.param({"where": "dpd >= 3"}, WhereUnclear, "Did you mean", id="an unknown column in where"),
        pytest.param({"group": "branch"}, SampleRefused, "found 'branch'", id="an unknown group"),
        pytest.param({"amount": "money"}, SampleRefused, "found 'money'", id="an unknown amount"),
    ],
)  # fmt: skip
def test_what_cannot_be_learnt_from_is_refused(
    book: Book, asked: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        sample_from_book(book, **{"target": "roll_30", "as_of": MORNINGS, **asked})


def test_an_attribute_that_knows_the_outcome_is_refused_and_a_protected_one_left_out() -> None:
    heads = [loan(loan_id=f"L-{n}", borrower_id=f"B-{n}") for n in range(80)]
    dues = [row for n in range(80) for row in instalments(4, loan_id=f"L-{n}")]
    cures = [
        payment(payment_id=f"P-{n}", loan_id=f"L-{n}", paid_on="2024-03-05", amount=10_500) for n in range(40)
    ]
    stages = [
        attribute(owner_kind="loan", owner_id=f"L-{n}", name="stage", value=float(n >= 40)) for n in range(80)
    ]
    regions = [
        attribute(owner_kind="loan", owner_id=f"L-{n}", name="region", value=float(n % 7)) for n in range(80)
    ]
    ages = [
        attribute(owner_kind="loan", owner_id=f"L-{n}", name="score", value=float(n % 9)) for n in range(80)
    ]
    news = [contact(loan_id="L-0", contacted_at=at("2024-06-01"))]
    tables = {"loans": heads, "instalments": dues, "payments": cures, "contacts": news}
    asked: dict[str, Any] = {"target": "roll_30", "as_of": [dt.date(2024, 3, 1)]}
    with pytest.raises(LeakFound, match=r"attr_stage 1\.000"):
        sample_from_book(book_of(attributes=[*stages, *regions, *ages], **tables), **asked)
    found = sample_from_book(book_of(attributes=[*regions, *ages], **tables), **asked)
    assert causes(found)["protected attribute: attr_region"] == 1
    assert "attr_score" in found.X.columns


def test_months_without_a_first_day_are_refused() -> None:
    with pytest.raises(SampleRefused, match="found none from 2024-01-02 to 2024-01-31"):
        first_days_of_months(dt.date(2024, 1, 2), dt.date(2024, 1, 31))
