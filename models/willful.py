"""Willful default: able to pay and not willing, as far as evidence goes. Never decided here.

``p_able`` and ``p_willing`` are models of their own, on features and labels of their own axis;
``p_willful`` is their stated combination with an interval; where evidence is thin the answer is
*insufficient*. Nothing in this module says that anybody is willful: two people do (T3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.book import Book
from features.catalogue import Catalogue
from models.book_samples import first_days_of_months
from models.bundle import Bundle
from models.sample import Loss, Sample, usable_columns
from models.splits import Split, parts_of_groups
from models.training import Trained, bundle_of, with_metrics
from models.willful_cases import LABEL_DAYS, WillfulCases, cases_of
from models.willful_fit import fit_parts
from models.willful_heads import WIDEST, speaking
from models.willful_judging import judge_willful

NAME: Final = "willful"
FEWEST_CASES: Final = {"T3": 10, "T3-no": 10, "able": 20, "unable": 20}
"""Borrowers of each kind without whom nothing is trained."""
BAND_QUANTILES: Final = (0.5, 0.8)


class EvidenceTooThin(ValueError):
    """There are not enough cases of some kind to learn from."""


def train_willful(book: Book, *, first: dt.date, last: dt.date, seed: int, threads: int = 1) -> Trained:
    """Return a bundle of kind ``willful`` and its figures on borrowers it has not seen.

    Verdicts of two people (T3, T3-no) are gold, T2 counts by its precision, the rest is unlabelled
    and not negative. Verdicts weigh by the inverse chance of being investigated.

    Parameters
    ----------
    book
        The lender's tables.
    first, last
        First and last morning, both included; the first days of months between them are looked at.
    seed
        Of the split, the trees and the draws of the interval.
    threads
        Threads of LightGBM; the model does not depend on it.

    Raises
    ------
    EvidenceTooThin
        When fewer borrowers than ``FEWEST_CASES`` of some kind are known; it says how many are missing.
    PopulationEmpty, PriorUnknown, SampleRefused
        When there is no population, no way to tell its share of willful accounts, or no feature.
    """
    cases = cases_of(book, as_of=first_days_of_months(first, last))
    sample = sample_of(cases, asked=f"{first}:{last}")
    _check_enough(cases, sample)
    split = split_cases(cases, sample, seed=seed)
    parts = fit_parts(
        cases, sample=sample, split=split, catalogue=sample.catalogue, seed=seed, threads=threads
    )
    axes = {"able": "capacity", "willing": "willingness"}
    told = {
        name: speaking(sample.catalogue, [spec.name for spec in sample.catalogue if spec.axis == axis])
        for name, axis in axes.items()
    }
    willful = {
        "combination": "p_able × (1 − p_willing), mapped by the joint map",
        "joint": parts.joint.to_json(),
        "heads": {"able": parts.able_heads.to_json(), "willing": parts.willing_heads.to_json()},
        "speaking": {name: list(names) for name, names in told.items()},
        "widest": WIDEST,
        "interval": "90 %: logistic heads refitted on drawn borrowers, their spread put around the score",
        **parts.stated,
    }
    draft = bundle_of(
        (parts.able, parts.willing), sample=sample, split=split, seed=seed, kind="willful", cutoffs=[0.5, 0.8],
        further={"willful": willful},
    )  # fmt: skip
    scored = draft.score(sample.X.iloc[split.calibrate], threads=threads)["p_willful"].to_numpy()
    draft.manifest["bands"]["cutoffs"] = [float(cut) for cut in np.quantile(scored, BAND_QUANTILES)]
    evaluation = judge_willful(draft, cases, sample, rows=split.test, seed=seed)
    bundle = with_metrics(draft, evaluation)
    evaluation["model"] = {"name": NAME, "kind": "willful", "content_hash": bundle.content_hash}
    return Trained(bundle, evaluation, split)


def evaluate_willful(
    bundle: Bundle, book: Book, *, as_of: Sequence[dt.date], allow_trained: bool = False, seed: int
) -> dict[str, Any]:
    """Return the figures of a willful model on a book, three ways: naive, corrected, audit-only.

    Borrowers the model learnt from are set aside unless ``allow_trained``.
    """
    cases = cases_of(book, as_of=as_of)
    asked = str([str(day) for day in as_of])
    sample = sample_of(cases, asked=asked, judging=bundle.feature_names)
    known = np.asarray(bundle.knows(sample.ids), dtype=np.bool_)
    rows = np.flatnonzero(np.ones(len(sample), dtype=np.bool_) if allow_trained else ~known)
    figures = judge_willful(bundle, cases, sample, rows=rows, seed=seed)
    figures["trained_overlap"] = int((known & np.isfinite(cases.verdict)).sum())
    figures["model"] = {"name": bundle.name, "kind": bundle.kind, "content_hash": bundle.content_hash}
    return figures


def sample_of(cases: WillfulCases, *, asked: str, judging: Sequence[str] | None = None) -> Sample:
    """Return the cases as a sample: verdicts are the outcome, NaN where nobody decided.

    Its features are those of the two axes. Codes (what somebody works as) say who a borrower is, not
    what was seen or said, and stay out.
    """
    frame, catalogue = cases.table.frame, cases.table.catalogue
    axis = [spec.name for spec in catalogue if spec.axis and spec.kind == "number"]
    columns, left_out = usable_columns(frame, axis) if judging is None else (list(judging), [])
    return Sample(
        X=frame[columns],
        y=cases.verdict,
        weight=cases.weight,
        ids=frame["borrower_id"].astype(str).to_numpy(dtype=object),
        group=frame["borrower_id"].astype(str).to_numpy(dtype=object),
        as_of=cases.as_of,
        bucket=frame["bucket"].astype(str).to_numpy(dtype=object),
        dpd=frame["dpd_now"].to_numpy(dtype=np.float64),
        amount=frame["arrears_now"].to_numpy(dtype=np.float64),
        catalogue=Catalogue(tuple(catalogue.spec(name) for name in columns)),
        target=NAME,
        risk_sign=1,
        window=f"{LABEL_DAYS}d",
        losses=(Loss("decided by people before the morning", cases.already), *left_out),
        source_digest=f"{cases.table.book_digest}:{asked}",
    )


def split_cases(cases: WillfulCases, sample: Sample, *, seed: int) -> Split:
    """Return the parts by borrower; borrowers of each tier are split alike, as verdicts are few.

    Parameters
    ----------
    cases
        The accounts that were looked at.
    sample
        The same as a sample, row by row.
    seed
        Of the draw; the same cases and seed give the same parts.
    """
    kind: NDArray[np.int64] = np.select(
        [cases.verdict == 1, cases.verdict == 0, np.isfinite(cases.able)], [3, 2, 1], default=0
    )
    strongest = pd.Series(kind).groupby(sample.group).transform("max").to_numpy()
    part = np.zeros(len(sample), dtype=np.int64)
    for one in np.unique(strongest):
        rows = strongest == one
        if len(set(sample.group[rows])) >= 3:
            part[rows] = parts_of_groups(sample.group[rows], seed=seed)
    train, calibrate, test = (np.flatnonzero(part == place).astype(np.int64) for place in range(3))
    return Split(
        train, calibrate, test, (), "by borrower, alike within each tier; not by time: verdicts are few"
    )


def _check_enough(cases: WillfulCases, sample: Sample) -> None:
    kinds = {
        "T3": cases.verdict == 1,
        "T3-no": cases.verdict == 0,
        "able": cases.able == 1,
        "unable": cases.able == 0,
    }
    found = {name: len(set(sample.group[rows])) for name, rows in kinds.items()}
    missing = {name: need - found[name] for name, need in FEWEST_CASES.items() if found[name] < need}
    if missing:
        wanted = ", ".join(f"{need} borrowers {name}" for name, need in FEWEST_CASES.items())
        raise EvidenceTooThin(
            f"Expected at least {wanted}; found {', '.join(f'{n} {name}' for name, n in found.items())}. "
            f"Missing: {', '.join(f'{n} {name}' for name, n in missing.items())}. Decide more cases by two "
            "people, and see more accounts at random audit visits."
        )
