"""A lawful book written as some lender would export it, and the mapping that reads it back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from features.book import Book
from features.contract import Column
from features.contracts import TABLES
from features.prepare import DERIVED

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = {
    "YYYY-MM-DD": "%Y-%m-%d", "YYYY/MM/DD": "%Y/%m/%d", "DD.MM.YYYY": "%d.%m.%Y", "MM/DD/YYYY": "%m/%d/%Y",
    "YYYYMMDD": "%Y%m%d", "YYYY年MM月DD日": "%Y年%m月%d日", "YYYY年M月D日": "",
}  # fmt: skip
TIMES = (" HH:mm:ss", "THH:mm:ss.SSS", " HH:mm:ssZ", "THH:mm:ssZ")
WORDS = "借据客户流水金额日期产品渠道结果编号期次类型利率备注abcXYZ_ ()（元）#."


@dataclass
class Lender:
    """A lender with habits of its own, all of them drawn by ``chance``."""

    chance: Random
    encoding: str = ""
    delimiter: str = ""
    title: bool = False
    lines: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pick = self.chance.choice
        self.encoding = pick(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
        self.delimiter = pick((",", ";", "\t", "|"))
        self.title = pick((True, False))

    def export(self, book: Book) -> None:
        """Write every table of the book to files and state how they are read."""
        encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
        self.lines += ['country = "CN"', 'time_zone = "Asia/Shanghai"', 'currency = "CNY"',
                       f"encoding = {json.dumps(encoding)}", f"delimiter = {json.dumps(self.delimiter)}"]  # fmt: skip
        self.lines += ["header_row = 2"] if self.title else []
        names = list(book.table_names)
        while names:
            together = [names.pop() for _ in range(min(len(names), self.chance.choice((1, 1, 2))))]
            self._file(f"导出{len(names)}.csv", {name: book.table(name) for name in together})

    def _file(self, file: str, tables: dict[str, Any]) -> None:
        """Write one file that holds the rows of one or two tables, told apart by a column."""
        tag = self._name(set())
        used = {tag}
        heads: dict[str, list[str]] = {}
        columns: dict[str, list[list[str]]] = {}
        for name, table in tables.items():
            self.lines += [f"[{name}]", f"files = {json.dumps(file, ensure_ascii=False)}"]
            self.lines += [f"where = {{ {_text(tag)} = {_text('表' + name)} }}", f"[{name}.columns]"]
            heads[name], columns[name] = [], []
            for part in (c for c in table.column_names if c not in DERIVED):
                theirs = self._name(used)
                used.add(theirs)
                heads[name].append(theirs)
                columns[name].append(self._column(TABLES[name].column(part), theirs, table[part].to_pylist()))
        header = [tag, *(head for name in tables for head in heads[name])]
        rows = []
        for name, table in tables.items():
            before = sum(len(heads[n]) for n in list(tables)[: list(tables).index(name)])
            after = len(header) - 1 - before - len(heads[name])
            rows += [
                ["表" + name, *[""] * before, *(column[at] for column in columns[name]), *[""] * after]
                for at in range(table.num_rows)
            ]
        self.chance.shuffle(rows)
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.chance.choice(("\n", "\r\n")))
        writer.writerows([*([["导出表"]] if self.title else []), header, *rows])
        self.files[file] = out.getvalue().encode(self.encoding)

    def _name(self, used: set[str]) -> str:
        while True:
            name = "".join(self.chance.choice(WORDS) for _ in range(self.chance.randint(3, 8))).strip()
            if name and name not in used and name.strip("()（）#._ "):
                return name

    def _column(self, column: Column, theirs: str, values: list[Any]) -> list[str]:
        """Return a column's values as the lender writes them and state how they are read."""
        keys: dict[str, Any] = {"from": theirs}
        if column.kind == "money":
            written = self._money(values, keys)
        elif column.kind == "number":
            written = self._number(column, values, keys)
        elif column.kind in ("day", "instant"):
            written = self._moments(column, values, keys)
        elif column.kind in ("code", "yesno"):
            written = self._codes(values, keys)
        else:
            written = ["" if value is None else str(value) for value in values]
        self.lines.append(f"{column.name} = {{ {', '.join(f'{k} = {_toml(v)}' for k, v in keys.items())} }}")
        return written

    def _money(self, values: list[Any], keys: dict[str, Any]) -> list[str]:
        keys["unit"], places = self.chance.choice(
            (("minor", 0), ("major", 2), ("thousand", 5), ("ten_thousand", 6))
        )
        thousands, decimal = self.chance.choice((("", "."), (",", "."), (".", ","), ("", ","), (" ", ",")))
        keys |= {"thousands": thousands} if thousands else {}
        keys |= {"decimal": decimal} if decimal != "." else {}
        symbol = self.chance.choice(("", "", "¥"))
        keys |= {"symbol": symbol} if symbol else {}
        brackets = self.chance.choice((True, False))
        keys |= {"brackets": True} if brackets else {}

        def written(value: int | None) -> str:
            if value is None:
                return ""
            text = (
                f"{abs(Decimal(value)).scaleb(-places):,f}"
                if thousands
                else f"{abs(Decimal(value)).scaleb(-places):f}"
            )
            if self.chance.random() < 0.5 and "." in text:
                text = text.rstrip("0").rstrip(".")
            text = text.translate({ord(","): thousands, ord("."): decimal})
            signed = f"({symbol}{text})" if brackets else f"-{symbol}{text}"
            return signed if value < 0 else f"{symbol}{text}"

        return [written(value) for value in values]

    def _number(self, column: Column, values: list[Any], keys: dict[str, Any]) -> list[str]:
        unit, places = self.chance.choice(
            (("one", 0), ("percent", 2), ("per_mille", 3), ("per_ten_thousand", 4))
        )
        if column.name == "annual_rate" or unit != "one":
            keys["unit"] = unit
        sign = {"percent": "%", "per_mille": "‰"}.get(unit, "") if self.chance.random() < 0.5 else ""
        return ["" if v is None else f"{Decimal(repr(v)).scaleb(places):f}{sign}" for v in values]

    def _moments(self, column: Column, values: list[Any], keys: dict[str, Any]) -> list[str]:
        day = self.chance.choice(tuple(DAYS))
        time = self.chance.choice(TIMES) if column.kind == "instant" else ""
        keys["date"] = day + time

        def written(value: Any) -> str:
            if value is None:
                return ""
            zone = (
                dt.timezone(dt.timedelta(hours=self.chance.randint(-11, 13)))
                if time.endswith("Z")
                else SHANGHAI
            )
            local = value.astimezone(zone) if column.kind == "instant" else value
            text: str = (
                f"{local.year}年{local.month}月{local.day}日" if not DAYS[day] else local.strftime(DAYS[day])
            )
            if not time:
                return str(text)
            text += time[0] + local.strftime("%H:%M:%S")
            text += local.strftime(".%f") if ".SSS" in time else ""
            return text + str(local.strftime("%z") if time.endswith("Z") else "")

        return [written(value) for value in values]

    def _codes(self, values: list[Any], keys: dict[str, Any]) -> list[str]:
        ours = sorted({value for value in values if value is not None}, key=str)
        theirs = {value: f"码{n}" for n, value in enumerate(self.chance.sample(ours, len(ours)))}
        keys["codes"] = {text: value for value, text in theirs.items()} or {"无": ""}
        if self.chance.random() < 0.5:
            keys["empty"] = ["NULL"]
            return [theirs[value] if value is not None else "NULL" for value in values]
        return [theirs[value] if value is not None else "" for value in values]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_text(key)} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return _text(value) if isinstance(value, str) else str(value)
