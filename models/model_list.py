"""The registered models as a plain file of the home, for readers that do not load MLflow.

``HOME/models.json`` is written by the registry after every registration and approval, from MLflow's own records
each time, so that an interrupted writing is made good by the next. It proves nothing: what is in force is said by
the signed releases alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from features.files import atomic_file

FORMAT: Final = 1
_FILE: Final = "models.json"
_TEXTS: Final = (
    "name", "version", "content_hash", "run_id", "experiment_id", "registered_at", "target", "window", "kind",
)  # fmt: skip
_NAMES: Final = ("aliases", "approved_by")
_REMEDY: Final = (
    "It is only a copy of the registry: remove it; the next training or promotion writes it anew."
)


class ModelListDamaged(ValueError):
    """The list of models is not what the registry wrote."""


@dataclass(frozen=True)
class ListedModel:
    """A registered version of a model.

    Parameters
    ----------
    name, version
        Registered name and version number.
    content_hash
        Identity of the bundle.
    aliases
        MLflow's aliases that point to the version: ``champion``, ``challenger``.
    run_id, experiment_id
        MLflow's run that made it and the run's experiment; empty when MLflow has forgotten the run.
    registered_at
        Instant of registration, ISO in UTC.
    target, window, kind
        What it foretells, over which time, and how it is built; empty when not stated.
    metrics
        The evaluation on held-out rows, as `models.evaluate.evaluate` returned it, without its curves.
    approved_by
        The names typed by those who approved it: since it was last put in force, else those who put it there.
    """

    name: str
    version: str
    content_hash: str
    aliases: tuple[str, ...]
    run_id: str
    experiment_id: str
    registered_at: str
    target: str
    window: str
    kind: str
    metrics: Mapping[str, Any]
    approved_by: tuple[str, ...]


def read_model_list(home: Path) -> tuple[ListedModel, ...]:
    """Return the registered models of a home: by name, newest first; none where there is no list.

    Raises
    ------
    ModelListDamaged
        When the file is not one that the registry wrote.

    Examples
    --------
    >>> import tempfile
    >>> read_model_list(Path(tempfile.mkdtemp()))
    ()
    """
    file = home / _FILE
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise _damaged(file, "bytes that are no text") from error
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(file, "text that is no JSON") from error
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        found = stored.get("format") if isinstance(stored, dict) else type(stored).__name__
        raise _damaged(file, f"format {found!r} instead of {FORMAT}")
    models = stored.get("models")
    if not isinstance(models, list):
        raise _damaged(file, "no list of models")
    return tuple(_read(file, place, row) for place, row in enumerate(models, start=1))


def write_model_list(home: Path, models: Sequence[ListedModel]) -> None:
    """Write the list of models of a home, whole or not at all.

    Examples
    --------
    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> one = ListedModel("roll_30", "1", "ab" * 32, (), "r", "1", "", "roll_30", "30d", "classifier", {"n": 5}, ())
    >>> write_model_list(home, [one])
    >>> read_model_list(home) == (one,)
    True
    """
    written = {"format": FORMAT, "models": [asdict(model) for model in models]}
    with atomic_file(home / _FILE) as part:
        part.write_text(
            json.dumps(written, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
        )


def _read(file: Path, place: int, row: Any) -> ListedModel:
    expected = {one.name for one in fields(ListedModel)}
    if not isinstance(row, dict) or set(row) != expected:
        found = sorted(set(row) ^ expected) if isinstance(row, dict) else [type(row).__name__]
        raise _damaged(file, f"other fields in model {place} ({', '.join(found[:5])})")
    wrong = [name for name in _TEXTS if not isinstance(row[name], str)]
    wrong += [name for name in _NAMES if not _is_texts(row[name])]
    wrong += [] if isinstance(row["metrics"], dict) else ["metrics"]
    if wrong:
        raise _damaged(file, f"values of another kind in model {place} ({', '.join(wrong[:5])})")
    return ListedModel(**{**row, **{name: tuple(row[name]) for name in _NAMES}})


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _damaged(file: Path, found: str) -> ModelListDamaged:
    return ModelListDamaged(
        f"Expected the list of models that the registry wrote in {file}, found {found}. {_REMEDY}"
    )
