"""An approval recorded; at the second by another person the model is in force and its release is signed."""

from __future__ import annotations

from datetime import datetime

from models.approvals import Promotion, released
from models.bundle import Bundle
from models.registry import Registry
from pipelines.environment import Settings


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


def in_force(name: str, *, settings: Settings) -> str | None:
    """Return the content hash of the model in force for a name, its signature checked, or None."""
    folder = released(settings.home, name)
    return None if folder is None else Bundle.load(folder).content_hash
