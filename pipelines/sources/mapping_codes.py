"""A lender's codes as ours, and ids that a spreadsheet has spoilt."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.contract import Column
from features.contracts import PROTECTED_TABLES
from features.findings import Findings
from features.problem import Problem
from pipelines.sources.mapping_words import ColumnMap

_LISTED = 20
_YESNO = {
    **dict.fromkeys(("true", "yes", "1", "y", "t"), "true"),
    **dict.fromkeys(("false", "no", "0", "n", "f"), "false"),
}


def coded_texts(
    texts: Any, entry: ColumnMap, column: Column, findings: Findings
) -> tuple[Any, tuple[Problem, ...], dict[str, int]]:
    """Return codes of ours for theirs, with the unknown ones and their counts as one problem.

    Parameters
    ----------
    texts
        Their codes; null means none.
    entry, column
        The mapping's entry and the contract's column.
    findings
        Names the rows.
    """
    codes = entry.codes if entry.codes is not None else _own(column)
    if codes is None:
        return texts, (), {}
    coded = texts.dictionary_encode()
    theirs = coded.dictionary.to_pylist()
    known = [text.lower() if column.kind == "yesno" and entry.codes is None else text for text in theirs]
    ours = [codes.get(text, entry.otherwise) for text in known]
    unknown = np.array([text not in codes for text in known] + [False])
    where = np.flatnonzero(unknown[np.asarray(coded.indices.fill_null(len(theirs)))])
    mapped = pa.array([text or None for text in ours], pa.string()).take(coded.indices)
    if column.kind == "yesno":
        mapped = pc.equal(mapped, "true")
    if not len(where):
        return mapped, (), {}
    counts = Counter(texts.take(pa.array(where)).to_pylist())
    listed = ", ".join(f"{code} ({count})" for code, count in counts.most_common(_LISTED))
    more = f" and {len(counts) - _LISTED} more" if len(counts) > _LISTED else ""
    if entry.otherwise is not None:
        what = f"codes without a mapping taken as {entry.otherwise or 'empty'}: {listed}{more}"
        return mapped, (), {f"{findings.contract.name}.{column.name}: {what}": len(where)}
    lawful = ", ".join(("true", "false") if column.kind == "yesno" else column.values or ("your own",))
    expected = "codes that the mapping knows" if entry.codes is not None else f"codes of ours ({lawful})"
    found = f"{len(counts)} unknown {'codes' if len(counts) > 1 else 'code'}: {listed}{more}"
    first = next(iter(counts))
    nothing = "" if column.required or column.kind == "yesno" else '; "" for no value'
    remedy = f'Add codes = {{ "{first}" = "…" }} with one of ours ({lawful}{nothing}), or state otherwise.'
    if findings.contract.name in PROTECTED_TABLES:
        problem = findings.whole(column.name, "unknown-code", expected=expected, found=found, remedy=remedy)
    else:
        problem = findings.rows(
            column.name, "unknown-code", where, expected=expected, found=found, remedy=remedy
        )
    return mapped, (problem,), {}


def id_problems(texts: Any, column: Column, findings: Findings) -> list[Problem]:
    """Return the problem of ids that went through a number: digits are lost and nobody can tell which.

    Excel writes long numbers as 1.0E+12; a program that read them as floats writes 12345.0.
    """
    scientific = pc.match_substring_regex(texts, r"^[+-]?\d+(\.\d+)?[eE]\+\d{1,3}$")
    floats = pc.match_substring_regex(texts, r"^\d+\.0$")
    found = []
    where = np.flatnonzero(np.asarray(pc.fill_null(scientific, fill_value=False)))
    if len(where):
        found.append(
            findings.rows(
                column.name,
                "scientific",
                where,
                expected="ids with every digit",
                found=findings.examples(texts, where),
                remedy="Excel wrote them in scientific notation and their last digits are gone: "
                "format the column as text before exporting, never afterwards.",
            )
        )
    if len(texts) > texts.null_count and pc.all(floats).as_py():
        where = np.flatnonzero(np.asarray(pc.is_valid(texts)))
        found.append(
            findings.rows(
                column.name,
                "id-as-float",
                where,
                expected="ids as they are written on paper",
                found=findings.examples(texts, where),
                remedy="A program read them as floats, which keep 15 digits and no leading zero: "
                "export the column as text.",
            )
        )
    return found


def _own(column: Column) -> dict[str, str] | None:
    """Return the codes that are lawful without a mapping; None when any is."""
    if column.kind == "yesno":
        return _YESNO
    return {value: value for value in column.values} if column.values else None
