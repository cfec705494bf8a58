"""From a sample to a bundle: the champion, its scorecard, and the figures of held-out rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np

from models.boosting import BoostSettings
from models.bundle import BAND_QUANTILES, BANDS, FORMAT, Bundle
from models.bundle_ids import TrainedIds
from models.components import REFERENCE_ROWS, Component, fit_component
from models.evaluate import evaluate
from models.leaks import model_alarms
from models.sample import Sample
from models.splits import Split, split_sample

LIBRARIES = ("lightgbm", "numpy", "pandas", "scikit-learn")


@dataclass(frozen=True)
class Trained:
    """A trained model, how it did on rows it has not seen, and how the rows were split.

    Parameters
    ----------
    bundle
        The model.
    evaluation
        Figures on the test part: champion, scorecard and rankers, per bucket and pooled.
    split
        Positions of the sample's rows in each part.
    """

    bundle: Bundle
    evaluation: dict[str, Any]
    split: Split

    @property
    def params(self) -> dict[str, str | int | float]:
        """Return what a registry keeps beside the version."""
        manifest = self.bundle.manifest
        told = {name: manifest[name] for name in ("target", "window", "kind", "risk_sign", "seed")}
        sizes = {f"rows_{part}": manifest["split"][part] for part in ("train", "calibrate", "test")}
        settings = {f"trees_{name}": value for name, value in manifest.get("settings", {}).items()}
        return {**told, **sizes, **settings, "features": len(self.bundle.feature_names)}

    @property
    def notes(self) -> tuple[str, ...]:
        """Return leak alarms, how the rows were split and what that cost."""
        lost = tuple(f"not used: {count:,} rows, {cause}" for cause, count in self.split.dropped)
        return (*self.bundle.manifest.get("alarms", ()), f"split {self.split.stated}", *lost)


def train(sample: Sample, *, seed: int, threads: int = 1, settings: BoostSettings | None = None) -> Trained:
    """Return a model of the sample's target and its figures on held-out rows.

    The same sample, seed and library versions give the same bundle, byte for byte.

    Parameters
    ----------
    sample
        Rows to learn from and to judge on.
    seed
        Of the split, the trees and the draw of the reference population.
    threads
        Threads of LightGBM; the model does not depend on it.

    Raises
    ------
    SplitImpossible
        When the sample cannot be split by group.
    """
    settings = settings or BoostSettings()
    split = split_sample(sample, seed=seed)
    main = fit_component(
        sample.labelled(split.train),
        calibrate=sample.labelled(split.calibrate),
        name="main",
        catalogue=sample.catalogue,
        risk_sign=sample.risk_sign,
        seed=seed,
        threads=threads,
        settings=settings,
    )
    probability = main.probability(sample.X.iloc[split.calibrate], threads=threads)
    draft = bundle_of(
        (main,),
        sample=sample,
        split=split,
        seed=seed,
        kind="classifier",
        cutoffs=[float(cut) for cut in np.quantile(probability, BAND_QUANTILES)],
        further={"settings": vars(settings) | {"grown": main.booster.num_trees()}},
    )
    held_out = sample.take(split.test)
    evaluation = evaluate(draft, held_out, seed=seed)
    alarms = model_alarms(held_out.y, main.probability(held_out.X, threads=threads), dpd=held_out.dpd)
    evaluation["notes"] = [*alarms, *evaluation.get("notes", [])]
    bundle = with_metrics(replace(draft, manifest={**draft.manifest, "alarms": list(alarms)}), evaluation)
    evaluation["model"] = {**evaluation["model"], "content_hash": bundle.content_hash}
    return Trained(bundle, evaluation, split)


def bundle_of(
    components: tuple[Component, ...],
    *,
    sample: Sample,
    split: Split,
    seed: int,
    kind: str,
    cutoffs: list[float],
    further: dict[str, Any] | None = None,
) -> Bundle:
    """Return components as a bundle that states where they come from.

    Parameters
    ----------
    components
        In the order in which they speak.
    sample, split
        What they were fitted on; training and calibration ids are remembered as salted hashes.
    cutoffs
        Two probabilities: where band ``medium`` and band ``high`` begin.
    further
        Entries of the manifest beside the standing ones (settings, how components combine).
    """
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "name": sample.target,
        "target": sample.target,
        "kind": kind,
        "components": [component.name for component in components],
        "window": sample.window,
        "risk_sign": sample.risk_sign,
        "seed": seed,
        "bands": {"names": list(BANDS), "cutoffs": cutoffs, "from": "quantiles of the calibration part"},
        "trained_from": {"source": sample.source_digest, "losses": sample.losses_json()},
        "split": split.to_json(),
        "reference": f"training rows with the good outcome, at most {REFERENCE_ROWS:,}",
        "versions": {name: version(name) for name in LIBRARIES},
        "metrics": {},
        **(further or {}),
    }
    seen = np.concatenate([split.train, split.calibrate])
    salt_from = f"{sample.source_digest}:{sample.target}:{seed}"
    return Bundle(
        manifest, components, sample.catalogue, TrainedIds.of(sample.ids[seen], salt_from=salt_from)
    )


def with_metrics(bundle: Bundle, evaluation: dict[str, Any]) -> Bundle:
    """Return the bundle with the head figures of an evaluation in its manifest."""
    kept = ("n", "base_rate", "auc", "ks", "brier", "calibration", "capture", "cash_capture")
    figures = {name: evaluation[name] for name in kept if name in evaluation}
    figures["auc_by_bucket"] = {name: part["auc"] for name, part in evaluation.get("by_bucket", {}).items()}
    return replace(bundle, manifest={**bundle.manifest, "metrics": figures})
