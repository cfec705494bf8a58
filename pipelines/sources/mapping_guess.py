"""Best guesses about a lender's column: which of ours it is and how its values are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from features.contract import Column
from features.contracts import TABLES
from pipelines.sources.mapping_date_shapes import formats_shown, swapped
from pipelines.sources.mapping_dates import date_format, moments
from pipelines.sources.mapping_synonyms import TABLE_WORDS, nearest_code, nearness, rate_time
from pipelines.sources.text import one_array

_ENOUGH = 0.6
_FEW = 30
_CHOICES = 8
_AMOUNT = r"^[-+(（]?\s*[¥￥$€£]?\s*[-+]?\d[\d,.]*\s*[%％‰元]?[)）]?$"


@dataclass(frozen=True)
class Guess:
    """How one column of ours may be fed.

    Parameters
    ----------
    theirs
        Their column.
    keys
        Keys of the mapping beside ``from``, as they stand in TOML.
    remark
        What a person should look at; empty when nothing is doubtful.
    """

    theirs: str
    keys: tuple[tuple[str, Any], ...] = ()
    remark: str = ""


def tables_of_file(name: str, headers: list[str]) -> tuple[str, ...]:
    """Return the tables a file most likely feeds: at most two, the likelier first.

    Examples
    --------
    >>> tables_of_file("还款流水2024.csv", ["流水号", "借据号", "还款日期", "金额"])
    ('payments',)
    >>> tables_of_file("photos.csv", ["file", "size"])
    ()
    """
    scored = []
    for table, contract in TABLES.items():
        needed = [column for column in contract.required if column not in ("revision", "known_at")]
        near = [max((nearness(theirs, ours) for theirs in headers), default=0.0) for ours in needed]
        fit = sum(score for score in near if score >= _ENOUGH) / max(len(needed), 1)
        words = [len(word) for word in TABLE_WORDS.get(table, ()) if word in name.lower()]
        named = max(words, default=0) / 4 if words else 0.0
        scored.append((fit + min(named, 1.0), bool(words), fit, table))
    scored.sort(reverse=True)
    best = scored[0]
    if best[2] < 0.5 and not (best[1] and best[2] >= 0.3):
        return ()
    second = [s[3] for s in scored[1:3] if s[1] and best[1] and s[0] >= 0.6 * best[0] and s[2] >= 0.5]
    return (best[3], *second[:1])


def guesses(table: str, delivered: Any) -> dict[str, Guess]:
    """Return how each column of a table may be fed from the delivered columns.

    Names are matched from the nearest on, and only where the values read as their kind.

    Parameters
    ----------
    table
        The book's table.
    delivered
        Arrow table of the first rows.
    """
    pairs = sorted(
        (
            (-nearness(theirs, column.name), place, theirs, column)
            for place, theirs in enumerate(delivered.column_names)
            for column in TABLES[table].columns
            if column.name != "revision"
        ),
        key=lambda pair: pair[:2],
    )
    found: dict[str, Guess] = {}
    taken: set[str] = set()
    for score, _, theirs, column in pairs:
        if -score < _ENOUGH or column.name in found or theirs in taken:
            continue
        guess = guess_of(theirs, delivered[theirs], column)
        if guess is not None:
            found[column.name] = guess
            taken.add(theirs)
    return found


def guess_of(theirs: str, values: Any, column: Column) -> Guess | None:
    """Return how values may be written, or None when they do not look like the column's kind.

    Examples
    --------
    >>> guess_of("金额", pa.array(["1,234.50", "20"]), Column("amount", "money"))
    Guess(theirs='金额', keys=(('thousands', ','),), remark='')
    """
    texts = pc.utf8_trim_whitespace(pc.cast(one_array(values), pa.string())).drop_null()
    texts = texts.filter(pc.not_equal(texts, "")).slice(0, 10_000)
    if not pa.types.is_string(values.type) and column.kind in ("day", "instant"):
        typed = pa.types.is_date(values.type) or pa.types.is_timestamp(values.type)
        return Guess(theirs) if typed else None
    if not len(texts):
        return Guess(theirs, remark="empty in the first rows")
    if column.kind in ("day", "instant"):
        return _dated(theirs, texts, column)
    if column.kind in ("money", "number", "count"):
        return _amounts(theirs, texts, column)
    if column.kind == "yesno" or column.values:
        return _codes(theirs, texts, column)
    return Guess(theirs)


def choosing_columns(delivered: Any, left: list[str]) -> dict[str, list[str]]:
    """Return columns of few values that may tell rows of one table from those of another.

    Examples
    --------
    >>> choosing_columns(pa.table({"类型": ["应还", "实还"] * 20, "流水号": list(map(str, range(40)))}), ["类型", "流水号"])
    {'类型': ['应还', '实还']}
    """
    found = {}
    for name in left:
        values = pc.cast(one_array(delivered[name]), pa.string()).drop_null()
        distinct = values.unique().to_pylist()
        words = not any(letter.isdigit() for text in distinct for letter in text)
        if words and 2 <= len(distinct) <= _CHOICES and len(values) >= 2 * len(distinct):
            found[name] = distinct
    return found


def _dated(theirs: str, texts: Any, column: Column) -> Guess | None:
    shown = formats_shown(texts.unique())
    names = [name for name, _ in shown if name]
    if not names:
        return None
    twin = swapped(date_format(names[0]))
    remark = f"mixes formats: {', '.join(names)}" if len(names) > 1 else ""
    if twin is not None and moments(texts, twin).read.all():
        remark = f"day or month first? {twin.text} fits too"
    default = "YYYY-MM-DD" if column.kind == "day" else "YYYY-MM-DD HH:mm:ss"
    return Guess(theirs, () if names[0] == default else (("date", names[0]),), remark)


def _amounts(theirs: str, texts: Any, column: Column) -> Guess | None:
    if not pc.all(pc.match_substring_regex(texts, _AMOUNT)).as_py():
        return None
    shown = texts.slice(0, 2000).to_pylist()
    keys: list[tuple[str, Any]] = []
    if any(re.search(r"\d,\d{3}", text) for text in shown):
        keys.append(("thousands", ","))
    symbol = next((found[0] for text in shown if (found := re.search(r"[¥￥$€£]", text))), "")
    if symbol:
        keys.append(("symbol", symbol))
    remark = ""
    if column.kind == "money":
        unit = "ten_thousand" if "万元" in theirs else "minor" if re.search(r"[(（]分[)）]", theirs) else ""
        keys += [("unit", unit)] if unit else []
        if not unit and not any("." in text for text in shown):
            remark = "no decimals: major or minor units?"
        if any(re.search(r"\.\d{3,}$", text) for text in shown):
            keys.append(("decimals", 4))
    if column.kind == "number" and column.name == "annual_rate":
        keys.append(("unit", _rate_unit(theirs, shown)))
        short = rate_time(theirs)
        remark = f"a rate {short}? It becomes a simple yearly rate" if short else "18 or 0.18 for 18 %?"
    return Guess(theirs, tuple(keys), remark)


def _rate_unit(theirs: str, shown: list[str]) -> str:
    short = rate_time(theirs)
    written = "".join((theirs, *shown))
    if short == "a day":
        return "percent_a_day" if re.search("[%％]", written) else "per_ten_thousand_a_day"
    if short:
        return "per_mille_a_month" if "‰" in written else "percent_a_month"
    if "‰" in written:
        return "per_mille"
    numbers = [float(found[0]) for text in shown if (found := re.search(r"\d+(\.\d+)?", text))]
    return "percent" if "%" in written or max(numbers, default=0.0) > 1.5 else "one"


def _codes(theirs: str, texts: Any, column: Column) -> Guess | None:
    distinct = texts.unique().to_pylist()
    if len(distinct) > _FEW:
        return None
    lawful = ("true", "false") if column.kind == "yesno" else column.values
    if all(text in lawful for text in distinct):
        return Guess(theirs)
    known = {text: ours for text in distinct if (ours := nearest_code(text, lawful))}
    left = [text for text in distinct if text not in known]
    codes = {text: ours == "true" for text, ours in known.items()} if column.kind == "yesno" else known
    nothing = "" if column.required or column.kind == "yesno" else '; "" means no value'
    remark = f"decide: {', '.join(left)} (ours: {', '.join(lawful)}{nothing})" if left else ""
    return Guess(theirs, (("codes", codes),), remark)
