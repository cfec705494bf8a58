"""The defaults give the moves, rolls and shares they are calibrated to; the parameters say where they come from."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.simulator.calibration import TARGETS, Arrears, measure
from pipelines.simulator.parameters import (
    ParametersRefused,
    default_parameters,
    read_parameters,
)
from pipelines.simulator.simulate import simulate

pytestmark = pytest.mark.xdist_group("calibration")  # one process simulates 50,000 loans, once


@functools.cache
def found() -> pd.DataFrame:
    """Return what 50,000 loans over 24 months give, by target; fewer would show the noise of late buckets."""
    return measure(simulate(loans=50_000, months=24, seed=1)).set_index("target")


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_defaults_give(target: object) -> None:
    row = found().loc[target.name]  # type: ignore[attr-defined]
    assert row["low"] <= row["found"] <= row["high"], f"{row['found']} % of {row['of']}"


def test_days_past_due_read_from_the_tables_equal_those_the_simulation_lived() -> None:
    book = simulate(loans=1_500, months=6, seed=3)
    arrears = Arrears(book.tables)
    lived = book.truth["hazard"]
    corrected = book.tables["payments"].to_pandas().query("revision == 2")["loan_id"]
    last = lived[lived["as_of"] == pd.Timestamp(2024, 4, 1)]
    read = pd.Series(arrears.dpd(int(np.datetime64("2024-04-01").astype(int))), index=arrears.loan_ids)
    # A corrected row takes its money back to the day it was booked, which nobody knew at the time.
    plain = last[~last["loan_id"].isin(corrected)]
    assert len(plain) > 30
    pd.testing.assert_series_equal(
        read[plain["loan_id"]].reset_index(drop=True),
        plain["dpd"].reset_index(drop=True),
        check_names=False,
        check_dtype=False,
    )


def test_a_talk_raises_payment_when_its_effect_is_raised() -> None:
    strong = {"effects.talk": 6.0, "effects.talk_unwilling": 4.0, "effects.visit": 5.0}
    base = measure(simulate(loans=6_000, months=12, seed=2)).set_index("target")["found"]
    lifted = default_parameters().replaced(strong, source="a test")
    other = measure(simulate(loans=6_000, months=12, seed=2, parameters=lifted)).set_index("target")["found"]
    assert other["1-30 → reaches 31 within 30 days"] < base["1-30 → reaches 31 within 30 days"] - 1.5


def test_every_parameter_has_a_value_a_unit_and_a_source() -> None:
    parameters = default_parameters()
    assert len(list(parameters)) > 90
    for name in parameters:
        entry = parameters.entries[name]
        assert entry.unit, name
        assert entry.source, name
        assert np.isfinite(parameters.numbers(name)).all(), name


def test_a_parameter_without_a_source_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "parameters.toml"
    file.write_text('[payment.attention]\nvalue = 1.0\nunit = "per day"\n', encoding="utf-8")
    with pytest.raises(ParametersRefused, match=r"payment.attention"):
        read_parameters(file)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"payment.magic": 1.0}, "payment.magic", id="an unknown name"),
        pytest.param({"payment.band_willing": (1.0, 2.0)}, "Give one per band", id="too few bands"),
    ],
)
def test_a_change_of_what_does_not_exist_is_refused(change: dict[str, float], words: str) -> None:
    with pytest.raises(ParametersRefused, match=words):
        default_parameters().replaced(change, source="a test")
