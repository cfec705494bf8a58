"""A willful model answers one borrower online as it answers the whole book at night, bit for bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.build import FeatureTable, build_features
from features.observations import observe
from models.bundle import Bundle
from serving.online import EveryModel, OnlineScorer
from serving.releases import ReleasedModels
from tests.serving.service_builders import release_into
from tests.serving.willful_builders import MORNING, rows_of, simulated, simulated_book, willful_bundle


@pytest.fixture(scope="module")
def night() -> FeatureTable:
    return build_features(simulated_book(), observe(simulated_book(), as_of=[MORNING]))


@pytest.fixture
def released(tmp_path: Path) -> Bundle:
    release_into(tmp_path, willful_bundle())
    return ReleasedModels(tmp_path, trial=lambda _release: True).refresh().bundles["willful"]


def test_a_released_willful_model_tells_one_borrower_what_it_tells_the_book(
    night: FeatureTable, released: Bundle
) -> None:
    frame = night.frame
    nightly, why = willful_bundle().score(frame), willful_bundle().reasons(frame, top=3)
    place = {loan: at for at, loan in enumerate(frame["loan_id"])}
    sure = frame["borrower_id"][nightly["evidence"] == "sufficient"].iloc[:8]
    late = frame["borrower_id"][frame["dpd_now"] >= 31].iloc[:8]
    scorer = OnlineScorer({"willful": released}, EveryModel(("willful",)))
    compared = []
    for borrower in dict.fromkeys([*sure, *late, *frame["borrower_id"].iloc[:4]]):
        answer = scorer.score(rows_of(borrower), manifest=simulated().manifest, as_of=MORNING)
        for loan in answer.loans:
            (told,) = loan.answers
            row = nightly.iloc[place[loan.loan_id]]
            for name, value in {**told.scores, **told.words}.items():
                assert row[name] == value, f"{name} of loan {loan.loan_id} differs online"
            assert told.reasons == tuple(why[place[loan.loan_id]])
            compared.append(told.words["evidence"])
    assert {*compared} == {"sufficient", "insufficient"}
    assert released.content_hash == willful_bundle().content_hash


def test_scores_and_reasons_told_together_are_those_told_apart(night: FeatureTable) -> None:
    frame = night.frame.iloc[:300]
    scores, reasons = willful_bundle().answer(frame, top=2)
    assert scores.equals(willful_bundle().score(frame))
    assert reasons == willful_bundle().reasons(frame, top=2)
