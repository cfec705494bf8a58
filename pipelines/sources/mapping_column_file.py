"""One column of a mapping file read and held against the contract."""

from __future__ import annotations

from typing import Any

from features.contract import Column
from features.contracts import TABLES
from features.kinds import KIND_WORDS
from features.manifest import is_time_zone, nearest
from pipelines.sources.mapping_checks import Complaints, checked_keys
from pipelines.sources.mapping_columns import constant
from pipelines.sources.mapping_dates import FormatRefused, date_format
from pipelines.sources.mapping_delivery import tidy
from pipelines.sources.mapping_synonyms import rate_time
from pipelines.sources.mapping_words import (
    DISBURSED,
    MONEY_UNITS,
    NUMBER_UNITS,
    STATED_UNITS,
    TIMES_A_YEAR,
    ColumnMap,
    contract_column,
)

_KEYS = {
    "from": "texts", "join": "text", "value": "constant", "after": "text", "days": "number",
    "unit": "text", "decimals": "number", "decimal": "text", "thousands": "text", "symbol": "text",
    "brackets": "yesno", "date": "text", "zone": "text", "codes": "table", "otherwise": "text",
    "empty": "texts",
}  # fmt: skip
_KINDS = {
    "unit": ("money", "number"),
    "decimals": ("money", "number", "count"),
    "decimal": ("money", "number", "count"),
    "thousands": ("money", "number", "count"),
    "symbol": ("money", "number", "count"),
    "brackets": ("money", "number", "count"),
    "date": ("day", "instant"),
    "zone": ("day", "instant"),
    "codes": ("code", "yesno", "text"),
    "otherwise": ("code", "yesno", "text"),
}
_REMEDY = "docs/mapping.md explains every key."


def column_map(
    table: str, name: str, stated: Any, *, settings: dict[str, Any], place: str, told: Complaints
) -> ColumnMap | None:
    """Return one column's entry, or None when nothing of it can be used; problems are noted.

    Parameters
    ----------
    table, name
        The book's table and column.
    stated
        What stands in the mapping: their column's name, or a table of keys.
    settings
        Keys of the file and the table that hold for the column too.
    place
        Where the table stands in the mapping.
    told
        Where problems are noted.
    """
    column = contract_column(table, name)
    where = f"{place}.{name}"
    if column is None:
        lawful = tuple(c.name for c in TABLES[table].columns)
        near = nearest(name, lawful)
        remedy = f"Did you mean {near}?" if near else "Drop it, or map it to the table attributes."
        told.add(where, "unknown-column", f"columns of {table} ({', '.join(lawful)})", repr(name), remedy)
        return None
    keys: Any = {"from": stated} if isinstance(stated, str) else stated
    if isinstance(stated, list) or not isinstance(keys, dict):
        told.add(where, "bad-value", 'their column in quotes or { from = "…" }', repr(stated)[:60], _REMEDY)
        return None
    own = checked_keys(keys, _KEYS, where, told)
    if isinstance(stated, str) and name == "known_at" and _may_follow(table, stated):
        own = {"after": stated}
    if not _one_origin(own, where, told):
        return None
    _check_kind(own, column, where, told)
    if "value" in own and constant(own["value"], column) is None:
        told.add(
            where, "bad-value", KIND_WORDS[column.kind], repr(own["value"])[:60], "Correct the constant."
        )
    spread: dict[str, Any] = {key: settings[key] for key in ("decimal", "thousands", "symbol", "brackets", "zone", "empty")
              if key in settings}  # fmt: skip
    made: dict[str, Any] = {**spread, **own}
    return ColumnMap(
        name,
        sources=tuple(tidy(source) for source in made.get("from", ())),
        value=made.get("value"),
        after=made.get("after", ""),
        days=made.get("days", 0),
        join=made.get("join", " " if column.kind in ("day", "instant") else "-"),
        unit=_unit(own, settings, column, table, where, told),
        decimals=made.get("decimals"),
        decimal=made.get("decimal", "."),
        thousands=made.get("thousands", ""),
        symbol=made.get("symbol", ""),
        brackets=made.get("brackets", False),
        date=_date(own, settings, column, where, told),
        zone=made.get("zone", ""),
        codes=_codes(own, column, where, told),
        otherwise=own.get("otherwise"),
        empty=tuple(made.get("empty", ())),
    )


def _may_follow(table: str, name: str) -> bool:
    if name == DISBURSED:
        return True
    column = contract_column(table, name)
    return column is not None and column.kind in ("day", "instant") and name != "known_at"


def _one_origin(own: dict[str, Any], where: str, told: Complaints) -> bool:
    origins = [key for key in ("from", "value", "after") if key in own]
    if len(origins) != 1:
        found = " and ".join(origins) or "none of them"
        told.add(where, "no-single-origin", "one of from, value and after", found, _REMEDY)
        return False
    if "after" in own and not where.endswith(".known_at"):
        told.add(where, "bad-value", "after for known_at alone", f"after = {own['after']!r}", _REMEDY)
        return False
    if "days" in own and "after" not in own:
        found = "days without after"
        told.add(where, "bad-value", 'days beside after = "paid_on"', found, _REMEDY)
    return True


def _check_kind(own: dict[str, Any], column: Column, where: str, told: Complaints) -> None:
    for key, kinds in _KINDS.items():
        if key in own and column.kind not in kinds:
            expected = f"{key} for columns of {', '.join(kinds)}"
            told.add(where, "bad-value", expected, f"it for a column of {column.kind}", "Drop the key.")
    for key, most in (("decimal", 1), ("thousands", 1), ("symbol", 4)):
        if len(own.get(key, "")) > most:
            expected = f"{'one character' if most == 1 else f'at most {most} characters'} as {key}"
            told.add(where, "bad-value", expected, repr(own[key]), "Correct it.")
    if own.get("decimal", ".") == own.get("thousands", ""):
        found = f"{own['thousands']!r} for both"
        told.add(
            where, "bad-value", "two characters for decimal and thousands", found, "Correct one of them."
        )
    if own.get("zone") and not is_time_zone(own["zone"]):
        expected = "a zone of the time zone database (Asia/Shanghai)"
        told.add(where, "unknown-time-zone", expected, repr(own["zone"]), "Correct it.")
        own.pop("zone")


def _unit(
    own: dict[str, Any], settings: dict[str, Any], column: Column, table: str, where: str, told: Complaints
) -> str:
    if column.kind not in ("money", "number") or "from" not in own:
        return ""
    lawful = tuple(MONEY_UNITS if column.kind == "money" else NUMBER_UNITS)
    if column.name != "annual_rate":
        lawful = tuple(unit for unit in lawful if unit not in TIMES_A_YEAR)
    stated = own.get("unit", settings.get("money", "") if column.kind == "money" else "")
    if stated and stated not in lawful:
        told.add(where, "unknown-unit", f"a unit ({', '.join(lawful)})", repr(stated), "Choose one of these.")
    if not stated and (column.kind == "money" or (table, column.name) in STATED_UNITS):
        remedy = (
            'Add money = "major" at the top when amounts are written in yuan, "minor" when in fen.'
            if column.kind == "money"
            else 'Add unit = "percent" when 18 means 18 %, "one" when 0.18 does.'
        )
        told.add(where, "no-unit", f"a unit ({', '.join(lawful)})", "none", remedy)
    source = " ".join(own["from"])
    short = rate_time(source) if column.name == "annual_rate" else ""
    if short and stated in lawful and not stated.endswith(short.replace(" ", "_")):
        fitting = [unit for unit in TIMES_A_YEAR if unit.endswith(short.replace(" ", "_"))]
        remedy = f"Choose {' or '.join(fitting)}, or export the yearly rate under a name that says so."
        told.add(
            where, "rate-of-a-month-or-day", f"a unit of a rate {short} for {source!r}", repr(stated), remedy
        )
    return stated if stated in lawful else lawful[0]


def _date(own: dict[str, Any], settings: dict[str, Any], column: Column, where: str, told: Complaints) -> str:
    if column.kind not in ("day", "instant"):
        return ""
    stated = own.get("date") or settings.get("date" if column.kind == "day" else "instant", "")
    default = "YYYY-MM-DD" if column.kind == "day" else "YYYY-MM-DD HH:mm:ss"
    try:
        date_format(stated or default)
    except FormatRefused as error:
        told.add(where, "unknown-format", error.expected, repr(stated), error.remedy)
        return default
    return str(stated or default)


def _codes(own: dict[str, Any], column: Column, where: str, told: Complaints) -> dict[str, str] | None:
    if "codes" not in own:
        if "otherwise" in own:
            told.add(where, "bad-value", "otherwise beside codes", "no codes", "Add codes or drop otherwise.")
        return None
    lawful = ("true", "false") if column.kind == "yesno" else column.values
    codes = {}
    for theirs, ours in own["codes"].items():
        text = str(ours).lower() if isinstance(ours, bool) else ours
        if not isinstance(text, str):
            told.add(where, "bad-value", "a code of ours in quotes", f"{theirs} = {ours!r}", _REMEDY)
            continue
        codes[theirs.strip()] = text
    for text in dict.fromkeys([*codes.values(), *([own["otherwise"]] if "otherwise" in own else [])]):
        if lawful and text and text not in lawful:
            near = nearest(text, lawful)
            remedy = f"Did you mean {near!r}?" if near else "Choose one of these."
            told.add(where, "unknown-code", f"codes of ours ({', '.join(lawful)})", repr(text), remedy)
    return codes
