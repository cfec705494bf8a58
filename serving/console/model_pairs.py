"""Two versions of a model side by side, as far as what was judged lets them be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.model_list import ListedModel
from serving.console.model_shelf import CHAMPION, JudgedRow, Shelf, judged_rows

CHALLENGER: Final = "challenger"


@dataclass(frozen=True)
class PairedRow:
    """Held-out figures of one bucket by two versions; None where a version was not judged.

    Parameters
    ----------
    bucket
        Bucket of days past due; ``all`` for all of them together.
    ours, theirs
        Figures of the version that is shown and of the one it is held against.
    """

    bucket: str
    ours: JudgedRow | None
    theirs: JudgedRow | None


@dataclass(frozen=True)
class Pair:
    """A version beside the champion, or the champion beside its newest challenger.

    Parameters
    ----------
    other
        The version that the shown one is held against.
    rows
        Their figures, bucket by bucket.
    alike
        True when every bucket has as many accounts and as many positive ones: only then were both
        judged on what may be the same accounts.
    same_label
        True when target, kind and window are the same.
    """

    other: ListedModel
    rows: tuple[PairedRow, ...]
    alike: bool
    same_label: bool


def pair_of(model: ListedModel, shelf: Shelf) -> Pair | None:
    """Return the version beside the one it should be held against, or None when it stands alone."""
    against = CHALLENGER if CHAMPION in model.aliases else CHAMPION
    others = [one for one in shelf.models if one.version != model.version and against in one.aliases]
    if not others:
        return None
    other = others[0]
    ours = {row.auc.bucket: row for row in judged_rows(model.metrics)}
    theirs = {row.auc.bucket: row for row in judged_rows(other.metrics)}
    buckets = [*[one for one in {**ours, **theirs} if one != "all"], "all"]
    rows = tuple(
        PairedRow(one, ours.get(one), theirs.get(one)) for one in buckets if one in ours or one in theirs
    )
    return Pair(
        other,
        rows,
        alike=bool(rows) and all(_alike(row.ours, row.theirs) for row in rows),
        same_label=(model.target, model.kind, model.window) == (other.target, other.kind, other.window),
    )


def _alike(ours: JudgedRow | None, theirs: JudgedRow | None) -> bool:
    if ours is None or theirs is None or ours.auc.n is None or ours.base_rate is None:
        return False
    return (ours.auc.n, ours.base_rate) == (theirs.auc.n, theirs.base_rate)
