"""Where every figure of a report comes from: model, run, rows, code, command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pipelines.report.comparison import Comparison

Role = Literal["champion", "challenger", "none", "folder"]


@dataclass(frozen=True)
class Standing:
    """What the registry says of the model; a model from a folder has none of it.

    Parameters
    ----------
    version
        Version number, empty for a folder.
    role
        ``champion``, ``challenger``, ``none``, or ``folder`` when it is not registered.
    run_id
        Run of MLflow that logged it; empty when nobody recorded it.
    registered_at
        Instant (ISO, UTC); empty when unknown.
    approved_by
        Names of the people who approved this content, in their order.
    """

    version: str = ""
    role: Role = "folder"
    run_id: str = ""
    registered_at: str = ""
    approved_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowsFrom:
    """Which rows were judged.

    Parameters
    ----------
    kind
        ``book`` or ``table``.
    source
        Path of the book's folder or of the table's file, as it was read.
    digest
        Of the book (its manifest's) or of the table's file (sha256).
    as_trained
        True when they are the held-out part of the training, rebuilt.
    first, last
        First and last as_of day (ISO) of what was asked; empty for a table.
    where
        Condition that rows had to satisfy; empty when there was none.
    overlap
        Rows set aside since the model was trained on their ids; 0 when ``as_trained``.
    currency
        Of the book; empty when unknown.
    """

    kind: Literal["book", "table"]
    source: str
    digest: str
    as_trained: bool
    first: str = ""
    last: str = ""
    where: str = ""
    overlap: int = 0
    currency: str = ""


@dataclass(frozen=True)
class Origin:
    """All that makes a report's figures traceable.

    Parameters
    ----------
    command
        The command that made it, as typed.
    model
        The words that named the model.
    standing
        What the registry says.
    rows
        What was judged.
    comparison
        Against the registered figures; None when other rows were judged.
    sample_digest
        sha256 of the question put to the source: its digest, months, window, conditions.
    seed
        Of the split and of the intervals.
    commit
        Of the code, ``unknown`` outside a checkout.
    written_at
        When the report was made.
    versions
        Libraries that made it.
    """

    command: str
    model: str
    standing: Standing
    rows: RowsFrom
    comparison: Comparison | None
    sample_digest: str
    seed: int
    commit: str
    written_at: datetime
    versions: Mapping[str, str] = field(default_factory=dict)
