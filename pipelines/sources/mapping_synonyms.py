"""What lenders call the columns and tables of a book, in Chinese and English, and how near a name is."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path

from features.contracts import TABLES

_STATED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

COLUMN_WORDS: dict[str, list[str]] = _STATED["columns"]
"""Other names of the columns, by the book's name."""

TABLE_WORDS: dict[str, list[str]] = _STATED["tables"]
"""What files of each table are called."""

PERSONAL_WORDS: list[str] = _STATED["personal"]
"""Words in the names of columns of persons that no table of a book holds."""

CODE_WORDS: dict[str, list[str]] = _STATED["codes"]
"""Their codes, by ours."""


def plain_name(name: str) -> str:
    """Return a column's name without case, blanks, underscores and what stands in brackets.

    Examples
    --------
    >>> plain_name("还款金额（元）"), plain_name("Loan_ID")
    ('还款金额', 'loanid')
    """
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", name.lower()) or name.lower()
    return re.sub(r"[\s_\-./:：#*]+", "", bare)


def nearness(theirs: str, ours: str) -> float:
    """Return how near a lender's name is to a column of ours: 1 for the same word, 0 for none alike.

    Examples
    --------
    >>> nearness("还款日期", "paid_on"), round(nearness("实际还款日期", "paid_on"), 1) > 0.6
    (1.0, True)
    >>> nearness("备注", "paid_on")
    0.0
    """
    name = plain_name(theirs)
    best = 0.0
    for word in (ours, *COLUMN_WORDS.get(ours, ())):
        plain = plain_name(word)
        if name == plain:
            return 1.0
        shorter, longer = sorted((name, plain), key=len)
        share = len(shorter) / len(longer) if longer else 0.0
        inside = shorter in longer and len(shorter) >= 2 and share >= 0.4
        near = difflib.SequenceMatcher(None, name, plain).ratio()
        best = max(best, 0.4 + 0.5 * share if inside else 0.0, near if near >= 0.7 else 0.0)
    return min(best, 0.99)


def nearest_column(theirs: str, tables: tuple[str, ...]) -> str:
    """Return ``table.column`` of the contract that a lender's name most likely means, or an empty text.

    Examples
    --------
    >>> nearest_column("实还金额", ("payments",)), nearest_column("备注", ("payments",))
    ('payments.amount', '')
    """
    scored = [
        (nearness(theirs, column.name), f"{table}.{column.name}")
        for table in tables
        for column in TABLES[table].columns
    ]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= 0.6 else ""


def rate_time(theirs: str) -> str:
    """Return the time that a lender's name of a rate speaks of when it is less than a year, else an empty text.

    Examples
    --------
    >>> rate_time("月利率（‰）"), rate_time("日息"), rate_time("年利率"), rate_time("Monthly interest rate")
    ('a month', 'a day', '', 'a month')
    """
    plain = plain_name(theirs)
    if re.search(r"年", plain):
        return ""
    if re.search(r"月.{0,2}(利率|息|费率)|monthly|permonth", plain):
        return "a month"
    return "a day" if re.search(r"日.{0,2}(利率|息|费率)|daily|perday", plain) else ""


def is_personal(name: str) -> bool:
    """Return whether a column names or locates a person.

    Examples
    --------
    >>> is_personal("客户姓名"), is_personal("产品名称")
    (True, False)
    """
    plain = name.lower().replace("_", " ")
    words = set(re.findall(r"[a-z]+", plain))
    return any(
        word in plain if not word.isascii() else set(word.split()) <= words for word in PERSONAL_WORDS
    ) and not any(word in words for word in ("product", "file"))


def nearest_code(theirs: str, lawful: tuple[str, ...]) -> str:
    """Return the code of ours that a lender's code says, or an empty text.

    Examples
    --------
    >>> nearest_code("无人接听", ("no_answer", "busy")), nearest_code("X7", ("no_answer", "busy"))
    ('no_answer', '')
    """
    plain = theirs.strip().lower()
    return next((code for code in lawful if plain in (code, *CODE_WORDS.get(code, ()))), "")
