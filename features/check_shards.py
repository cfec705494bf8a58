"""What is wrong between the shards of a book, and the problems of all of them told as those of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.book_files import BookDamaged, read_part
from features.book_statement import Statement, part_name
from features.contracts import TABLES
from features.findings import Findings
from features.key_shelf import Keys, KeyShelf
from features.problem import FIRST, Origin, Problem
from features.sound_keys import keys_of_rows

_ROW = "row in its part"
_PART = "part"


def joined_problems(found: Sequence[list[Problem]], *, shards: int) -> list[Problem]:
    """Return the problems of all shards: rows that break one rule counted together, the first five named.

    What concerns a whole column is told once where it is so in every shard, else for each part.

    Parameters
    ----------
    found
        Problems of each shard, in order.
    shards
        Number of shards of the book.

    Examples
    --------
    >>> one = Problem("payments", "amount", "negative", "0 or more", "-5", "Correct it.", 1, ("p row 1",), ("P-1",))
    >>> [(p.count, p.ids) for p in joined_problems([[one], [one]], shards=2)]
    [(2, ('P-1',))]
    """
    told: dict[tuple[object, ...], list[tuple[int, Problem]]] = {}
    for shard, problems in enumerate(found):
        for problem in problems:
            key = (problem.table, problem.column, problem.rule)
            words = (problem.expected, problem.found, problem.remedy)
            told.setdefault(key if problem.count else (*key, *words), []).append((shard, problem))
    joined = []
    for group in told.values():
        if group[0][1].count:
            joined.append(_added([problem for _, problem in group]))
        elif len(group) == shards or group[0][1].table == "book":
            joined.append(group[0][1])
        else:
            joined += [_placed(problem, shard) for shard, problem in group]
    return joined


def repeated_keys(path: Path, said: Statement, shelf: KeyShelf) -> list[Problem]:
    """Return the keys that stand in two shards.

    Parameters
    ----------
    path, said
        Folder of the book and what its book.json states.
    shelf
        Numbers of the keys of every shard.
    """
    problems = []
    for name in shelf.names:
        numbers = shelf.repeated(name)
        if len(numbers):
            problems += _repeated(path, said, name, numbers)
    return problems


def _repeated(path: Path, said: Statement, name: str, numbers: Keys) -> list[Problem]:
    """Return the problem of a table's keys in two shards, looked at letter by letter."""
    contract = TABLES[name]
    parts = []
    for shard in range(said.shards):
        if part_name(shard) not in said.tables[name].files:
            continue
        try:
            table = read_part(path, said, name, shard=shard).select(list(contract.key))
        except (BookDamaged, KeyError):  # its own shard tells of it
            continue
        rows = np.flatnonzero(np.isin(keys_of_rows(table, contract), numbers))
        part = table.take(pa.array(rows)).append_column(_ROW, pa.array(rows))
        parts.append(part.append_column(_PART, pa.array(np.full(len(rows), shard))))
    rows = pa.concat_tables(parts).combine_chunks()
    first = rows.group_by(list(contract.key)).aggregate([(_PART, "min"), (_PART, "max")])
    first = first.filter(pc.less(first[f"{_PART}_min"], first[f"{_PART}_max"])).drop_columns([f"{_PART}_max"])
    again = rows.join(first, keys=list(contract.key), join_type="inner")
    again = again.filter(pc.greater(again[_PART], again[f"{_PART}_min"]))
    again = again.sort_by([(_PART, "ascending"), (_ROW, "ascending")]).combine_chunks()
    if not again.num_rows:
        return []
    shown = again.slice(0, FIRST).to_pydict()
    findings = Findings(again, contract, Origin(()))
    key = ", ".join(contract.key)
    problem = findings.rows(
        contract.key[0],
        "in-two-shards",
        np.arange(again.num_rows),
        expected=f"each ({key}) in one shard",
        found="it again in another shard",
        remedy="Give the rows ids of their own, or drop those that are there twice.",
    )
    places = tuple(
        f"{name}/{part_name(part)} row {row + 1}" for part, row in zip(shown[_PART], shown[_ROW], strict=True)
    )
    return [replace(problem, rows=places)]


def _added(problems: list[Problem]) -> Problem:
    """Return the problems of several shards as one."""
    rows: list[Any] = [row for problem in problems for row in problem.rows]
    ids = dict.fromkeys(one for problem in problems for one in problem.ids)
    return replace(
        problems[0],
        count=sum(problem.count for problem in problems),
        rows=tuple(rows[:FIRST]),
        ids=tuple(ids)[:FIRST],
    )


def _placed(problem: Problem, shard: int) -> Problem:
    if problem.rule in ("damaged", "derived-differ"):  # they name their file
        return problem
    return replace(problem, found=f"{problem.found} in {problem.table}/{part_name(shard)}")
