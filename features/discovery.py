"""Which features there are: every module of ``features/definitions``, and a team's own folder.

A team adds one module with one decorated function, and it appears in the table, the catalogue, the laws and
the models with nothing else edited. The module lies in ``features/definitions``, or in a folder outside the
house that an entry point was given.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType

from features import definitions
from features.catalogue import Feature, NameTaken, registered_apart, registered_features
from features.own_feature import file_of, guarded
from features.table import CONTEXT, KEYS

HOUSE_TOPICS = (
    "arrears", "path", "cures", "payments", "habit", "promises", "contacts", "reach", "answers", "offers", "evidence",
    "exposure", "schedule", "other_loans", "earlier_loans", "income", "statements", "statement_path",
    "statement_amounts", "flags", "days_off",
)  # fmt: skip
"""Modules of the house in the order of their columns: its own pages and its oracle cover these; others follow."""
OWN = "own_features"
"""How the module of a file outside the house is named: ``own_features.<file>``."""

_ADOPTED: list[Feature] = []


class OwnFeaturesRefused(ValueError):
    """A folder of features cannot be used."""


class FeatureUndefined(ValueError):
    """A model reads a feature that nothing here defines."""


def house_features() -> tuple[Feature, ...]:
    """Return the features of the house in catalogue order: by topic, then as written."""
    return tuple(item for item in _defined() if topic_of(item) in HOUSE_TOPICS)


def discovered_features() -> tuple[Feature, ...]:
    """Return every feature: the house's, those of further modules by name, those adopted from a folder.

    Examples
    --------
    >>> discovered_features()[: len(house_features())] == house_features()
    True
    """
    return _every(tuple(item.compute for item in _ADOPTED))


@lru_cache(maxsize=1)
def _every(own: tuple[Callable[..., object], ...]) -> tuple[Feature, ...]:
    """Return the same tuple as long as the same functions are adopted."""
    del own
    return (*_defined(), *_ADOPTED)


def definition_modules() -> tuple[ModuleType, ...]:
    """Return the modules of ``features/definitions``: the house's topics in their order, others after them by name."""
    found = {entry.name for entry in pkgutil.iter_modules(definitions.__path__)}
    order = [*HOUSE_TOPICS, *sorted(found - set(HOUSE_TOPICS))]
    return tuple(importlib.import_module(f"{definitions.__name__}.{name}") for name in order)


def topic_of(item: Feature) -> str:
    """Return the last part of the name of the module that defines a feature.

    Examples
    --------
    >>> topic_of(house_features()[0])
    'arrears'
    """
    return item.place[0].rpartition(".")[2]


def load_features(folder: Path) -> tuple[Feature, ...]:
    """Return the features that the modules of a folder define: by file name, then as written.

    Every ``*.py`` of the folder is imported but those that begin with an underscore, which are free for
    what several of them share. Nothing is kept in the register of the house; ``adopt_features`` does that.

    Raises
    ------
    OwnFeaturesRefused
        When the folder is missing or holds no feature, when a file cannot be imported, and when a feature
        bears a name that another one or a column of every table has.
    SourceUnknown
        When a feature says that it reads a table that no book has.
    """
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise OwnFeaturesRefused(
            f"Expected a folder of features at {folder}, found {found}. Name the folder."
        )
    files = sorted(item for item in folder.glob("*.py") if not item.name.startswith("_"))
    _defined()  # the house's own are registered before a register apart begins
    with registered_apart() as register, _package(folder):
        for file in files:
            _run(file)
        found_features = tuple(sorted(register.values(), key=lambda item: item.place))
    if not found_features:
        names = ", ".join(file.name for file in files) or "no *.py file"
        raise OwnFeaturesRefused(
            f"Expected a function with @feature in a module of {folder}, found none ({names}). "
            "Decorate one, or name another folder."
        )
    _refuse_clashes(found_features, folder)
    return tuple(guarded(item) for item in found_features)


def adopt_features(own: tuple[Feature, ...]) -> None:
    """Let every table that this process builds from now on hold these features beside those of the house.

    They take the place of what was adopted before; an entry point calls this once.
    """
    _ADOPTED[:] = own


def adopt_folder(folder: Path | None) -> None:
    """Adopt the features of a folder; none of any folder where it is None."""
    adopt_features(() if folder is None else load_features(folder))


def adopted_digest() -> str:
    """Return the digest of the files of a team's features that this process adopted; empty without any.

    What was made from features is made anew when these files change.
    """
    if not _ADOPTED:
        return ""
    whole = hashlib.sha256(" ".join(item.spec.name for item in _ADOPTED).encode())
    folders = {file_of(item).parent for item in _ADOPTED}
    for file in sorted(file for folder in folders for file in folder.glob("*.py")):
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


def check_defined(names: Sequence[str], *, reader: str) -> None:
    """Refuse a model that reads features which nothing in this process defines.

    A lender's attributes (``attr_…``) come from the book and are not looked for.

    Raises
    ------
    FeatureUndefined
        When one of the names is defined by no module.

    Examples
    --------
    >>> check_defined(["dpd_latest", "attr_score"], reader="roll_30")
    >>> check_defined(["rent_share_latest"], reader="roll_30")
    Traceback (most recent call last):
    features.discovery.FeatureUndefined: Expected a definition of every feature that roll_30 reads, found none \
of 1 (rent_share_latest). Set DUECOURSE_FEATURES to the folder that defines them, or use another model.
    """
    defined = {item.spec.name for item in discovered_features()}
    absent = [name for name in names if name not in defined and not name.startswith("attr_")]
    if absent:
        raise FeatureUndefined(
            f"Expected a definition of every feature that {reader} reads, found none of {len(absent)} "
            f"({', '.join(absent[:5])}). Set DUECOURSE_FEATURES to the folder that defines them, or use another model."
        )


@cache
def _defined() -> tuple[Feature, ...]:
    """Return what the modules of ``features/definitions`` define; looked up once in a process."""
    order = [module.__name__ for module in definition_modules()]
    ours = [item for item in registered_features() if item.place[0] in order]
    return tuple(sorted(ours, key=lambda item: (order.index(item.place[0]), item.place[1])))


@contextmanager
def _package(folder: Path) -> Iterator[None]:
    """Let the files of the folder import one another: ``from own_features._shared import …``."""
    _forget_modules()
    package = ModuleType(OWN)
    package.__path__ = [str(folder)]
    sys.modules[OWN] = package
    writing, sys.dont_write_bytecode = (
        sys.dont_write_bytecode,
        True,
    )  # a compiled copy may be a second too old
    try:
        yield
    except BaseException:
        _forget_modules()
        raise
    finally:
        sys.dont_write_bytecode = writing


def _forget_modules() -> None:
    """Take the modules of a folder loaded before out of the interpreter's list."""
    for name in [name for name in sys.modules if name.partition(".")[0] == OWN]:
        del sys.modules[name]


def _run(file: Path) -> None:
    """Run one file of a team as a module of its own; its source is read anew, no compiled copy is kept."""
    module = ModuleType(f"{OWN}.{file.stem}")
    module.__file__ = str(file)
    if module.__name__ in sys.modules:  # another file imported it
        return
    sys.modules[module.__name__] = module
    try:
        exec(compile(file.read_bytes(), str(file), "exec"), module.__dict__)
    except (Exception, SystemExit) as error:
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)
        ]
        where = f", line {lines[-1]}" if lines else ""
        raise OwnFeaturesRefused(
            f"{file}{where}: expected a module of features that can be imported, "
            f"found {type(error).__name__}: {str(error).rstrip('.')}. Correct the file."
        ) from error


def _refuse_clashes(own: tuple[Feature, ...], folder: Path) -> None:
    """Refuse names that a feature of the house or a column of every table bears."""
    places = {item.spec.name: item.place[0] for item in _defined()}
    places |= dict.fromkeys((*KEYS, *CONTEXT), "every table")
    for item in own:
        name = item.spec.name
        if name in places or name.startswith("attr_"):
            taken = places.get(name, "an attribute of the lender")
            raise NameTaken(
                f"feature {name!r} of {folder / topic_of(item)}.py: expected a name of its own, "
                f"found it in {taken}. Rename the function."
            )
