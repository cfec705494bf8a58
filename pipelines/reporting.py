"""A model in, the page its committee reads out: rows found again, judged, explained, drawn and written."""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from features.files import atomic_file, check_file_place
from models.bundle import Bundle
from models.registry import Registry, ResolvedModel
from models.report_numbers import ReportNumbers
from models.training import LIBRARIES
from pipelines.environment import Settings, git_commit
from pipelines.report.comparison import Comparison, compared_figures
from pipelines.report.origin import Origin
from pipelines.report.words import Language
from pipelines.report_request import read_request
from pipelines.report_rows import DaysOfBook, Judged, rows_again, rows_given
from pipelines.report_standing import standing_of
from pipelines.requests import TableRows

MOST_BYTES = 3_000_000
"""A committee's mail carries it."""
WRITTEN_WITH = (*LIBRARIES, "matplotlib", "jinja2", "babel")
Step = Callable[[str], AbstractContextManager[object]]


class ReportTooLarge(ValueError):
    """A report has grown beyond what a mail carries."""


@dataclass(frozen=True)
class Reported:
    """What was written.

    Parameters
    ----------
    model, content_hash
        Name of the model, with its version when it is registered, and its identity.
    files
        The written file of each language.
    size_bytes
        Length of each, in the same order.
    judged
        Held-out rows with a known outcome.
    comparison
        Against the figures sealed in the model; None when other rows were judged.
    audited_labels
        The sentence that must stand beside willful figures; empty for a classifier.
    """

    model: str
    content_hash: str
    files: tuple[Path, ...]
    size_bytes: tuple[int, ...]
    judged: int
    comparison: Comparison | None
    audited_labels: str

    @property
    def said_of_equality(self) -> str:
        """Return in a sentence whether today's figures are the registered ones."""
        if self.comparison is None:
            return "These are other rows than the model was judged on when it was registered."
        if self.comparison.equal:
            return f"All {self.comparison.compared} head figures equal those sealed in the model."
        names = ", ".join(self.comparison.different[:5])
        return (
            f"{len(self.comparison.different)} of {self.comparison.compared} head figures differ from those sealed in "
            f"the model ({names}): the code or a library has changed since. The report says so."
        )

    def to_json(self) -> dict[str, object]:
        """Return the same as a JSON document."""
        return {
            "model": self.model,
            "content_hash": self.content_hash,
            "files": [str(file) for file in self.files],
            "size_bytes": list(self.size_bytes),
            "judged": self.judged,
            "equals_registered": None if self.comparison is None else self.comparison.equal,
            "differing": [] if self.comparison is None else list(self.comparison.different),
            "audited_labels": self.audited_labels,
        }


def write_report(
    model: str,
    *,
    outs: Mapping[Language, Path],
    rows: DaysOfBook | TableRows | None = None,
    words: Sequence[str] | None = None,
    settings: Settings,
    at: datetime,
    step: Step = nullcontext,
) -> Reported:
    """Write the report a committee reads about one model, in one language or both.

    Without ``rows`` the book or table of the training is opened again, its digest checked, the same sample and
    split are made and the held-out part is judged. No borrower's row is kept with a model, so nothing else will do.

    Parameters
    ----------
    model
        Bundle folder, content hash, NAME@alias or NAME/version.
    outs
        File to write, by language; each appears whole or not at all.
    rows
        Other rows to judge on; None for those of the training.
    words
        The command as typed, for the page; None for the one that would write the same.
    at
        When it is written.
    step
        Called with the name of each long step.

    Raises
    ------
    UnknownModel, BundleDamaged
        When no sound model answers to the words.
    RowsGone, RequestUnreadable
        When the rows of the training cannot be looked at again; the message says what to give.
    PlaceTaken, OSError
        When a file cannot be written there; found before the long work where that can be known.
    ReportTooLarge
        When a page would be larger than 3 MB; nothing is written then.
    """
    for out in outs.values():
        check_report_place(out)
    resolved = Registry(settings.home).resolve(model)
    bundle = Bundle.load(resolved.path, expected_hash=resolved.content_hash)
    with step("finding and judging the rows"):
        judged = _judged(bundle, resolved, rows, settings=settings)
    with step("explaining"):
        numbers = _numbers(bundle, judged, threads=settings.threads)
    origin = _origin(model, bundle, resolved, judged, settings=settings, at=at)
    pages = {}
    for language, out in outs.items():
        typed = words or ["duecourse", "report", model, "--out", str(out), "--language", language]
        with step(f"drawing and writing ({language})"):
            pages[language] = _page(
                numbers, origin=replace(origin, command=shlex.join(typed)), language=language
            )
    for language, out in outs.items():
        with atomic_file(out) as part:
            part.write_bytes(pages[language])
    return Reported(
        model=f"{bundle.name}/{resolved.version}" if resolved.version else bundle.name,
        content_hash=bundle.content_hash,
        files=tuple(outs.values()),
        size_bytes=tuple(len(page) for page in pages.values()),
        judged=int(numbers.evaluation["n"]),
        comparison=origin.comparison,
        audited_labels="" if numbers.willful is None else numbers.willful["audited_labels_en"],
    )


def report_place(
    model: str, *, language: Language, settings: Settings, rows: DaysOfBook | TableRows | None = None
) -> Path:
    """Return where a report lies when nobody says where: among the home's reports, which the console shows.

    A report on rows that the user names bears their days or their table, so that it replaces no report on the
    rows of the training.

    Raises
    ------
    UnknownModel, BundleDamaged
        When no sound model answers to the words.
    """
    resolved = Registry(settings.home).resolve(model)
    name = Bundle.load(resolved.path, expected_hash=resolved.content_hash).name
    return settings.home / "reports" / f"{name}-{resolved.content_hash[:8]}{_on(rows)}-{language}.html"


def _on(rows: DaysOfBook | TableRows | None) -> str:
    """Return the part of a report's name that says which rows it is on; empty for those of the training."""
    if rows is None:
        return ""
    if isinstance(rows, TableRows):
        return "-on-" + "".join(sign if sign.isalnum() else "-" for sign in rows.table.stem)[:60]
    days = sorted(set(rows.as_of))
    return f"-on-{days[0]}" + (f"-to-{days[-1]}" if len(days) > 1 else "")


def check_report_place(out: Path) -> None:
    """Refuse a place where no report can be written, before the long work begins.

    Raises
    ------
    PlaceTaken
        When a folder or a device stands there.
    OSError
        When a file stands where a folder is needed, or writing is not allowed.
    """
    check_file_place(out)
    folder = next(parent for parent in out.absolute().parents if parent.exists())
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def _judged(
    bundle: Bundle, resolved: ResolvedModel, rows: DaysOfBook | TableRows | None, *, settings: Settings
) -> Judged:
    if rows is not None:
        return rows_given(bundle, rows)
    places = (settings.bundles, resolved.path.absolute().parent)
    return rows_again(bundle, read_request(bundle.content_hash, places=places))


def _numbers(bundle: Bundle, judged: Judged, *, threads: int) -> ReportNumbers:
    from models.report_numbers import report_numbers

    return report_numbers(
        bundle,
        judged.sample,
        split=judged.split,
        evaluation=judged.evaluation,
        seed=judged.seed,
        threads=threads,
    )


def _page(numbers: ReportNumbers, *, origin: Origin, language: Language) -> bytes:
    from pipelines.report.page import page_of
    from pipelines.report.pictures import pictures_of

    page = page_of(
        numbers, pictures=pictures_of(numbers, language=language), origin=origin, language=language
    ).encode()
    if len(page) > MOST_BYTES:
        raise ReportTooLarge(
            f"Expected a report of at most {MOST_BYTES:,} bytes, found {len(page):,}. Report on fewer months or buckets."
        )
    return page


def _origin(
    model: str,
    bundle: Bundle,
    resolved: ResolvedModel,
    judged: Judged,
    *,
    settings: Settings,
    at: datetime,
) -> Origin:
    sealed = bundle.manifest["metrics"]
    return Origin(
        command="",
        model=model,
        standing=standing_of(resolved, settings=settings),
        rows=judged.came_from,
        comparison=compared_figures(judged.evaluation, sealed=sealed)
        if judged.came_from.as_trained
        else None,
        sample_digest=judged.sample.source_digest,
        seed=judged.seed,
        commit=git_commit(),
        written_at=at.astimezone(UTC).replace(microsecond=0),
        versions={name: version(name) for name in WRITTEN_WITH},
    )
