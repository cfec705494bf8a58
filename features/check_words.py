"""Words that must be known: country, time zone, currency and the names of attributes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

import numpy as np
import pyarrow as pa

from features.findings import Findings
from features.manifest import Manifest, is_country, is_currency, is_time_zone, nearest
from features.problem import Problem

_UNLAWFUL_NAME = re.compile(r'[",:\[\]{}\s\x00-\x1f]')


def manifest_problems(manifest: Manifest) -> list[Problem]:
    """Return what is wrong with country, time zone and currency of a book.

    Examples
    --------
    >>> odd = Manifest(country="PL", time_zone="Europe/Warsaw", currency="zl")
    >>> [problem.column for problem in manifest_problems(odd)]
    ['currency']
    """
    problems = []
    if not is_country(manifest.country):
        problems.append(
            Problem(
                "book", "country", "unknown-country", "a two-letter country code of ISO 3166-1 (CN, PL)",
                repr(manifest.country), "Give the code with --country.",
            )
        )  # fmt: skip
    if not is_time_zone(manifest.time_zone):
        near = nearest(manifest.time_zone, tuple(sorted(available_timezones())))
        hint = f"Did you mean {near}? " if near else ""
        problems.append(
            Problem(
                "book", "time_zone", "unknown-time-zone", "a name of the time zone database (Asia/Shanghai)",
                repr(manifest.time_zone), f"{hint}Give it with --time-zone.",
            )
        )  # fmt: skip
    if not is_currency(manifest.currency):
        problems.append(
            Problem(
                "book", "currency", "unknown-currency", "a three-letter code of ISO 4217 (CNY, PLN)",
                repr(manifest.currency), "Give it with --currency.",
            )
        )  # fmt: skip
    return problems


def word_problems(findings: Findings, manifest: Manifest) -> list[Problem]:
    """Return words of one table that nothing later could understand."""
    name = findings.contract.name
    if name == "loans":
        return _unknown_words(
            findings,
            "currency",
            lambda code: code == manifest.currency,
            rule="other-currency",
            expected=f"the book's currency {manifest.currency}",
            remedy="Make one book per currency; amounts of two currencies are never added.",
        )
    if name == "borrowers":
        return [
            *_unknown_words(
                findings,
                "country",
                is_country,
                rule="unknown-country",
                expected="two-letter country codes of ISO 3166-1",
                remedy="Correct the code or leave it empty: the book's country then holds.",
            ),
            *_unknown_words(
                findings,
                "time_zone",
                is_time_zone,
                rule="unknown-time-zone",
                expected="names of the time zone database",
                remedy="Correct the name or leave it empty: the book's zone then holds.",
            ),
        ]
    if name == "attributes":
        return _unknown_words(
            findings,
            "name",
            lambda text: _UNLAWFUL_NAME.search(text) is None,
            rule="unlawful-name",
            expected='names without blanks and without " , : [ ] { }, for each becomes a column',
            remedy="Rename the attribute.",
        )
    return []


def _unknown_words(
    findings: Findings, column: str, known: Callable[[str], bool], *, rule: str, expected: str, remedy: str
) -> list[Problem]:
    if column not in findings.table.column_names:
        return []
    values: Any = findings.table[column].combine_chunks()
    coded = values.dictionary_encode()
    good = np.array([known(text) for text in coded.dictionary.to_pylist()] + [True])
    if good.all():
        return []
    where = np.flatnonzero(~good[np.asarray(coded.indices.fill_null(len(good) - 1))])
    found = findings.examples(pa.chunked_array([values]), where)
    return [findings.rows(column, rule, where, expected=expected, found=found, remedy=remedy)]
