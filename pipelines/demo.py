"""The main job from nothing to a worklist, on a simulated book; what is finished is skipped."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from features.check import BookRefused, check_book
from models.labels import GRACE_DAYS
from pipelines.checkpoints import code_digest, digest_of, finished, once
from pipelines.environment import SEED, Settings
from pipelines.featuring import write_book_features
from pipelines.fitting import fit_book
from pipelines.judging import judge_book
from pipelines.night import Night
from pipelines.night_report import NightReport
from pipelines.releasing import in_force, list_model, promote_model
from pipelines.report.page import page_digest
from pipelines.report.words import LANGUAGES, Language
from pipelines.requests import BookRows
from pipelines.simulator.simulate import simulate
from pipelines.simulator.writing import write_simulated

TARGETS = ("roll_30", "roll_60", "willful")
APPROVERS = ("Demo Reviewer One", "Demo Reviewer Two")
STARTS_ON = date(2024, 1, 1)
WARM_UP_MONTHS = 6
WINDOW_DAYS = 30

Step = tuple[str, Callable[[], bool]]
"""A name and the work; the work returns False when it was finished before."""


@dataclass(frozen=True)
class DemoReport:
    """What the demo ends with.

    Parameters
    ----------
    evaluations
        Figures per target, on borrowers and months the model has not seen.
    night
        The night in figures.
    home
        Folder of everything.
    book
        Folder of the book.
    matured_on
        Latest first day of a month whose outcomes have matured.
    reports
        Reports to the committee: each model in each language.
    """

    evaluations: Mapping[str, Mapping[str, Any]]
    night: NightReport
    home: Path
    book: Path
    matured_on: date
    reports: tuple[Path, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the report as a JSON document."""
        return {
            "home": str(self.home),
            "book": str(self.book),
            "mlflow": str(self.mlflow),
            "reports": [str(file) for file in self.reports],
            "evaluations": {target: dict(figures) for target, figures in self.evaluations.items()},
            "night": self.night.to_json(),
        }

    @property
    def mlflow(self) -> Path:
        """Return the file of the MLflow store."""
        return self.home / "mlflow.db"


@dataclass(frozen=True)
class Demo:
    """The demo's sizes and places.

    Parameters
    ----------
    settings
        Home and threads.
    loans, months, seed
        Of the simulated book.
    at
        The moment the demo began.
    """

    settings: Settings
    loans: int
    months: int
    seed: int
    at: datetime

    @property
    def book(self) -> Path:
        """Return the folder of the simulated book."""
        return self.settings.home / "books" / "demo"

    @property
    def as_of(self) -> date:
        """Return the morning the worklist is for: the day after the book's last."""
        return _month_after(STARTS_ON, self.months)

    @property
    def judged_on(self) -> tuple[date, date]:
        """Return the two latest first days of months whose outcomes have matured."""
        last = self.as_of.replace(day=1)
        while last + timedelta(days=WINDOW_DAYS + GRACE_DAYS) > self.as_of:
            last = _month_after(last, -1)
        return _month_after(last, -1), last

    @property
    def trained_on(self) -> tuple[date, date]:
        """Return the first and last training day: after a warm-up, with an embargo before judging."""
        return _month_after(STARTS_ON, WARM_UP_MONTHS), _month_after(self.judged_on[0], -2)

    def steps(self) -> Sequence[Step]:
        """Return the steps in order."""
        training = [(f"train {target}", lambda target=target: self._train(target)) for target in TARGETS]
        judging = [(f"evaluate {target}", lambda target=target: self._judge(target)) for target in TARGETS]
        approving = [(f"approve {target}", lambda target=target: self._approve(target)) for target in TARGETS]
        reporting = [
            (f"report {target} to the committee", lambda target=target: self._report(target))
            for target in TARGETS
        ]
        return [
            (f"simulate {self.loans:,} loans × {self.months} months", self._simulate),
            ("check", self._check),
            ("features", self._features),
            *training,
            *judging,
            *approving,
            ("score, decide, publish the worklist", self._night),
            *reporting,
        ]

    def reports(self, target: str) -> dict[Language, Path]:
        """Return where a model's report to the committee lies, by language."""
        folder, mark = self.settings.home / "reports", self._hash(target)[:8]
        return {language: folder / f"{target}-{mark}-{language}.html" for language in LANGUAGES}

    def report(self) -> DemoReport:
        """Return what the demo ends with; every step must have run."""
        return DemoReport(
            evaluations={target: json.loads(self._figures(target).read_text()) for target in TARGETS},
            night=self._tonight.report(),
            home=self.settings.home,
            book=self.book,
            matured_on=self.judged_on[-1],
            reports=tuple(file for target in TARGETS for file in self.reports(target).values()),
        )

    def _simulate(self) -> bool:
        inputs = {
            "loans": self.loans,
            "months": self.months,
            "seed": self.seed,
            "code": code_digest("pipelines/simulator"),
            "door": code_digest("features"),
        }
        return once(
            self.book,
            inputs=inputs,
            make=lambda: write_simulated(
                simulate(loans=self.loans, months=self.months, seed=self.seed), self.book
            ),
        )

    def _check(self) -> bool:
        problems = check_book(self.book)
        if problems:
            raise BookRefused(tuple(problems))
        return True

    def _features(self) -> bool:
        out = self.settings.home / "features" / "demo.parquet"

        def make() -> None:
            write_book_features(self.book, as_of=[self.as_of], out=out)

        return once(out, inputs={**self._made_from, "as_of": str(self.as_of)}, make=make)

    def _train(self, target: str) -> bool:
        note = self._note(target)

        def make() -> None:
            first, last = self.trained_on
            rows = BookRows(book=self.book, first=first, last=last)
            fitted = fit_book(rows, target=target, settings=self.settings, seed=SEED)
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(json.dumps({"hash": fitted.content_hash, "version": fitted.version}))

        return once(
            note, inputs={**self._made_from, "models": code_digest("models"), "target": target}, make=make
        )

    def _judge(self, target: str) -> bool:
        inputs = {**self._made_from, "model": self._hash(target), "models": code_digest("models")}

        def make() -> None:
            judge_book(
                self._hash(target),
                book=self.book,
                as_of=self.judged_on,
                group=None,
                where=None,
                amount=None if target == "willful" else "arrears_now",
                out=self._figures(target),
                allow_trained=False,
                settings=self.settings,
            )

        return once(self._figures(target), inputs=inputs, make=make)

    def _approve(self, target: str) -> bool:
        if in_force(target, settings=self.settings) == self._hash(target):
            list_model(self._hash(target), settings=self.settings)
            return False
        for name in APPROVERS:
            promote_model(self._hash(target), by=name, settings=self.settings, at=self.at)
        return True

    def _night(self) -> bool:
        if self._tonight.is_decided:
            self._tonight.publish()
            return False
        for _, phase in self._tonight.phases():
            phase()
        return True

    def _report(self, target: str) -> bool:
        from pipelines.reporting import write_report

        files = self.reports(target)
        inputs = {
            **self._made_from,
            "model": self._hash(target),
            "in_force": in_force(target, settings=self.settings),
            "models": code_digest("models"),
            "page": page_digest(),
        }
        if all(finished(file, inputs=inputs) for file in files.values()):
            return False
        write_report(self._hash(target), outs=files, settings=self.settings, at=self.at)
        for file in files.values():
            once(file, inputs=inputs, make=lambda: None)
        return True

    @cached_property
    def _tonight(self) -> Night:
        return Night.of(self.book, as_of=self.as_of, settings=self.settings, at=self.at)

    @cached_property
    def _made_from(self) -> dict[str, str]:
        return {"book": digest_of(self.book / "book.json"), "features": code_digest("features")}

    def _note(self, target: str) -> Path:
        return self.settings.home / "demo" / f"trained-{target}.json"

    def _hash(self, target: str) -> str:
        return str(json.loads(self._note(target).read_text())["hash"])

    def _figures(self, target: str) -> Path:
        return self.settings.home / "reports" / f"{target}.json"


def _month_after(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)
