"""A model by the words that name it: loaded, approved, and after two people's approval in force and signed."""

from __future__ import annotations

from datetime import datetime

from models.approvals import Promotion, released
from models.bundle import Bundle
from models.model_list import ModelListDamaged, read_model_list
from models.registry import Registry
from pipelines.environment import Settings


def load_model(model: str, *, settings: Settings) -> Bundle:
    """Return the bundle a user's words name, its digest checked before it is parsed.

    Raises
    ------
    UnknownModel
        When nothing answers to the words.
    BundleDamaged
        When the files are not what was registered.
    """
    resolved = Registry(settings.home).resolve(model)
    return Bundle.load(resolved.path, expected_hash=resolved.content_hash)


def promote_model(model: str, *, by: str, settings: Settings, at: datetime) -> Promotion:
    """Record that a person approves a model and say what is still needed.

    Raises
    ------
    UnknownModel
        When there is no such model.
    ApprovalRefused
        When the name is empty or has approved already.
    """
    return Registry(settings.home).promote(model, by=by, at=at)


def list_model(content_hash: str, *, settings: Settings) -> None:
    """Write the list of registered models anew where this model is missing in it: a home made before has none."""
    try:
        listed = {one.content_hash for one in read_model_list(settings.home)}
    except ModelListDamaged:
        listed = set()
    if content_hash not in listed:
        Registry(settings.home).write_list()


def in_force(name: str, *, settings: Settings) -> str | None:
    """Return the content hash of the model in force for a name, its signature checked, or None."""
    folder = released(settings.home, name)
    return None if folder is None else Bundle.load(folder).content_hash
