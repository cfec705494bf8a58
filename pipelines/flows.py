"""The same work as Prefect flows: thin shells around plain functions.

Tasks exchange paths, counts and digests, never frames. What is finished is decided by files
(``checkpoints``), so a flow that was killed goes on where it stopped. Refer to a flow as
``pipelines.flows:score_book``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from pipelines.environment import SEED, settings_from_environment


def _step(name: str, work: Callable[[], Any]) -> Any:
    """Run one plain function as a task of the running flow, so that it shows in Prefect by name."""

    @task(name=name, task_run_name=name, cache_policy=NO_CACHE, persist_result=False)
    def shown() -> Any:
        return work()

    return shown()


@flow(name="build-features", persist_result=False)
def build_features(book: Path, as_of: Sequence[date], out: Path) -> int:
    """Build the features of a book on the given days into a file; return the number of rows."""
    from pipelines.featuring import write_book_features

    return int(_step("features", lambda: write_book_features(book, as_of=as_of, out=out).rows))


@flow(name="train", persist_result=False)
def train(target: str, book: Path, first: date, last: date, seed: int = SEED) -> str:
    """Train a target on a book and register it; return its content hash."""
    from pipelines.fitting import fit_book
    from pipelines.requests import BookRows

    rows = BookRows(book=book, first=first, last=last)
    settings = settings_from_environment()
    return str(
        _step(
            f"train {target}",
            lambda: fit_book(rows, target=target, settings=settings, seed=seed).content_hash,
        )
    )


@flow(name="score-book", persist_result=False)
def score_book(book: Path, as_of: date) -> dict[str, Any]:
    """Run tonight's job on a book: check, features, scores, reasons, decisions, worklist."""
    from pipelines.night import Night

    night = Night.of(book, as_of=as_of, settings=settings_from_environment(), at=datetime.now(tz=UTC))
    for name, phase in night.phases():
        _step(name, phase)
    return night.report().to_json()


@flow(name="release", persist_result=False)
def release(model: str, by: str) -> dict[str, Any]:
    """Record one approval; at the second by another person, move the alias and sign the release."""
    from pipelines.releasing import promote_model

    settings, at = settings_from_environment(), datetime.now(tz=UTC)
    answer: dict[str, Any] = _step(
        f"release {model}", lambda: promote_model(model, by=by, settings=settings, at=at).to_json()
    )
    return answer


@flow(name="main-job", persist_result=False)
def main_job(loans: int, months: int, seed: int) -> dict[str, Any]:
    """Run the demo's main job, from nothing to a worklist; what is finished is skipped."""
    from pipelines.cli.progress import step
    from pipelines.demo import Demo

    demo = Demo(
        settings=settings_from_environment(), loans=loans, months=months, seed=seed, at=datetime.now(tz=UTC)
    )
    for name, work in demo.steps():
        with step(name) as outcome:
            if not _step(name, work):
                outcome.finished_before()
    return demo.report().night.to_json()
