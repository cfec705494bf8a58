"""A child process that loads a released model first, so that a bad one cannot end the service.

Run as ``python -m serving.canary FOLDER CONTENT_HASH …``; exit status 0 means that each of the models
loaded, scored and explained a synthetic row within its catalogue's ranges.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from features.catalogue import Catalogue
    from models.bundle import Bundle

PATIENCE_SECONDS = 180


def survives(bundles: Mapping[str, Path]) -> bool:
    """Return True when one child process could load every bundle, score with it and explain.

    Parameters
    ----------
    bundles
        Folder of each bundle by its content hash.
    """
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "serving.canary",
                *(word for name, at in bundles.items() for word in (str(at), name)),
            ],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def sing(folder: Path, *, content_hash: str) -> None:
    """Load the bundle, score and explain synthetic rows; raise when anything is not as it must be.

    Raises
    ------
    BundleDamaged
        When the bundle is not the one with that content hash.
    ValueError
        When a probability is not in [0, 1].
    """
    from models.bundle import Bundle

    warm(Bundle.load(folder, expected_hash=content_hash))


def warm(bundle: Bundle) -> None:
    """Score and explain synthetic rows, so that kernels are compiled before the first caller comes.

    Raises
    ------
    ValueError
        When a probability is not in [0, 1].
    """
    frame = synthetic_rows(bundle.catalogue, names=bundle.feature_names)
    scores = bundle.score(frame)
    bundle.reasons(frame)
    for name in scores:
        if name == "probability" and not scores[name].between(0, 1).all():
            raise ValueError(
                f"Expected probabilities in [0, 1] from {bundle.name}, found others. Train it again."
            )


def synthetic_rows(catalogue: Catalogue, *, names: tuple[str, ...]) -> pd.DataFrame:
    """Return two rows within the catalogue's ranges: every feature at its low end, then none known."""
    import numpy as np
    import pandas as pd

    columns: dict[str, list[object]] = {}
    for name in names:
        spec = catalogue.spec(name)
        code = spec.kind == "code"
        columns[name] = ["x" if code else float(spec.low or 0.0), None if code else np.nan]
    return pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})


if __name__ == "__main__":
    from serving.lean import keep_lean

    keep_lean()
    for at, name in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        sing(Path(at), content_hash=name)
