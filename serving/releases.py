"""The models in force: signed releases, verified before parsing, tried in a child, then swapped.

A release that cannot be verified or does not survive its first load leaves the model before it in
force. A model whose pointer was removed stops speaking.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from models.bundle import Bundle
from models.release_keys import PUBLIC, trusted_key
from models.releases import Release, ReleaseRefused, current_release, released_names
from serving.canary import survives, warm

_log = logging.getLogger("duecourse.releases")


@dataclass(frozen=True)
class InForce:
    """The models that speak now, and why others do not.

    Parameters
    ----------
    bundles
        Bundle by registered name.
    refused
        Why the release of a name is not in force, by name.
    """

    bundles: Mapping[str, Bundle] = field(default_factory=lambda: MappingProxyType({}))
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class ReleasedModels:
    """Looks at the release folder of a home and keeps the models in force.

    Parameters
    ----------
    home
        Folder with ``releases/`` and ``keys/``.
    trial
        Tries a release before it is loaded here; by default in a child process.
    """

    def __init__(self, home: Path, *, trial: Callable[[Release], bool] | None = None) -> None:
        self._releases = home / "releases"
        self._public = home / "keys" / PUBLIC
        self._trial = trial or _tried_in_child
        self._lock = Lock()
        self._pointers: dict[str, bytes] = {}
        self.in_force = InForce()

    def refresh(self) -> InForce:
        """Return the models in force after the release folder was looked at again.

        One release is looked at once: while its pointer stays the same, nothing is read again.
        """
        with self._lock:
            bundles, refused = dict(self.in_force.bundles), dict(self.in_force.refused)
            names = released_names(self._releases)
            for gone in (set(bundles) | set(refused)) - set(names):
                bundles.pop(gone, None)
                refused.pop(gone, None)
                self._pointers.pop(gone, None)
            for name in names:
                pointer = (self._releases / name / "current.json").read_bytes()
                if self._pointers.get(name) == pointer:
                    continue
                try:
                    bundles[name] = self._loaded(name, bundles.get(name))
                    refused.pop(name, None)
                except (ValueError, TypeError, KeyError, OSError) as refusal:  # refusals are ValueErrors
                    _log.error("release of %s refused: %s", name, type(refusal).__name__)
                    refused[name] = str(refusal)
                self._pointers[name] = pointer
            self.in_force = InForce(MappingProxyType(bundles), MappingProxyType(refused))
        return self.in_force

    def _loaded(self, name: str, present: Bundle | None) -> Bundle:
        release = current_release(self._releases, name, public_key=trusted_key(self._public))
        if release is None:
            raise ReleaseRefused(f"Expected a release of {name} in force, found none. Promote a model.")
        if present is not None and present.content_hash == release.content_hash:
            return present
        if not self._trial(release):
            raise ReleaseRefused(
                f"Expected release {release.content_hash[:16]} of {name} to survive its first load in a "
                "child process, found that it did not. The model before it stays in force; release another."
            )
        bundle = Bundle.load(release.bundle, expected_hash=release.content_hash)
        warm(bundle)
        _log.info("model %s is in force: %s", name, release.content_hash)
        return bundle


def _tried_in_child(release: Release) -> bool:
    return survives(release.bundle, content_hash=release.content_hash)
