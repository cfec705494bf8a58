"""The plan of a sharded feature run: written first, so that a run that is resumed is the run that was begun."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from features.book_statement import part_name
from features.catalogue import Catalogue
from features.discovery import adopted_digest, discovered_features
from features.feature_spec import FeatureSpec, attribute_spec
from features.files import atomic_file
from pipelines.checkpoints import code_digest
from pipelines.sharding_folder import PLAN, AnotherFolder

FORMAT = 1
"""Version of the layout of a run's folder."""

_WORDS = {
    "format": "layout",
    "source": "source",
    "book_digest": "book",
    "as_of": "mornings",
    "target": "target",
    "shards": "number of shards",
    "attributes": "lender's attributes",
    "catalogue": "feature catalogue",
    "code": "software",
}


class AnotherPlan(ValueError):
    """A folder holds the features of another run."""


class OtherSoftware(RuntimeError):
    """A worker computes features with other code than the run was begun with."""


@dataclass(frozen=True)
class Plan:
    """All that decides the bytes of a run.

    Parameters
    ----------
    book_digest
        Digest of the book's contents.
    as_of
        The mornings, ``YYYY-MM-DD``, sorted.
    target
        A label whose accounts alone are looked at; empty for every loan that stands.
    shards
        Number of shards, and of parts.
    attributes
        The lender's attributes known on the last morning, with their kinds.
    catalogue
        Digest of the feature catalogue.
    code
        Digest of the code that computes features, a team's own among it.
    source
        Database the book was read from; empty for a book on disk.
    format
        Version of the folder's layout.
    """

    book_digest: str
    as_of: tuple[str, ...]
    target: str
    shards: int
    attributes: tuple[tuple[str, str], ...]
    catalogue: str
    code: str
    source: str = ""
    format: int = FORMAT

    @property
    def digest(self) -> str:
        """Return the sha256 of the plan: a finished part names it."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def attribute_specs(self) -> tuple[FeatureSpec, ...]:
        """Return the catalogue rows of the lender's attributes."""
        return tuple(
            attribute_spec(name, kind="code" if kind == "code" else "number")
            for name, kind in self.attributes
        )

    @property
    def whole_catalogue(self) -> Catalogue:
        """Return the catalogue of the whole table."""
        return Catalogue((*(item.spec for item in discovered_features()), *self.attribute_specs))

    def part(self, folder: Path, shard: int) -> Path:
        """Return the file of a shard's features."""
        return folder / part_name(shard)


def plan_of(
    *,
    book_digest: str,
    as_of: Sequence[str],
    target: str | None,
    shards: int,
    attributes: Sequence[tuple[str, str]],
    source: str = "",
) -> Plan:
    """Return the plan of a run with the features and the code of this process."""
    specs = Catalogue(tuple(item.spec for item in discovered_features())).to_json()
    return Plan(
        book_digest=book_digest,
        as_of=tuple(sorted(set(as_of))),
        target=target or "",
        shards=shards,
        attributes=tuple(sorted(attributes)),
        catalogue=hashlib.sha256(specs.encode()).hexdigest(),
        code=software(),
        source=source,
    )


def software() -> str:
    """Return the digest of the code of this process that computes features, a team's own among it.

    It is taken once: a worker that was started before a change of the code goes on with what it loaded.
    """
    return _software(adopted_digest())


@cache
def _software(adopted: str) -> str:
    return code_digest("features")


def check_software(plan: Plan) -> None:
    """Refuse to work a plan with other code than it was made with.

    Raises
    ------
    OtherSoftware
        When this process computes features with other code.
    """
    found = software()
    if found != plan.code:
        raise OtherSoftware(
            f"Expected the software {plan.code[:12]}… that the run was begun with, found {found[:12]}… on "
            f"{platform.node()}. Start the workers from the same checkout, with the same DUECOURSE_FEATURES."
        )


def begin(plan: Plan, folder: Path) -> None:
    """Write the plan into the folder, or find it there already.

    Raises
    ------
    AnotherPlan
        When the folder holds another run; the message names what differs.
    """
    if (folder / PLAN).is_file():
        check_same(plan, read_plan(folder), folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_file(folder / PLAN) as file:
        file.write_text(json.dumps(asdict(plan), indent=1) + "\n", encoding="utf-8")


def read_plan(folder: Path) -> Plan:
    """Return the plan in a run's folder.

    Raises
    ------
    AnotherFolder
        When there is none that can be read.
    """
    try:
        said = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        pairs = tuple((str(name), str(kind)) for name, kind in said.pop("attributes"))
        return Plan(**{**said, "as_of": tuple(said["as_of"]), "attributes": pairs})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnotherFolder(
            f"Expected the plan of a feature run in {folder / PLAN}, found none that can be read ({error}). "
            "Choose another folder with --out."
        ) from error


def check_same(plan: Plan, begun: Plan, folder: Path) -> None:
    """Refuse to go on with a run that was begun by another plan.

    Raises
    ------
    AnotherPlan
        When they differ; the message names in what.
    """
    now, then = asdict(plan), asdict(begun)
    differ = [_difference(name, then[name], now[name]) for name in _WORDS if now[name] != then[name]]
    if differ:
        raise AnotherPlan(
            f"Expected the run that was begun in {folder}, found another one: {'; '.join(differ)}. "
            "Ask for the same again to finish it, or choose another folder with --out."
        )


def _difference(name: str, then: object, now: object) -> str:
    """Return one difference in words.

    Examples
    --------
    >>> _difference("shards", 8, 4)
    'number of shards 8 then, 4 now'
    """
    return f"{_WORDS[name]} {_short(then)} then, {_short(now)} now"


def _short(value: object) -> str:
    if isinstance(value, list | tuple):
        told = [_short(item) for item in value]
        return f"{', '.join(told[:5])}{f' and {len(told) - 5} more' if len(told) > 5 else ''}" or "none"
    text = str(value)
    return f"{text[:12]}…" if len(text) > 40 else text or "none"
