"""What a team's own feature answers is looked at before it enters a table: it is not the house's code."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from inspect import unwrap
from pathlib import Path
from typing import Any

import numpy as np

from features.catalogue import Feature
from features.contracts import TABLES
from features.history import History


class OwnFeatureFailed(ValueError):
    """A team's own feature raised, or did not answer with one value for each observation."""


class SourceUnknown(ValueError):
    """A team's own feature names a table that no book has."""


def guarded(item: Feature) -> Feature:
    """Return the feature with its answer looked at; what it raises is told by file and line.

    Raises
    ------
    SourceUnknown
        When it says that it reads a table that no book has.
    """
    odd = sorted(set(item.spec.sources) - set(TABLES))
    if odd:
        raise SourceUnknown(
            f"feature {item.spec.name!r} of {file_of(item)}: expected sources among the tables of a book "
            f"({', '.join(TABLES)}), found {', '.join(odd[:5])}. Name the tables that it reads."
        )
    compute = item.compute

    @wraps(compute)
    def answer(history: History) -> Any:
        try:
            values = compute(history)
        except (Exception, SystemExit) as error:
            line = _line(error, file_of(item))
            told = f"{type(error).__name__}: {error}".rstrip(": .")
            raise _failure(item, f"{told}{f' (line {line})' if line else ''}") from error
        found = _fault(values, history.n, kind=item.spec.kind)
        if found:
            raise _failure(item, found)
        return values

    return replace(item, compute=answer)


def file_of(item: Feature) -> Path:
    """Return the file that defines a feature."""
    plain: Callable[..., Any] = unwrap(item.compute)
    return Path(plain.__code__.co_filename)


def _fault(values: Any, n: int, *, kind: str) -> str:
    """Return what is wrong with an answer, nothing where it is one value for each of ``n`` observations."""
    if not isinstance(values, np.ndarray):
        return "nothing: no value is returned" if values is None else f"a {type(values).__name__}"
    if values.shape != (n,):
        return f"an array of shape {values.shape} for {n} observations"
    if kind == "code":
        texts = values.dtype.kind in "OU" and all(
            one is None or isinstance(one, str) or one != one for one in values.tolist()
        )
        return "" if texts else f"an array of {values.dtype} where the kind is code"
    if values.dtype.kind not in "biuf":
        return f"an array of {values.dtype} where the kind is number"
    endless = np.isinf(values) if values.dtype.kind == "f" else np.zeros(n, np.bool_)
    return f"{int(endless.sum()):,} infinite of {n:,} values" if endless.any() else ""


def _line(error: BaseException, file: Path) -> int | None:
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)
    ]
    return lines[-1] if lines else None


def _failure(item: Feature, found: str) -> OwnFeatureFailed:
    return OwnFeatureFailed(
        f"feature {item.spec.name!r} of {file_of(item)}: expected an array with one "
        f"{'text' if item.spec.kind == 'code' else 'finite number or NaN'} for each observation, found {found}. "
        "Correct the function."
    )
