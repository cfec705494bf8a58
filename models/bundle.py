"""A trained model as data: scores, explanations and an identity, without any pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import Catalogue
from models.bundle_files import BundleDamaged, content_hash_of, read_bundle_files, write_bundle_files
from models.bundle_ids import TrainedIds
from models.components import FILES, Component, json_bytes
from models.encoding import check_columns

if TYPE_CHECKING:
    from models.reasons import Reason

Matrices = Mapping[str, NDArray[np.float64]]
"""Encoded rows by the name of the component that reads them."""

FORMAT = 1
BANDS = ("low", "medium", "high")
BAND_QUANTILES = (0.5, 0.8)
PASSED_ON = ("loan_id", "borrower_id", "as_of")


@dataclass(frozen=True)
class Bundle:
    """A model that can be scored with, explained, written and told apart from every other.

    Parameters
    ----------
    manifest
        What it is: ``format``, ``name``, ``kind``, ``target``, ``window``, ``risk_sign``, ``seed``,
        ``bands``, ``trained_from`` (digests), ``versions``, ``metrics`` and more.
    components
        ``main`` for kind ``classifier``; ``able`` and ``willing`` for kind ``willful``.
    catalogue
        Meaning, direction and reason texts of every feature.
    trained_ids
        Salted, truncated hashes of the ids it learnt from.
    """

    manifest: dict[str, Any]
    components: tuple[Component, ...]
    catalogue: Catalogue
    trained_ids: TrainedIds

    @property
    def name(self) -> str:
        """Return the registered name: the target."""
        return str(self.manifest["name"])

    @property
    def kind(self) -> str:
        """Return ``classifier`` or ``willful``."""
        return str(self.manifest["kind"])

    @property
    def risk_sign(self) -> int:
        """Return +1 when a high probability is bad news, -1 when it is good news."""
        return int(self.manifest["risk_sign"])

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the features that a frame to be scored must hold."""
        return tuple(dict.fromkeys(name for c in self.components for name in c.contract.names))

    def component(self, name: str) -> Component:
        """Return the component of that name.

        Raises
        ------
        KeyError
            When the bundle has no such component.
        """
        for component in self.components:
            if component.name == name:
                return component
        raise KeyError(f"bundle {self.name!r} of kind {self.kind!r} has no component {name!r}")

    @property
    def main(self) -> Component:
        """Return the component that speaks first: ``main``, or ``able`` of a willful bundle."""
        return self.components[0]

    def score(self, frame: pd.DataFrame, *, threads: int = 1) -> pd.DataFrame:
        """Return probability, margin and band of each row, behind the ids the frame brought.

        A willful bundle answers with ``p_able``, ``p_willing``, ``p_willful`` and its evidence.

        Raises
        ------
        FeaturesRefused
            When a feature is missing or infinite.
        """
        return self._scores(frame, self._encoded(frame), threads=threads)

    def answer(
        self, frame: pd.DataFrame, *, top: int = 3, threads: int = 1
    ) -> tuple[pd.DataFrame, list[list[Reason]]]:
        """Return what ``score`` and ``reasons`` return; the rows are encoded once for both.

        Raises
        ------
        FeaturesRefused
            When a feature is missing or infinite.
        """
        matrices = self._encoded(frame)
        scores = self._scores(frame, matrices, threads=threads)
        return scores, self._reasons(frame, matrices, top=top, threads=threads)

    def band(self, probability: NDArray[np.float64]) -> NDArray[np.object_]:
        """Return ``low``, ``medium`` or ``high`` by the bundle's cut-offs (a cut-off belongs above)."""
        place = np.searchsorted(np.array(self.manifest["bands"]["cutoffs"]), probability, side="right")
        return np.array(BANDS, dtype=object)[place]

    def explain(self, frame: pd.DataFrame, *, component: str | None = None, threads: int = 1) -> NDArray[Any]:
        """Return exact Shapley values of the margin, one column per feature of the contract.

        With the component's ``base`` they add up to the margin.
        """
        part = self.main if component is None else self.component(component)
        return part.explain(frame, threads=threads)

    @property
    def base(self) -> float:
        """Return the mean margin of the reference population of ``main``."""
        return self.main.base

    def reasons(self, frame: pd.DataFrame, *, top: int = 3, threads: int = 1) -> list[list[Reason]]:
        """Return the ideas that raise each row's risk most, in words, strongest first."""
        return self._reasons(frame, self._encoded(frame), top=top, threads=threads)

    def told_by(self, component: Component) -> Catalogue:
        """Return the catalogue rows of the features that a component reads, in its order."""
        rows = {spec.name: spec for spec in self.catalogue}
        return Catalogue(tuple(rows[name] for name in component.contract.names))

    def _encoded(self, frame: pd.DataFrame) -> Matrices:
        check_columns(frame, self.feature_names)
        return {component.name: component.contract.encode(frame) for component in self.components}

    def _scores(self, frame: pd.DataFrame, matrices: Matrices, *, threads: int) -> pd.DataFrame:
        passed = {name: frame[name] for name in PASSED_ON if name in frame.columns}
        if self.kind == "willful":
            from models.willful_scoring import score_willful

            willful = score_willful(self, frame, matrices, threads=threads)
            return pd.DataFrame({**passed, **willful}, index=frame.index)
        margin = self.main.margin_of(matrices[self.main.name], threads=threads)
        probability = self.main.calibration.probability(margin)
        told = {"probability": probability, "margin": margin, "band": self.band(probability)}
        return pd.DataFrame({**passed, **told}, index=frame.index)

    def _reasons(
        self, frame: pd.DataFrame, matrices: Matrices, *, top: int, threads: int
    ) -> list[list[Reason]]:
        if self.kind == "willful":
            from models.willful_scoring import reasons_of_willful

            return reasons_of_willful(self, frame, matrices, top=top, threads=threads)
        from models.reasons import reasons_of

        values = self.main.explain_of(matrices[self.main.name], threads=threads)
        told = self.told_by(self.main)
        return reasons_of(values, frame, catalogue=told, risk_sign=self.risk_sign, top=top)

    def knows(self, ids: Sequence[object] | NDArray[np.object_]) -> NDArray[np.bool_]:
        """Return which ids the model learnt from (training and calibration)."""
        return self.trained_ids.knows(ids)

    @cached_property
    def content_hash(self) -> str:
        """Return the identity: sha256 over the sorted paths and digests of all files."""
        return content_hash_of(self.to_files())

    def to_files(self) -> dict[str, bytes]:
        """Return every file of the bundle: relative path and bytes."""
        files = {
            "bundle.json": json_bytes(self.manifest),
            "catalogue.json": (self.catalogue.to_json() + "\n").encode(),
            "trained_ids.bin": self.trained_ids.to_bytes(),
        }
        for component in self.components:
            for name, content in component.to_files().items():
                files[f"components/{component.name}/{name}"] = content
        return files

    def write(self, folder: Path) -> Path:
        """Write the bundle as a folder that appears whole or not at all; return the folder."""
        write_bundle_files(self.to_files(), folder)
        return folder

    @classmethod
    def load(cls, folder: Path, *, expected_hash: str | None = None) -> Bundle:
        """Return the bundle in a folder, after every file's digest was checked.

        Raises
        ------
        BundleDamaged
            When a file is changed, missing or foreign, the format is unknown, or the identity is
            not the expected one.
        """
        files = read_bundle_files(folder, expected_hash=expected_hash)
        manifest = _manifest_in(files, folder)
        found = manifest.get("format")
        if found != FORMAT:
            raise BundleDamaged(
                f"Expected a bundle of format {FORMAT} in {folder.name}, found format {found!r}. "
                "Use the version of duecourse that wrote it, or train again."
            )
        names = [str(name) for name in manifest.get("components", [])]
        wanted = {"bundle.json", "catalogue.json", "trained_ids.bin"}
        wanted |= {f"components/{name}/{file}" for name in names for file in FILES}
        if wanted != set(files):
            odd = sorted(wanted ^ set(files))
            raise BundleDamaged(
                f"Expected the {len(wanted)} files of a {manifest.get('kind')} bundle in {folder.name}, found "
                f"{len(odd)} missing or foreign ({', '.join(odd[:5])}). Copy the bundle again."
            )
        components = tuple(
            Component.from_files(name, {file: files[f"components/{name}/{file}"] for file in FILES})
            for name in names
        )
        catalogue = Catalogue.from_json(files["catalogue.json"].decode())
        return cls(manifest, components, catalogue, TrainedIds.from_bytes(files["trained_ids.bin"]))


def _manifest_in(files: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(files.get("bundle.json", b"{}"))
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict):
        raise BundleDamaged(
            f"Expected JSON in bundle.json of {folder.name}, found something else. Copy the bundle again."
        )
    return manifest
