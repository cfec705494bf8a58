"""Registered versions of models, and which of them a user's words name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.bundle_files import content_hash_of, read_bundle_files


class UnknownModel(LookupError):
    """No model answers to that name, or more than one does."""


@dataclass(frozen=True)
class Version:
    """A registered version of a model.

    Parameters
    ----------
    name, version
        Registered name and version number.
    content_hash
        Identity of the bundle.
    path
        Folder of the bundle within the store.
    aliases
        Aliases that point to it.
    fresh
        False when it was found, True when it was just registered.
    """

    name: str
    version: str
    content_hash: str
    path: Path
    aliases: tuple[str, ...] = ()
    fresh: bool = False


@dataclass(frozen=True)
class ResolvedModel:
    """What a user's words name.

    Parameters
    ----------
    path
        Folder of the bundle.
    name, version
        Registered name and version number; both empty for a folder.
    content_hash
        Identity; load the bundle with it as ``expected_hash``.
    aliases
        Aliases that point to the version.
    """

    path: Path
    name: str
    version: str
    content_hash: str
    aliases: tuple[str, ...] = ()


def folder_model(folder: Path) -> ResolvedModel:
    """Return the bundle in a folder, its digests checked.

    Raises
    ------
    BundleDamaged
        When the folder holds no sound bundle.
    """
    return ResolvedModel(folder, "", "", content_hash_of(read_bundle_files(folder)))


def chosen(model: str, versions: Sequence[Version]) -> ResolvedModel:
    """Return the version that a content hash, NAME@alias or NAME/version names.

    A content hash may be cut to its first 8 signs or more, as long as one model answers.

    Raises
    ------
    UnknownModel
        When nothing answers, or more than one model does; the message lists what is there.

    Examples
    --------
    >>> there = [Version("roll_30", "1", "ab" * 32, Path("bundle"), ("champion",))]
    >>> chosen("roll_30@champion", there).version, chosen("abababab", there).name
    ('1', 'roll_30')
    """
    if re.fullmatch(r"[0-9a-f]{8,64}", model):
        found = [one for one in versions if one.content_hash.startswith(model)]
    elif "@" in model:
        name, alias = model.rsplit("@", 1)
        found = [one for one in versions if one.name == name and alias in one.aliases]
    else:
        name, _, number = model.rpartition("/")
        found = [one for one in versions if (one.name, one.version) == (name, number)]
    if len({(one.name, one.content_hash) for one in found}) != 1:
        raise UnknownModel(_unknown(model, found, versions))
    one = found[0]
    return ResolvedModel(one.path, one.name, one.version, one.content_hash, one.aliases)


def _unknown(model: str, found: Sequence[Version], versions: Sequence[Version]) -> str:
    wanted = "Expected a bundle folder, a content hash, NAME@alias or NAME/version"
    if found:
        several = ", ".join(f"{one.name}/{one.version} ({one.content_hash[:16]})" for one in found[:5])
        return f"{wanted}, found {model!r}, which names {len(found)} models: {several}. Say which."
    if not versions:
        return f"{wanted}, found {model!r}, and no model is registered. Train one first."
    there = ", ".join(
        f"{one.name}/{one.version}" + "".join(f" @{alias}" for alias in one.aliases) for one in versions[:10]
    )
    more = f" and {len(versions) - 10} more" if len(versions) > 10 else ""
    return f"{wanted}, found {model!r}, which none answers to. There are: {there}{more}. Name one of these."
