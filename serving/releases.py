"""The models in force: signed releases, verified before parsing, tried in a child, then swapped.

A release that cannot be verified or does not survive its first load leaves the model before it in
force. A model whose pointer was removed stops speaking.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from features.discovery import check_defined
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
            changed = {name: (self._releases / name / "current.json").read_bytes() for name in names}
            changed = {name: raw for name, raw in changed.items() if self._pointers.get(name) != raw}
            fresh: dict[str, Release] = {}
            for name in changed:
                with self._refusals(name, refused):
                    release = self._verified(name)
                    if name not in bundles or bundles[name].content_hash != release.content_hash:
                        fresh[name] = release
            together = self._survive_together(list(fresh.values()))
            for name, release in fresh.items():
                with self._refusals(name, refused):
                    bundles[name] = self._loaded(release, tried=together)
            self._pointers.update(changed)
            self.in_force = InForce(MappingProxyType(bundles), MappingProxyType(refused))
        return self.in_force

    @contextmanager
    def _refusals(self, name: str, refused: dict[str, str]) -> Iterator[None]:
        """Keep why a release is not in force; what came before it stays."""
        try:
            yield
            refused.pop(name, None)
        except (ValueError, TypeError, KeyError, OSError) as refusal:  # refusals are ValueErrors
            _log.error("release of %s refused: %s", name, type(refusal).__name__)
            refused[name] = str(refusal)

    def _verified(self, name: str) -> Release:
        release = current_release(self._releases, name, public_key=trusted_key(self._public))
        if release is None:
            raise ReleaseRefused(f"Expected a release of {name} in force, found none. Promote a model.")
        return release

    def _survive_together(self, releases: Sequence[Release]) -> bool:
        """Return True when one child carried all of them; if it did not, each is tried on its own."""
        if self._trial is not _tried_in_child or len(releases) < 2:
            return False
        return survives({release.content_hash: release.bundle for release in releases})

    def _loaded(self, release: Release, *, tried: bool) -> Bundle:
        if not tried and not self._trial(release):
            raise ReleaseRefused(
                f"Expected release {release.content_hash[:16]} of {release.name} to survive its first load in a "
                "child process, found that it did not. The model before it stays in force; release another."
            )
        bundle = Bundle.load(release.bundle, expected_hash=release.content_hash)
        check_defined(bundle.feature_names, reader=f"release {release.content_hash[:16]} of {release.name}")
        warm(bundle)
        _log.info("model %s is in force: %s", release.name, release.content_hash)
        return bundle


def _tried_in_child(release: Release) -> bool:
    return survives({release.content_hash: release.bundle})
