"""Rows in, registered model out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from features.book import Book
from models.book_samples import sample_from_book
from models.bundle import Bundle
from models.labels import LABELS
from models.registry import Registry, Version
from models.samples import Sample, sample_from_table
from models.training import Trained, train
from models.where import chosen_rows
from pipelines.dates import first_days
from pipelines.environment import Settings, git_commit
from pipelines.mornings import check_mornings
from pipelines.own_catalogue import read_own_catalogue
from pipelines.report_request import TrainingRequest, write_request
from pipelines.requests import BookRows, TableRows, check_unused, read_table


@dataclass(frozen=True)
class Fitted:
    """A trained model and where it stands.

    Parameters
    ----------
    name, version
        Registered name and version number.
    content_hash
        Identity of the model.
    bundle
        Folder of the model as data.
    evaluation
        Figures on the held-out part (the JSON of ``duecourse evaluate``).
    notes
        What a reader must know: losses, dropped columns, warnings.
    """

    name: str
    version: str
    content_hash: str
    bundle: Path
    evaluation: Mapping[str, object]
    notes: tuple[str, ...]

    def lines(self) -> list[tuple[str, object]]:
        """Return what a person wants to know first, as (what, value)."""
        auc = self.evaluation.get("auc")
        figure = auc if isinstance(auc, Mapping) else {}
        return [
            ("content hash", self.content_hash[:16]),
            ("bundle", str(self.bundle)),
            ("held-out rows", self.evaluation.get("n", 0)),
            ("base rate", _short(self.evaluation.get("base_rate"))),
            ("AUC", _short(figure.get("value"))),
            ("95 % interval", f"{_short(figure.get('low'))}–{_short(figure.get('high'))}"),
            ("alias", "challenger"),
        ]

    def to_json(self) -> dict[str, object]:
        """Return the same as a JSON document."""
        return {
            "name": self.name,
            "version": self.version,
            "content_hash": self.content_hash,
            "bundle": str(self.bundle),
            "evaluation": dict(self.evaluation),
            "notes": list(self.notes),
        }


class NameReserved(ValueError):
    """A table's target bears the name of a book's label."""


def fit_book(rows: BookRows, *, target: str, settings: Settings, seed: int) -> Fitted:
    """Train a target of the label table on a book's observations and register the model.

    Raises
    ------
    DateRefused, OptionWithoutMeaning, WindowUnfit, BookRefused, BookTooOld, SampleRefused, EvidenceTooThin,
    TrainingRefused
        When the rows cannot be had or cannot teach; nothing is registered then.
    """
    days = first_days(rows.first, rows.last)
    if target == "willful":
        check_unused(target, window=rows.window, group=rows.group, where=rows.where, amount=rows.amount)
    book = Book.open(rows.book)
    check_mornings(book, days[-1:], option="--to", silence=0)
    if target == "willful":
        from models.willful import train_willful

        trained = train_willful(book, first=rows.first, last=rows.last, seed=seed, threads=settings.threads)
        losses: tuple[str, ...] = ()
    else:
        sample = sample_from_book(
            book,
            target=target,
            window=rows.window,
            as_of=days,
            group=rows.group,
            where=rows.where,
            amount=rows.amount,
        )
        trained = train(sample, seed=seed, threads=settings.threads)
        losses = _losses_of(sample)
    asked = TrainingRequest.of_book(rows, digest=book.digest, target=target, seed=seed)
    return _register(trained, asked=asked, settings=settings, book_digest=book.digest, losses=losses)


def fit_table(rows: TableRows, *, target: str, settings: Settings, seed: int) -> Fitted:
    """Train a free target on a team's own feature table and register the model.

    Raises
    ------
    NameReserved, TableUnreadable, SampleRefused, TrainingRefused
        When the rows cannot be had or cannot teach; nothing is registered then.
    """
    if target in LABELS or target == "willful":
        raise NameReserved(
            f"Expected a free name for a table's target, found {target!r}, which names a label of a book: a night "
            f"would score accounts with it. Choose another name, such as my_{target}."
        )
    sample = table_sample(rows, target=target)
    asked = TrainingRequest.of_table(rows, target=target, seed=seed)
    trained = train(sample, seed=seed, threads=settings.threads)
    return _register(
        trained, asked=asked, settings=settings, book_digest=sample.source_digest, losses=_losses_of(sample)
    )


def table_sample(rows: TableRows, *, target: str, judging: Sequence[str] | None = None) -> Sample:
    """Return a team's own table as a sample, to be learnt from or to judge a model of these features."""
    frame = read_table(rows.table, ids=(rows.id,))
    if rows.where is not None:
        frame = frame[chosen_rows(frame, rows.where)].reset_index(drop=True)
    return sample_from_table(
        frame,
        target=target,
        label=rows.label,
        id=rows.id,
        group=rows.group,
        time=rows.time,
        exclude=rows.exclude,
        amount=rows.amount,
        catalogue=None if rows.catalogue is None else read_own_catalogue(rows.catalogue, frame=frame),
        judging=judging,
    )


def _register(
    trained: Trained,
    *,
    asked: TrainingRequest,
    settings: Settings,
    book_digest: str,
    losses: tuple[str, ...],
) -> Fitted:
    folder = settings.bundles / trained.bundle.content_hash
    if not folder.exists():
        trained.bundle.write(folder)
    write_request(asked, content_hash=trained.bundle.content_hash, bundles=settings.bundles)
    registered: Version = Registry(settings.home).log_and_register(
        Bundle.load(folder, expected_hash=trained.bundle.content_hash),
        evaluation=trained.evaluation,
        params=trained.params,
        tags={"book_hash": book_digest, "git_commit": git_commit()},
    )
    return Fitted(
        name=registered.name,
        version=registered.version,
        content_hash=trained.bundle.content_hash,
        bundle=folder,
        evaluation=trained.evaluation,
        notes=(*losses, *trained.notes, *_caveat(trained.evaluation)),
    )


def _caveat(evaluation: Mapping[str, object]) -> tuple[str, ...]:
    """Return what must be said beside willful figures: nobody has audited labels of them."""
    said = evaluation.get("audited_labels")
    return () if said is None else (str(said),)


def _losses_of(sample: Sample) -> tuple[str, ...]:
    return tuple(
        f"left out: {loss.count:,} {loss.what}, {_first_few(loss.cause)}"
        for loss in sample.losses
        if loss.count
    )


def _first_few(cause: str) -> str:
    """Return a cause with at most its first five names; ``evaluation.json`` keeps them all.

    Examples
    --------
    >>> _first_few("constant: a, b, c, d, e, f")
    'constant: a, b, c, d, e …'
    """
    names = cause.split(", ")
    return cause if len(names) <= 5 else ", ".join(names[:5]) + " …"


def _short(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else "none"
