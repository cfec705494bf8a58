"""What a willful model says of an account: ability, willingness, their combination, and why.

Scoring alone: nothing here learns, so that the service and the night load no training code. That
somebody is willful is never said here; two people decide it (T3).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.bundle import Bundle, Matrices
from models.calibration import Calibration
from models.reasons import Reason, reasons_of
from models.willful_heads import Heads, joint_log_odds, speaks, spread_of

_AXES = (("able", 1), ("willing", -1))
"""Components, and whether more of each speaks for able-and-unwilling or against it."""


def score_willful(
    bundle: Bundle, frame: pd.DataFrame, matrices: Matrices, *, threads: int = 1
) -> pd.DataFrame:
    """Return ability, willingness and willfulness of each row, how sure, and whether evidence suffices.

    Parameters
    ----------
    bundle
        A bundle of kind ``willful``.
    frame
        Rows of features.
    matrices
        The same rows as each component reads them.
    threads
        Threads of LightGBM; the values do not depend on it.

    Returns
    -------
    DataFrame
        Index as ``frame``; ``p_able``, ``p_willing``, ``p_willful``, ``p_willful_low``,
        ``p_willful_high`` (90 %), ``evidence`` (``sufficient``, ``insufficient``) and ``band``
        (``insufficient`` when the evidence is).
    """
    stated = bundle.manifest["willful"]
    parts = [bundle.component(name) for name, _ in _AXES]
    p_able, p_willing = (part.probability_of(matrices[part.name], threads=threads) for part in parts)
    joint = Calibration.from_json(stated["joint"])
    log_odds = joint_log_odds(p_able, p_willing)
    heads = [Heads.from_json(stated["heads"][part.name]).log_odds(matrices[part.name]) for part in parts]
    below, above = spread_of(*heads) if len(frame) else (np.zeros(0), np.zeros(0))
    p, low, high = (joint.probability(log_odds + shift) for shift in (0.0, below, above))
    enough = (high - low) <= stated["widest"]
    for names in stated["speaking"].values():
        enough &= speaks(frame, names)
    return pd.DataFrame(
        {
            "p_able": p_able,
            "p_willing": p_willing,
            "p_willful": p,
            "p_willful_low": low,
            "p_willful_high": high,
            "evidence": np.where(enough, "sufficient", "insufficient").astype(object),
            "band": np.where(enough, bundle.band(p), "insufficient").astype(object),
        },
        index=frame.index,
    )


def reasons_of_willful(
    bundle: Bundle, frame: pd.DataFrame, matrices: Matrices, *, top: int = 3, threads: int = 1
) -> list[list[Reason]]:
    """Return what speaks for able-and-unwilling in each row, from both axes, strongest first."""
    told: list[list[Reason]] = [[] for _ in range(len(frame))]
    for name, sign in _AXES:
        part = bundle.component(name)
        values = part.explain_of(matrices[name], threads=threads)
        for row, reasons in enumerate(
            reasons_of(values, frame, catalogue=bundle.told_by(part), risk_sign=sign, top=top)
        ):
            told[row] += reasons
    return [sorted(reasons, key=lambda reason: -reason.contribution)[:top] for reasons in told]
