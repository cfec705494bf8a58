"""The demo's days: a warm-up, training, an embargo, judging on matured labels, then tonight."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.model_list import read_model_list
from models.registry import Registry
from pipelines.demo import STARTS_ON, WINDOW_DAYS, Demo
from pipelines.environment import Settings
from pipelines.simulator.simulate import STARTS_ON as SIMULATION_STARTS_ON
from tests.models.registry_builders import TAGS, trained

pytestmark = pytest.mark.xdist_group("mlflow")

GRACE = timedelta(days=5)
WINDOW = timedelta(days=WINDOW_DAYS)


def demo(months: int) -> Demo:
    return Demo(
        settings=Settings(home=Path("nowhere"), threads=1),
        loans=20_000,
        months=months,
        seed=1,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@given(months=st.integers(15, 60))
def test_no_training_window_reaches_into_the_days_that_judge(months: int) -> None:
    shown = demo(months)
    (first, last), (judged, latest) = shown.trained_on, shown.judged_on
    assert STARTS_ON < first <= last < judged < latest
    assert last + WINDOW + GRACE <= judged, "what is learnt was known before judging begins"
    assert latest + WINDOW + GRACE <= shown.as_of, "what judges has matured"
    assert latest + timedelta(days=62) + WINDOW + GRACE > shown.as_of, "and it is the latest that has"


def test_the_demo_and_the_simulator_begin_on_the_same_day() -> None:
    assert STARTS_ON == SIMULATION_STARTS_ON
    assert demo(24).as_of == date(2026, 1, 1)


def test_the_steps_go_from_nothing_to_a_worklist() -> None:
    names = [name for name, _ in demo(24).steps()]
    assert names[0].startswith("simulate")
    order = [
        next(n for n, name in enumerate(names) if name.startswith(verb))
        for verb in ("train", "evaluate", "approve", "score", "report")
    ]
    assert order == sorted(order)
    assert names[order[-2]].endswith("worklist")
    assert [name for name in names[order[-1] :] if not name.startswith("report")] == [], "reports come last"


def test_each_model_has_a_report_in_each_language_where_the_console_lists_it(tmp_path: Path) -> None:
    shown = replace(demo(24), settings=Settings(home=tmp_path, threads=1))
    note = tmp_path / "demo" / "trained-roll_30.json"
    note.parent.mkdir()
    note.write_text(json.dumps({"hash": "ab" * 32, "version": "1"}))
    assert shown.reports("roll_30") == {
        "zh": tmp_path / "reports" / "roll_30-abababab-zh.html",
        "en": tmp_path / "reports" / "roll_30-abababab-en.html",
    }


def test_a_finished_demo_without_a_list_of_models_gets_one(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, threads=1)
    registry, one = Registry(tmp_path), trained(1)
    registry.log_and_register(one.bundle, evaluation=one.evaluation, params=one.params, tags=TAGS)
    shown, note = replace(demo(24), settings=settings), tmp_path / "demo" / "trained-roll_30.json"
    note.parent.mkdir()
    note.write_text(json.dumps({"hash": one.bundle.content_hash, "version": "1"}))
    approve = dict(shown.steps())["approve roll_30"]
    assert approve()
    whole = read_model_list(tmp_path)
    assert [one.aliases for one in whole] == [("champion",)]
    for left in (None, b"half a file", b'{"format": 1, "models": []}'):
        (tmp_path / "models.json").unlink()
        if left is not None:
            (tmp_path / "models.json").write_bytes(left)
        assert not approve(), "it was approved before"
        assert read_model_list(tmp_path) == whole
