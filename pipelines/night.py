"""Tonight's job on a book: check, features, scores, reasons, decisions, account sheets, worklist.

Each phase writes one file or folder and is skipped when it is finished (``checkpoints``). The previous worklist
stays in force until the new one is published whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from features.book import Book
from features.buckets import BUCKETS
from features.check import BookRefused, check_book
from features.discovery import check_defined
from features.files import atomic_file
from features.table import FeatureTable, read_features
from models.approvals import released
from models.bundle import Bundle
from pipelines.checkpoints import code_digest, digest_of, finished, once
from pipelines.environment import SEED, Settings
from pipelines.featuring import write_book_features
from pipelines.mornings import check_mornings
from pipelines.night_files import NightFiles, records_in, write_records
from pipelines.night_report import NightReport, report_of
from pipelines.night_sheets import sheets_in, write_sheets
from pipelines.night_slices import slices_of, unscored_of
from pipelines.night_worklist import worklist_named, worklist_of
from pipelines.scoring import scores_with_reasons
from serving.decision import Decision, decision_from_json, decision_to_json
from serving.model_map import ModelMap, read_map
from serving.policy.cases import cases_from_book
from serving.policy.decide import decide
from serving.policy.lender import load_policy
from serving.policy.packs import Pack, PackRefused, closed_pack, load_pack
from serving.store_publish import Provenance, next_fence, publish

Phase = tuple[str, Callable[[], None]]


@dataclass(frozen=True)
class Night:
    """One night's work on one book.

    Parameters
    ----------
    book
        Folder of the book.
    as_of
        The morning the worklist is for.
    folder
        Where the night's files lie.
    settings
        Home and threads.
    champions
        Each model of the map that is in force; one without approval is absent.
    model_map
        Which model speaks for which slice.
    at
        When the night began (UTC).
    fence
        The publication's number, taken when the night began: a later night wins.
    """

    book: Path
    as_of: date
    folder: Path
    settings: Settings
    champions: Mapping[str, Bundle]
    model_map: ModelMap
    at: datetime
    fence: int

    @classmethod
    def of(cls, book: Path, *, as_of: date, settings: Settings, at: datetime) -> Night:
        """Return the night of a book and a morning, with the models in force now.

        Raises
        ------
        ReleaseRefused
            When a release is not what was signed.
        FeatureUndefined
            When a model in force reads a feature that nothing here defines.
        """
        model_map = read_map()
        in_force = {name: released(settings.home, name) for name in model_map.models}
        champions = {name: Bundle.load(folder) for name, folder in in_force.items() if folder is not None}
        for name, bundle in champions.items():
            check_defined(bundle.feature_names, reader=name)
        return cls(
            book=book,
            as_of=as_of,
            folder=settings.home / "nights" / f"{book.resolve().name}-{as_of}",
            settings=settings,
            champions=champions,
            model_map=model_map,
            at=at,
            fence=next_fence(worklist_of(settings)),
        )

    def phases(self) -> Sequence[Phase]:
        """Return the phases in order, each a name and the work; every one may be run again."""
        scores = [(f"scores of {name}", lambda name=name: self.score(name)) for name in self.champions]
        return [
            ("check", self.check),
            ("features", self.build),
            *scores,
            ("decisions", self.decide),
            ("account sheets", self.open_accounts),
            ("worklist", self.publish),
        ]

    def check(self) -> None:
        """Refuse to go on with a book that breaks a contract."""
        problems = check_book(self.book)
        if problems:
            raise BookRefused(tuple(problems))

    def build(self) -> None:
        """Write the features of this morning; refuse one that lies long after the last thing the book knows."""
        check_mornings(self._opened, [self.as_of], option="--as-of")

        def make() -> None:
            write_book_features(self.book, as_of=[self.as_of], out=self._files.features)

        inputs = {"book": self._book_digest, "as_of": str(self.as_of), "code": code_digest("features")}
        once(self._files.features, inputs=inputs, make=make)

    def score(self, name: str) -> None:
        """Write the scores and reasons of one model for the slices it speaks for."""
        bundle = self.champions[name]

        def make() -> None:
            frame = self._table.frame
            mine = frame[self._slices.map(lambda models: name in models)].reset_index(drop=True)
            scored = scores_with_reasons(bundle, mine, threads=self.settings.threads)
            with atomic_file(self._files.scores(name)) as part:
                scored.to_parquet(part, index=False)

        inputs = {
            "features": digest_of(self._files.features),
            "model": bundle.content_hash,
            "map": self.model_map.version,
            "code": code_digest("models"),
        }
        once(self._files.scores(name), inputs=inputs, make=make)

    def decide(self) -> None:
        """Write one decision for every overdue account: act, leave alone, or unscored."""
        scores = {name: pd.read_parquet(self._files.scores(name)) for name in self.champions}

        def make() -> None:
            cases = cases_from_book(self._opened, self._table, scores, as_of=self.as_of)
            decisions = decide(
                cases,
                pack=_pack_of(self._opened.manifest.country),
                policy=load_policy(),
                as_of=self.as_of,
                seed=SEED,
            )
            write_records(self._files.decisions, (decision_to_json(one) for one in decisions))
            self.__dict__["decisions"] = list(
                decisions
            )  # what a reading of the file would give, without reading it

        once(self._files.decisions, inputs=self._decided_from, make=make)

    def open_accounts(self) -> None:
        """Write the account sheet of every decision: what is seen of it beside what was decided."""

        def make() -> None:
            loans = [decision.loan_id for decision in self.decisions]
            write_sheets(self._files.sheets, self._opened, as_of=self.as_of, loan_ids=loans)

        once(self._files.sheets, inputs=self._seen_from, make=make)

    def publish(self) -> None:
        """Put decisions and sheets into the worklist, all of them or none; the same list again changes nothing."""
        publish(
            worklist_of(self.settings),
            self.decisions,
            as_of=self.as_of,
            fence=self.fence,
            at=self.at,
            provenance=Provenance(
                policy_version=load_policy().version,
                book_digest=self._book_digest,
                models={name: bundle.content_hash for name, bundle in self.champions.items()},
            ),
            sheets=sheets_in(self._files.sheets),
        )

    @property
    def is_decided(self) -> bool:
        """Return whether this night's decisions and sheets stand already, made from the same inputs."""
        files = [self._files.features, *(self._files.scores(name) for name in self.champions)]
        return (
            all(file.exists() for file in files)
            and finished(self._files.decisions, inputs=self._decided_from)
            and finished(self._files.sheets, inputs=self._seen_from)
        )

    @property
    def _decided_from(self) -> dict[str, object]:
        # A flag or a consent changes no feature and no score, so the book itself is named too.
        return {
            "book": self._book_digest,
            "features": digest_of(self._files.features),
            "scores": {name: digest_of(self._files.scores(name)) for name in self.champions},
            "models": {name: bundle.content_hash for name, bundle in self.champions.items()},
            "code": {room: code_digest(room) for room in ("features", "models", "serving")},
        }

    @property
    def _seen_from(self) -> dict[str, object]:
        return {
            "book": self._book_digest,
            "decisions": digest_of(self._files.decisions),
            "code": {room: code_digest(room) for room in ("features", "serving")},
        }

    @cached_property
    def decisions(self) -> list[Decision]:
        """Return the decisions of this night, by priority."""
        return [decision_from_json(record) for record in records_in(self._files.decisions)]

    def report(self) -> NightReport:
        """Return the night in figures."""
        return report_of(
            self.decisions,
            accounts={name: int((self._table.frame["bucket"] == name).sum()) for name in BUCKETS},
            unscored=unscored_of(self._table.frame, self._slices, champions=self.champions),
            as_of=self.as_of,
            folder=self.folder,
            worklist=worklist_named(self.settings),
            models={name: bundle.content_hash for name, bundle in self.champions.items()},
        )

    @cached_property
    def _table(self) -> FeatureTable:
        return read_features(self._files.features)

    @cached_property
    def _slices(self) -> pd.Series[Any]:
        return slices_of(self._table.frame, model_map=self.model_map)

    @cached_property
    def _opened(self) -> Book:
        return Book.open(self.book)

    @property
    def _book_digest(self) -> str:
        return self._opened.digest

    @cached_property
    def _files(self) -> NightFiles:
        return NightFiles(self.folder)


def _pack_of(country: str) -> Pack:
    """Return the conduct rules of a country; where none are written, nobody is contacted and the list says why."""
    try:
        return load_pack(country)
    except PackRefused:
        return closed_pack(country)
