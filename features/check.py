"""Everything that is wrong with a lender's tables, found in one pass and told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from features.check_columns import canonical
from features.coding import Coded, IdSpace, coded, id_space
from features.contracts import TABLES
from features.manifest import Manifest
from features.problem import BookRefused as BookRefused
from features.problem import Origin, origin_of
from features.problem import Problem as Problem


@dataclass(frozen=True)
class Examined:
    """Tables read as their contracts state, what was worked out about them, and what is wrong."""

    tables: dict[str, Any]
    space: IdSpace
    coded: dict[str, Coded]
    problems: list[Problem]


def examined(
    tables: Mapping[str, Any], *, manifest: Manifest, origins: Mapping[str, Origin] | None = None
) -> Examined:
    """Return the canonical tables, their coding and all problems."""
    problems: list[Problem] = []
    read: dict[str, Any] = {}
    for name in sorted(tables):
        read[name], found = canonical(tables[name], TABLES[name], origin=origin_of(origins, name))
        problems += found
    space = id_space(read["loans"])
    codes = {n: coded(t, TABLES[n], space, time_zone=manifest.time_zone) for n, t in read.items()}
    return Examined(read, space, codes, problems)


def problems_of(
    tables: Mapping[str, Any], *, manifest: Manifest, origins: Mapping[str, Origin] | None = None
) -> list[Problem]:
    """Return all problems."""
    return examined(tables, manifest=manifest, origins=origins).problems
