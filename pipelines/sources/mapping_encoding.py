"""The bytes of a lender's file as text, or why they are none: UTF-16, another encoding, two at once."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from features.problem import FIRST, Problem

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CERTAIN = 3
_TWO_IN_UTF8 = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf][\x80-\xbf]){2}")


def decoded(content: bytes, *, encoding: str, name: str, table: str) -> str | Problem:
    """Return the text of a file, or the problem of bytes that are not in the stated encoding.

    Parameters
    ----------
    content
        The file's bytes.
    encoding
        As the mapping states it; a byte order mark is dropped.
    name, table
        Names of the file and the table, for messages.

    Examples
    --------
    >>> decoded("借据号".encode("gb18030"), encoding="gb18030", name="a.csv", table="loans")
    '借据号'
    >>> problem = decoded("借据号".encode("gb18030"), encoding="utf-8", name="a.csv", table="loans")
    >>> problem.remedy
    'The whole file reads as gb18030: state encoding = "gb18030".'
    """

    def refused(rule: str, found: str, remedy: str, where: list[int] | None = None) -> Problem:
        rows = tuple(f"{name} row {number}" for number in (where or [])[:FIRST])
        expected = f"text in {encoding} in {name}"
        return Problem(table, "", rule, expected, found, remedy, count=len(where or []), rows=rows)

    if content.startswith(_WORKBOOKS):
        return refused("workbook", "an Excel workbook or a zip file", "Save the sheet as CSV (UTF-8).")
    utf16 = codecs.lookup(encoding).name.startswith("utf-16")
    if not utf16 and (content.startswith(_UTF16) or content[:400].count(b"\0") > 20):
        return refused("utf-16", "UTF-16", 'Save the file as UTF-8, or state encoding = "utf-16".')
    try:
        text = content.decode("utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding)
    except UnicodeDecodeError:
        return _undecodable(content, encoding, refused)
    if not utf16 and codecs.lookup(encoding).name != "utf-8" and not content.isascii():
        if reads_as_utf8(content, least=1):
            return refused("other-encoding", "text in UTF-8", 'State encoding = "utf-8".')
        strange = rows_where(content, _is_utf8_row) if _TWO_IN_UTF8.search(content) else []
        if strange:
            remedy = "Two encodings in one file: export it again in one."
            return refused("mixed-encodings", "text in UTF-8", remedy, strange)
    if "\0" in text:
        return refused("binary", "bytes that no text has (NUL)", "Export the file as CSV.")
    return text.removeprefix("\ufeff")


def reads_as_utf8(content: bytes, *, least: int) -> bool:
    """Return whether bytes are UTF-8 with so many characters of three bytes, as Chinese has.

    Text in GBK is so by chance only: one character for a whole file and three for a row are
    asked for.

    Examples
    --------
    >>> reads_as_utf8("还款".encode(), least=1), reads_as_utf8("还款".encode("gbk"), least=1)
    (True, False)
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum("\u0800" <= letter <= "\uffff" for letter in text[:100_000]) >= least


def rows_where(content: bytes, told: Callable[[bytes], bool]) -> list[int]:
    r"""Return the numbers of the rows of which something holds, as a spreadsheet counts.

    A line break inside quotes does not begin a row.

    Examples
    --------
    >>> rows_where(b'a,b\n1,"x\ny"\n2,\xff\n', lambda line: not line.isascii())
    [3]
    """
    lines = content.split(b"\n")
    hits = {at for at, line in enumerate(lines) if not line.isascii() and told(line)}
    if not hits:
        return []
    rows: list[int] = []
    row, inside = 1, False
    for at, line in enumerate(lines[: max(hits) + 1]):
        if at in hits and (not rows or rows[-1] != row):
            rows.append(row)
        inside ^= bool(line.count(b'"') % 2)
        row += not inside
    return rows


def _is_utf8_row(line: bytes) -> bool:
    return _TWO_IN_UTF8.search(line) is not None and reads_as_utf8(line, least=_CERTAIN)


def _undecodable(content: bytes, encoding: str, refused: Callable[..., Problem]) -> Problem:
    """Return the problem of bytes that are not in the stated encoding, and what they may be."""
    for other in ("utf-8", "gb18030", "big5"):
        if codecs.lookup(other).name != codecs.lookup(encoding).name and _reads(content, other):
            remedy = f'The whole file reads as {other}: state encoding = "{other}".'
            return refused("other-encoding", f"bytes that read as {other}", remedy)
    bad = rows_where(content, lambda line: not _reads(line, encoding))
    good = any(not line.isascii() and _reads(line, encoding) for line in content.split(b"\n"))
    rule = "mixed-encodings" if good else "not-text"
    remedy = "Export the whole file in one encoding." if good else "Export it again as UTF-8."
    return refused(rule, "bytes that are none", remedy, bad)


def _reads(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
