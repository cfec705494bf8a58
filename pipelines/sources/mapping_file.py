"""A mapping file read: TOML in, its entries and everything that is wrong with them out."""

from __future__ import annotations

import codecs
import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

from features.contracts import TABLES
from features.manifest import is_time_zone, nearest
from features.problem import BookRefused, Problem
from pipelines.sources.mapping_checks import Complaints, checked_keys
from pipelines.sources.mapping_column_file import column_map
from pipelines.sources.mapping_delivery import tidy
from pipelines.sources.mapping_words import ColumnMap, ExportMap, TableMap, settings_words

_TOP = {
    "country": "text", "time_zone": "text", "currency": "text",
    "strict": "yesno", "ignore": "texts", "ignore_files": "texts", **settings_words(),
}  # fmt: skip
_TABLE = {
    "files": "texts", "columns": "table", "ignore": "texts", "where": "table", "unless": "table",
    **settings_words(),
}  # fmt: skip
_REMEDY = "docs/mapping.md explains every key."


def read_mapping(file: Path) -> tuple[ExportMap, list[Problem]]:
    """Return the entries of a mapping file and what is wrong with them.

    Parameters
    ----------
    file
        TOML in UTF-8.

    Raises
    ------
    BookRefused
        When the file is missing or is no TOML: then nothing of it can be judged.
    """
    stated, digest = _toml(file)
    complaints = Complaints()
    top = checked_keys({k: v for k, v in stated.items() if k not in TABLES}, _TOP, "", complaints, TABLES)
    settings = {key: value for key, value in top.items() if key in settings_words()}
    ignored = tuple(top.get("ignore", ()))
    tables = []
    for name in (n for n in stated if n in TABLES):
        entries = stated[name] if isinstance(stated[name], list) else [stated[name]]
        for number, entry in enumerate(entries, 1):
            place = name if len(entries) == 1 else f"{name}[{number}]"
            found = _table_map(name, place, entry, settings, ignored, complaints)
            tables += [found] if found else []
    if not any(name in TABLES for name in stated):
        complaints.add("", "no-table", f"tables of a book ({', '.join(TABLES)})", "none", _REMEDY)
    known = ExportMap(
        top.get("country", ""),
        top.get("time_zone", ""),
        top.get("currency", ""),
        top.get("strict", False),
        tuple(top.get("ignore_files", ())),
        tuple(tables),
        digest,
    )
    return known, complaints.problems


def _toml(file: Path) -> tuple[dict[str, Any], str]:
    def refused(rule: str, expected: str, found: str, remedy: str) -> BookRefused:
        return BookRefused((Problem("map", "", rule, expected, found, remedy),))

    if not file.is_file():
        found = "a folder" if file.is_dir() else "no such file"
        remedy = "Give it with --map; --suggest writes a draft where none is."
        raise refused("missing-map", f"a mapping file at {file}", found, remedy)
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        found, remedy = f"a byte that is none in line {row}", "Save the mapping as UTF-8."
        raise refused("not-utf-8", f"TOML in UTF-8 in {file.name}", found, remedy) from error
    try:
        return tomllib.loads(text), hashlib.sha256(content).hexdigest()[:12]
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        lines = text.splitlines()
        line = int(place[1]) if place else len(lines)
        shown = lines[line - 1].strip()[:60] if 0 < line <= len(lines) else ""
        if "overwrite" in str(error) or "twice" in str(error):
            found = f"a key or table stated before in line {line}: {shown}"
            remedy = "State each column once; rows from several files need [[payments]] for each."
            raise refused("stated-twice", f"every key once in {file.name}", found, remedy) from error
        found, remedy = f"line {line}: {shown} ({error})", f"Texts need quotes. {_REMEDY}"
        raise refused("not-toml", f"TOML in {file.name}", found, remedy) from error


def _table_map(
    name: str, place: str, entry: Any, settings: dict[str, Any], ignored: tuple[str, ...], told: Complaints
) -> TableMap | None:
    if not isinstance(entry, dict):
        told.add(place, "bad-value", f"a table [{name}] with files and columns", f"{entry!r}"[:60], _REMEDY)
        return None
    own = checked_keys(entry, _TABLE, place, told)
    settings = {**settings, **{key: value for key, value in own.items() if key in settings_words()}}
    _check_settings(settings, place, told)
    files = tuple(own.get("files", ()))
    if not files:
        told.add(place, "no-files", 'files = "name.csv" or a list of patterns', "none", _REMEDY)
    for pattern in files:
        if pattern.startswith("/") or ".." in Path(pattern).parts:
            told.add(place, "bad-value", "patterns of files inside the export", repr(pattern), _REMEDY)
    columns = [
        column
        for key, value in own.get("columns", {}).items()
        if (column := column_map(name, key, value, settings=settings, place=place, told=told)) is not None
    ]
    if not columns:
        told.add(place, "no-columns", f"a table [{name}.columns]", "none", _REMEDY)
    ignore = (*ignored, *own.get("ignore", ()))
    _check_ignored(tuple(own.get("ignore", ())), columns, place, told)
    return TableMap(
        name,
        place,
        files,
        tuple(columns),
        encoding=settings.get("encoding", "utf-8"),
        delimiter=settings.get("delimiter", ""),
        header_row=settings.get("header_row", 0),
        ignore=ignore,
        where=_chosen(own, "where", place, told),
        unless=_chosen(own, "unless", place, told),
    )


def _chosen(own: dict[str, Any], key: str, place: str, told: Complaints) -> dict[str, tuple[str, ...]]:
    """Return their column → values that choose rows."""
    chosen = {}
    for column, values in own.get(key, {}).items():
        listed = values if isinstance(values, list) else [values]
        if not listed or not all(isinstance(v, str | int) and not isinstance(v, bool) for v in listed):
            expected = f'{key} = {{ "{column}" = "value" }} or a list of values'
            told.add(place, "bad-value", expected, repr(values)[:60], _REMEDY)
            continue
        chosen[tidy(column)] = tuple(str(value) for value in listed)
    return chosen


def _check_ignored(ignore: tuple[str, ...], columns: list[ColumnMap], place: str, told: Complaints) -> None:
    used = {source: column.name for column in columns for source in column.sources}
    for name in sorted(set(ignore) & set(used)):
        found = f"{name!r} both as the source of {used[name]} and in ignore"
        told.add(place, "named-twice", "each of their columns used or ignored", found, "Drop one of the two.")
    for name in sorted({name for name in ignore if ignore.count(name) > 1}):
        told.add(place, "named-twice", "each name once in ignore", repr(name), "Drop one of the two.")


def _check_settings(settings: dict[str, Any], place: str, told: Complaints) -> None:
    """Add what no file could be read by: an encoding, a separator or a zone nobody knows."""
    encoding = settings.get("encoding", "utf-8")
    try:
        known = bool(getattr(codecs.lookup(encoding), "_is_text_encoding", True))
    except LookupError:
        known = False
    if not known:
        near = nearest(encoding.lower(), ("utf-8", "gb18030", "gbk", "big5", "utf-16", "latin-1", "cp1252"))
        told.add(place, "unknown-encoding", "an encoding (utf-8, gb18030, big5, utf-16 …)", repr(encoding),
                 f"Did you mean {near!r}?" if near else _REMEDY)  # fmt: skip
        settings["encoding"] = "utf-8"
    if len(settings.get("delimiter", ",") or ",") != 1:
        told.add(place, "bad-value", 'one character as delimiter ("," or ";" or "\\t")',
                 repr(settings["delimiter"]), _REMEDY)  # fmt: skip
        settings["delimiter"] = ""
    if settings.get("zone") and not is_time_zone(settings["zone"]):
        told.add(place, "unknown-time-zone", "a zone of the time zone database (Asia/Shanghai)",
                 repr(settings["zone"]), _REMEDY)  # fmt: skip
        settings["zone"] = ""
