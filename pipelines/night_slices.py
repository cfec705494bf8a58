"""Which models speak for each account of a night, and which accounts no approved model speaks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

import pandas as pd

from serving.model_map import ModelMap


def slices_of(frame: pd.DataFrame, *, model_map: ModelMap) -> pd.Series[Any]:
    """Return, for each account, the names of the models that speak for its bucket and product."""
    pairs = {
        pair: model_map.models_for(bucket=pair[0], product=pair[1])
        for pair in {(str(b), str(p)) for b, p in zip(frame["bucket"], frame["product"], strict=True)}
    }
    return pd.Series(
        [pairs[(str(b), str(p))] for b, p in zip(frame["bucket"], frame["product"], strict=True)],
        index=frame.index,
        dtype=object,
    )


def unscored_of(frame: pd.DataFrame, slices: pd.Series[Any], *, champions: Collection[str]) -> dict[str, int]:
    """Return how many accounts of each bucket lack a model that should speak and is not approved."""
    missing = slices.map(lambda models: [name for name in models if name not in champions])
    alone = frame.assign(missing=missing).explode("missing").dropna(subset=["missing"])
    pairs = Counter(zip(alone["bucket"].astype(str), alone["missing"].astype(str), strict=True))
    return {f"{bucket}: no approved model {name}": n for (bucket, name), n in sorted(pairs.items())}
