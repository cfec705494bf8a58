"""Figures on real data sets that the user fetched: five folds by group, and one folder judged by another.

``python -m pipelines.real_data --train DIR --eval DIR`` writes the table of ``docs/real-data.md`` anew. Each folder
holds the sets by name (``kruk_collections/``, ``uci_credit_card/``). When the two folders differ, the model trained on
the first is also judged on the second, less the ids it was trained on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from features.book import Book
from features.files import atomic_file
from models.book_samples import sample_from_book
from models.components import fit_component
from models.evaluate import evaluate, evaluate_scores, rankers
from models.sample import Sample
from models.splits import group_folds
from models.training import train
from pipelines.environment import SEED, settings_from_environment
from pipelines.fitting import table_sample
from pipelines.real_data_page import Row, page
from pipelines.requests import TableRows
from pipelines.sources.importing import import_source

DAYS_A_MONTH = 30.0
FOLDS = 5
PAGE = Path(__file__).resolve().parents[1] / "docs" / "real-data.md"


@dataclass(frozen=True)
class Study:
    """One line of the table.

    Parameters
    ----------
    source, target
        Name of the data set and of the label.
    folder
        Folder of the set inside TRAIN and EVAL.
    unit
        What folds and intervals are made of.
    sample
        Function of the set's folder that returns its sample.
    """

    source: str
    target: str
    folder: str
    unit: str
    sample: Callable[[Path], Sample]


class FolderUnfit(ValueError):
    """A folder of real data is absent."""


def uci_sample(folder: Path) -> Sample:
    """Return the UCI credit-card accounts as a team's own feature table; months late stand for days past due."""
    rows = TableRows(
        table=folder / "accounts.parquet", label="default.payment.next.month", id="ID", amount="BILL_AMT1"
    )
    sample = table_sample(rows, target="uci_default")
    return replace(sample, dpd=DAYS_A_MONTH * np.clip(sample.X["PAY_0"].to_numpy(dtype=np.float64), 0, None))


def kruk_sample(folder: Path) -> Sample:
    """Return the purchased debts at month 6: does a payment come in months 7 to 12?"""
    with tempfile.TemporaryDirectory() as home:
        book = Path(home) / "kruk"
        import_source("kruk", folder, out=book, country=None, time_zone=None, currency=None)
        return sample_from_book(
            Book.open(book), target="pays_within", window="6m", as_of=[date(2020, 7, 1)], group="portfolio"
        )


STUDIES = (
    Study("UCI credit card, Taiwan 2005", "default next month", "uci_credit_card", "account", uci_sample),
    Study("KRUK purchased debts 2017", "pays in months 7–12", "kruk_collections", "portfolio", kruk_sample),
)


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
    return Row.of(study.source, study.target, f"5 folds by {study.unit}", found, means=means)


def judge_elsewhere(study: Study, train_on: Sample, judge_on: Sample, *, threads: int) -> Row:
    """Return the figures of the model trained on one folder, on another, less the ids trained on."""
    bundle = train(train_on, seed=SEED, threads=threads).bundle
    scorecard = bundle.main.challenger(judge_on.X)
    found = evaluate(bundle, judge_on, challengers={"scorecard": scorecard}, seed=SEED)
    return Row.of(study.source, study.target, "trained on TRAIN, judged on EVAL", found, means=[])


def _fold_aucs(part: Sample, champion: np.ndarray, scorecard: np.ndarray) -> dict[str, float]:
    from models.metrics import auc

    rivals = {"champion": champion, "scorecard": scorecard, **rankers(part)}
    return {name: float(auc(part.y, score)) for name, score in rivals.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table of the page anew; return the exit code."""
    parser = argparse.ArgumentParser(description="Figures on real data.")
    parser.add_argument("--train", type=Path, required=True, help="folder that holds the sets to train on")
    parser.add_argument("--eval", type=Path, required=True, help="folder that holds the sets to judge on")
    asked = parser.parse_args(arguments)
    settings = settings_from_environment()
    try:
        rows = rows_of(asked.train, asked.eval, threads=settings.threads)
    except FolderUnfit as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with atomic_file(PAGE) as part:
        part.write_text(page(rows), encoding="utf-8")
    sys.stdout.write(page(rows))
    return 0


def rows_of(train_folder: Path, eval_folder: Path, *, threads: int) -> list[Row]:
    """Return every line of the table.

    Raises
    ------
    FolderUnfit
        When a folder is absent or holds none of the sets.
    """
    for option, folder in (("TRAIN", train_folder), ("EVAL", eval_folder)):
        if not folder.is_dir() or not any((folder / study.folder).is_dir() for study in STUDIES):
            raise FolderUnfit(
                f"Expected {option} to be a folder that holds {' or '.join(s.folder for s in STUDIES)}, "
                f"found {str(folder)!r}. Write make real-data TRAIN=DIR EVAL=DIR."
            )
    rows = []
    for study in STUDIES:
        if not (train_folder / study.folder).is_dir():
            continue
        sys.stderr.write(f"… {study.source}, {study.target}\n")
        sample = study.sample(train_folder / study.folder)
        rows.append(judge_in_folds(study, sample, threads=threads))
        if eval_folder.resolve() != train_folder.resolve() and (eval_folder / study.folder).is_dir():
            elsewhere = study.sample(eval_folder / study.folder)
            rows.append(judge_elsewhere(study, sample, elsewhere, threads=threads))
    return rows


if __name__ == "__main__":
    sys.exit(main())
