"""Figures on real data sets that the user fetched: folds by group, later days, one folder judged by another.

``python -m pipelines.real_data --train DIR --eval DIR`` writes ``docs/real-data.md`` anew. Each folder holds the
sets by name (``kruk_collections/``, ``uci_credit_card/`` …), which are imported as books. When the two folders differ,
the model trained on the first is also judged on the second, less the ids it was trained on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from features.book import Book
from features.files import atomic_file
from models.components import fit_component
from models.evaluate import evaluate, evaluate_scores, rankers
from models.metrics import auc
from models.sample import Sample
from models.splits import group_folds
from models.training import train
from pipelines.environment import SEED, settings_from_environment
from pipelines.real_data_page import Row, page
from pipelines.real_data_studies import STUDIES, DataSet, Study
from pipelines.sources.importing import ImportReport

FOLDS = 5
PAGE = Path(__file__).resolve().parents[1] / "docs" / "real-data.md"


class FolderUnfit(ValueError):
    """A folder of real data is absent."""


@dataclass(frozen=True)
class Figures:
    """What the page tells.

    Parameters
    ----------
    rows
        Lines of the table.
    imports
        Each data set that was there, and what its import repaired.
    """

    rows: tuple[Row, ...]
    imports: tuple[tuple[DataSet, ImportReport], ...]


def judge_in_folds(study: Study, sample: Sample, *, threads: int) -> Row:
    """Return the figures of five folds by group: every row is judged by a model that never saw its group."""
    fold = group_folds(sample.group, FOLDS, SEED)
    champion, scorecard = np.empty(len(sample)), np.empty(len(sample))
    means: list[dict[str, float]] = []
    for number in range(FOLDS):
        test = np.flatnonzero(fold == number)
        others = np.flatnonzero(fold != number)
        inner = group_folds(sample.group[others], FOLDS, SEED + 1)
        component = fit_component(
            sample.labelled(others[inner != 0]),
            calibrate=sample.labelled(others[inner == 0]),
            name="main",
            catalogue=sample.catalogue,
            risk_sign=sample.risk_sign,
            seed=SEED,
            threads=threads,
        )
        rows = sample.X.iloc[test]
        champion[test] = component.probability(rows, threads=threads)
        scorecard[test] = component.challenger(rows)
        means.append(_fold_aucs(sample.take(test), champion[test], scorecard[test]))
    found = evaluate_scores(
        sample.y,
        champion,
        groups=sample.group,
        challengers={"scorecard": scorecard, **rankers(sample)},
        amount=sample.amount,
        seed=SEED,
    )
    return Row.of(study.data.title, study.asks, f"5 folds by {study.unit}", found, means=means)


def judge_later(study: Study, sample: Sample, *, threads: int) -> Row:
    """Return the figures of a model of the earlier days on the later ones, on groups it never saw."""
    trained = train(sample, seed=SEED, threads=threads)
    first = np.datetime64(int(sample.as_of[trained.split.test].min()), "D")
    how = f"trained before, judged from {first} on other {study.unit}s"
    return Row.of(study.data.title, study.asks, how, trained.evaluation, means=[])


def judge_elsewhere(study: Study, train_on: Sample, judge_on: Sample, *, threads: int) -> Row:
    """Return the figures of the model trained on one folder, on another, less the ids trained on."""
    bundle = train(train_on, seed=SEED, threads=threads).bundle
    scorecard = bundle.main.challenger(judge_on.X)
    found = evaluate(bundle, judge_on, challengers={"scorecard": scorecard}, seed=SEED)
    return Row.of(study.data.title, study.asks, "trained on TRAIN, judged on EVAL", found, means=[])


def _fold_aucs(part: Sample, champion: np.ndarray, scorecard: np.ndarray) -> dict[str, float]:
    rivals = {"champion": champion, "scorecard": scorecard, **rankers(part)}
    return {name: float(auc(part.y, score)) for name, score in rivals.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page anew; return the exit code."""
    parser = argparse.ArgumentParser(description="Figures on real data.")
    parser.add_argument("--train", type=Path, required=True, help="folder that holds the sets to train on")
    parser.add_argument("--eval", type=Path, required=True, help="folder that holds the sets to judge on")
    asked = parser.parse_args(arguments)
    settings = settings_from_environment()
    try:
        figures = figures_of(asked.train, asked.eval, threads=settings.threads)
    except FolderUnfit as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = page(figures.rows, figures.imports)
    with atomic_file(PAGE) as part:
        part.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def figures_of(
    train_folder: Path, eval_folder: Path, *, threads: int, studies: Sequence[Study] = STUDIES
) -> Figures:
    """Return every line of the table, and what the imports repaired.

    Raises
    ------
    FolderUnfit
        When a folder is absent or holds none of the sets.
    """
    for option, folder in (("TRAIN", train_folder), ("EVAL", eval_folder)):
        if not folder.is_dir() or not any((folder / study.data.folder).is_dir() for study in studies):
            names = " or ".join(dict.fromkeys(study.data.folder for study in studies))
            raise FolderUnfit(
                f"Expected {option} to be a folder that holds {names}, found {str(folder)!r}. "
                "Write make real-data TRAIN=DIR EVAL=DIR."
            )
    elsewhere = eval_folder.resolve() != train_folder.resolve()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as home:
        books = _books(train_folder, studies, home=Path(home) / "train")
        others = _books(eval_folder, studies, home=Path(home) / "eval") if elsewhere else {}
        for study in studies:
            if study.data.folder in books:
                sys.stderr.write(f"… {study.data.title}, {study.asks}\n")
                other = others.get(study.data.folder)
                rows += _rows_of(study, books[study.data.folder][0], other and other[0], threads=threads)
    sets = {study.data.folder: study.data for study in studies}
    return Figures(tuple(rows), tuple((sets[folder], report) for folder, (_, report) in books.items()))


def _books(folder: Path, studies: Sequence[Study], *, home: Path) -> dict[str, tuple[Book, ImportReport]]:
    """Return each data set of a folder as a book, with its import's report."""
    sets = dict.fromkeys(study.data for study in studies)
    there = [data for data in sets if (folder / data.folder).is_dir()]
    return {data.folder: data.book(folder / data.folder, out=home / data.folder) for data in there}


def _rows_of(study: Study, book: Book, other: Book | None, *, threads: int) -> list[Row]:
    sample = study.sample(book)
    rows = [judge_in_folds(study, sample, threads=threads)]
    if study.later:
        rows.append(judge_later(study, sample, threads=threads))
    if other is not None:
        rows.append(judge_elsewhere(study, sample, study.sample(other), threads=threads))
    return rows


if __name__ == "__main__":
    sys.exit(main())
