"""A model judged on rows: per bucket, with what cannot be told named instead of invented."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from models.bundle import Bundle
from models.evaluate import (
    AMOUNTS_UNKNOWN,
    AnotherTarget,
    NothingToJudge,
    evaluate,
    evaluate_scores,
    rankers,
)
from models.judging import Floats, OneClassOnly, ScoresRefused
from models.metrics import auc, cash_capture
from models.sample import Loss, Sample

ISSUED_KEYS = (
    "n", "base_rate", "trained_overlap", "auc", "ks", "brier", "calibration", "capture",
    "cash_capture", "by_bucket", "challengers",
)  # fmt: skip


class HalfCard:
    """A scorecard that sees half of what the model sees."""

    def challenger(self, frame: pd.DataFrame) -> Floats:
        return (frame["p"].to_numpy() * 4).round() / 4


@dataclass(frozen=True)
class FakeBundle:
    """A model whose probability is a column of the frame."""

    name: str = "roll_30"
    kind: str = "classifier"
    content_hash: str = "ab" * 32
    trained: tuple[str, ...] = ()
    main: HalfCard = field(default_factory=HalfCard)

    feature_names = ("p", "arrears_amount_latest")

    def explain(self, frame: pd.DataFrame) -> Floats:
        return np.tile([0.5, -0.75], (len(frame), 1))

    def knows(self, ids: NDArray[np.object_]) -> NDArray[np.bool_]:
        return np.isin(ids.astype(str), self.trained)

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        column = "p_willful" if self.kind == "willful" else "probability"
        return pd.DataFrame({column: frame["p"].to_numpy()})


def bundle(**changes: Any) -> Bundle:
    return cast(Bundle, FakeBundle(**changes))


def sample(rows: int = 900, *, seed: int = 0, **changes: Any) -> Sample:
    """Return three buckets of borrowers with two rows each, honest probabilities, arrears as amount."""
    rng = np.random.default_rng(seed)
    dpd = rng.integers(1, 91, rows).astype(float)
    p = np.clip(dpd / 150 + rng.normal(0, 0.1, rows), 0.02, 0.98)
    ids = np.array([f"B-{row // 2}" for row in range(rows)], dtype=object)
    made = Sample(
        X=pd.DataFrame({"p": p, "arrears_amount_latest": rng.integers(100, 9000, rows).astype(float)}),
        y=(rng.random(rows) < p).astype(float),
        weight=np.ones(rows),
        ids=ids,
        group=ids,
        as_of=np.zeros(rows, dtype=np.int32),
        bucket=np.select([dpd <= 30, dpd <= 60], ["1-30", "31-60"], "61-90").astype(object),
        dpd=dpd,
        amount=rng.integers(0, 9000, rows).astype(float),
        catalogue=cast(Any, None),
        target="roll_30",
        risk_sign=1,
        window="30d",
        losses=(Loss("disputed", 3),),
        source_digest="0" * 64,
    )
    return replace(made, **changes)


def amounts(rows: Sample) -> Floats:
    """Return the amounts, which this sample has."""
    assert rows.amount is not None
    return rows.amount


def assert_strict(found: dict[str, Any]) -> None:
    """Assert that the figures are strict JSON: no NaN, no numpy numbers."""
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_figures_carry_every_key_pooled_and_per_bucket() -> None:
    rows = sample()
    found = evaluate(bundle(), rows, seed=1, draws=50)
    assert_strict(found)
    assert set(ISSUED_KEYS) <= set(found)
    assert set(found["capture"]) == {"0.1", "0.2", "0.3"}
    assert list(found["by_bucket"]) == ["1-30", "31-60", "61-90"]
    for figures in found["by_bucket"].values():
        assert set(ISSUED_KEYS) - {"by_bucket"} <= set(figures)
    assert sum(figures["n"] for figures in found["by_bucket"].values()) == found["n"] == 900
    assert found["auc"]["value"] == pytest.approx(auc(rows.y, rows.X["p"]))
    assert found["cash_capture"] == pytest.approx(cash_capture(rows.y, rows.X["p"], amount=amounts(rows)))
    assert found["auc"]["low"] < found["auc"]["value"] < found["auc"]["high"]
    assert 0.8 < found["calibration"]["slope"] < 1.2
    assert found["losses"][0] == {"cause": "disputed", "count": 3, "what": "rows"}
    assert (found["model"]["name"], found["target"], found["window"]) == ("roll_30", "roll_30", "30d")


def test_the_strongest_features_are_told_first() -> None:
    told = evaluate(bundle(), sample(), seed=1, draws=50)["curves"]["contributions"]
    assert told == [
        {"feature": "arrears_amount_latest", "mean_abs": 0.75},
        {"feature": "p", "mean_abs": 0.5},
    ]


def test_the_scorecard_and_plain_sorting_stand_beside_the_model() -> None:
    found = evaluate(bundle(), sample(), seed=1, draws=50)
    assert set(found["challengers"]) == {"scorecard", "sort by dpd", "sort by arrears"}
    gap = found["challengers"]["sort by arrears"]["difference"]
    assert gap["low"] > 0, "a column without meaning must lose for sure"
    within = found["by_bucket"]["1-30"]["challengers"]["sort by dpd"]["auc"]["value"]
    assert within < found["challengers"]["sort by dpd"]["auc"]["value"], "dpd dominates pooled figures"


def test_sorting_turns_round_where_a_positive_is_good_news() -> None:
    rows = sample(risk_sign=-1, dpd=np.array([3.0, 9.0] * 450))
    assert rankers(rows)["sort by dpd"][:2].tolist() == [-3.0, -9.0]
    assert "sort by dpd" not in rankers(replace(rows, dpd=np.full(900, np.nan)))


def test_rows_that_were_trained_on_are_set_aside_and_counted() -> None:
    seen = tuple(f"B-{number}" for number in range(100))
    found = evaluate(bundle(trained=seen), sample(), seed=1, draws=50)
    assert (found["trained_overlap"], found["n"]) == (200, 700)
    assert {"cause": "trained on", "count": 200, "what": "rows"} in found["losses"]
    assert sum(f["trained_overlap"] for f in found["by_bucket"].values()) == 200
    assert any(
        "200 rows belong to ids the model was trained on: set aside" in note for note in found["notes"]
    )


def test_trained_rows_are_kept_and_counted_when_told() -> None:
    seen = tuple(f"B-{number}" for number in range(450))
    found = evaluate(bundle(trained=seen), sample(), allow_trained=True, seed=1, draws=50)
    assert (found["trained_overlap"], found["n"]) == (900, 900)
    assert any("look too good" in note for note in found["notes"])


def test_a_sample_wholly_trained_on_is_refused() -> None:
    seen = tuple(f"B-{number}" for number in range(450))
    with pytest.raises(NothingToJudge, match=r"all 900 were \(ids B-0, B-1, B-2, B-3, B-4\)"):
        evaluate(bundle(trained=seen), sample(), seed=1)


def test_rows_without_an_outcome_are_set_aside() -> None:
    rows = sample()
    open_ended = replace(rows, y=np.where(np.arange(900) < 100, np.nan, rows.y))
    found = evaluate(bundle(), open_ended, seed=1, draws=50)
    assert found["n"] == 800
    assert {"cause": "outcome not known", "count": 100, "what": "rows"} in found["losses"]
    with pytest.raises(NothingToJudge, match="none matured"):
        evaluate(bundle(), replace(rows, y=np.full(900, np.nan)), seed=1)


def test_another_target_and_one_class_are_refused() -> None:
    with pytest.raises(AnotherTarget, match="labelled roll_30, found roll_60"):
        evaluate(bundle(), sample(target="roll_60"), seed=1)
    with pytest.raises(OneClassOnly, match="900 rows all labelled 1"):
        evaluate(bundle(), sample(y=np.ones(900)), seed=1)


def test_what_a_bucket_cannot_tell_is_null_with_a_reason() -> None:
    rows = sample()
    settled = np.where(rows.bucket == "61-90", 1.0, rows.y)
    found = evaluate(bundle(), replace(rows, y=settled), seed=1, draws=50)
    late = found["by_bucket"]["61-90"]
    assert late["auc"] == {"value": None, "low": None, "high": None}
    assert (late["ks"], late["cash_capture"], late["capture"]["0.2"]) == (None, None, None)
    assert late["base_rate"] == 1.0
    assert late["brier"] > 0
    assert any("bucket 61-90: nothing to rank" in note for note in found["notes"])
    assert_strict(found)


def test_few_portfolios_draw_single_borrowers_and_say_so() -> None:
    portfolios = np.array([f"P-{row % 4}" for row in range(900)], dtype=object)
    found = evaluate(bundle(), sample(group=portfolios), seed=1, draws=50)
    assert found["auc"]["low"] is not None
    assert any("intervals draw single ids (450)" in n and "group to group" in n for n in found["notes"])


def test_missing_amounts_and_scores_leave_a_note() -> None:
    rows = sample()
    odd = replace(rows, amount=np.where(np.arange(900) == 5, np.nan, amounts(rows)))
    found = evaluate(bundle(), odd, challengers={"old": np.full(900, np.nan)}, seed=1, draws=50)
    assert found["cash_capture"] is None
    assert any("pooled: no cash capture" in note for note in found["notes"])
    without = evaluate(bundle(), replace(rows, amount=None), seed=1, draws=50)
    assert without["cash_capture"] is None
    assert "no cash capture: no amounts were given" in without["notes"]
    assert any("challenger old left out, 900 of 900" in note for note in found["notes"])
    assert_strict(found)


def test_money_that_nobody_knows_is_untold_with_its_reason_once() -> None:
    rows = sample()
    unknown = np.full(len(rows), np.nan)
    found = evaluate_scores(
        rows.y, rows.X["p"], groups=rows.group, bucket=rows.bucket, amount=unknown, seed=1, draws=20
    )
    assert found["cash_capture"] is None
    assert [note for note in found["notes"] if "cash capture" in note] == [AMOUNTS_UNKNOWN]


def test_money_known_of_some_rows_counts_those_it_is_not_known_of() -> None:
    rows = sample()
    money = amounts(rows).copy()
    money[np.flatnonzero(rows.bucket == "31-60")[:7]] = np.nan
    found = evaluate_scores(
        rows.y, rows.X["p"], groups=rows.group, bucket=rows.bucket, amount=money, seed=1, draws=20
    )
    told = [note for note in found["notes"] if "cash capture" in note]
    of = int((rows.bucket == "31-60").sum())
    assert told == [
        f"bucket 31-60: no cash capture, the amount of 7 of {of} rows is not known",
        "pooled: no cash capture, the amount of 7 of 900 rows is not known",
    ]
    assert found["by_bucket"]["1-30"]["cash_capture"] is not None


def test_a_willful_model_is_judged_with_the_standing_warning() -> None:
    found = evaluate(bundle(kind="willful", name="willful"), sample(target="willful"), seed=1, draws=50)
    assert "scorecard" not in found["challengers"]
    assert any("audited willful labels" in note for note in found["notes"])


def test_the_same_seed_gives_the_same_figures() -> None:
    first, again = (evaluate(bundle(), sample(), seed=7, draws=30) for _ in range(2))
    assert first == again
    assert evaluate(bundle(), sample(), seed=8, draws=30)["auc"]["low"] != first["auc"]["low"]


def test_one_bucket_is_the_whole() -> None:
    found = evaluate(bundle(), sample(bucket=np.full(900, "all", dtype=object)), seed=1, draws=30)
    assert list(found["by_bucket"]) == ["all"]
    alone = evaluate_scores(
        sample().y, sample().X["p"], groups=sample().group, amount=sample().amount, seed=1, draws=30
    )
    for figure in ("n", "auc", "ks", "capture", "calibration", "cash_capture"):
        assert found["by_bucket"]["all"][figure] == found[figure] == alone[figure]


def test_columns_of_another_length_are_refused() -> None:
    with pytest.raises(ScoresRefused, match="one bucket for each of 4 rows, found 1"):
        evaluate_scores([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], groups=range(4), bucket=["1-30"], seed=0)
