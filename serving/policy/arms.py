"""Who is left alone or audited by design: stable hashes, so that anybody can redo the draw."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def stable_draws(ids: Sequence[str], *, salt: str) -> NDArray[np.float64]:
    """Return a number in [0, 1) for each id that depends on nothing but the id and the salt.

    Examples
    --------
    >>> bool(stable_draws(["B-1"], salt="s")[0] == stable_draws(["B-2", "B-1"], salt="s")[1])
    True
    """
    key = salt.encode()[:64]
    whole = b"".join(hashlib.blake2b(name.encode(), digest_size=8, key=key).digest() for name in ids)
    return (np.frombuffer(whole, dtype=">u8") >> np.uint64(11)).astype(np.float64) / 2.0**53


def is_held_out(borrower_ids: Sequence[str], *, share: float, salt: str) -> NDArray[np.bool_]:
    """Return True for debtors of the permanent no-contact holdout: by debtor, for all loans and nights."""
    return stable_draws(borrower_ids, salt=f"{salt}:holdout") < share


def audit_draw(
    loan_ids: Sequence[str],
    *,
    eligible: NDArray[np.bool_],
    share: float,
    most: int,
    salt: str,
) -> tuple[NDArray[np.bool_], float]:
    """Return who gets a random audit visit tonight, and the probability with which an eligible one does.

    At most ``most`` accounts are drawn; where capacity binds, the probability falls to most / eligible.
    """
    count = int(eligible.sum())
    probability = min(share, most / count) if count else 0.0
    draws = np.where(eligible, stable_draws(loan_ids, salt=f"{salt}:audit"), 1.0)
    chosen = draws < probability
    if chosen.sum() > most:
        keep = np.argsort(draws, kind="stable")[:most]
        chosen = np.isin(np.arange(len(draws)), keep)
    return chosen, probability


def propensity(
    *,
    action_is_policy: NDArray[np.bool_],
    action_is_nothing: NDArray[np.bool_],
    action_is_visit: NDArray[np.bool_],
    audit: NDArray[np.float64],
    holdout: float,
) -> NDArray[np.float64]:
    """Return the probability with which the whole procedure chooses the action it chose.

    A debtor is held out with probability h; else audited with probability a where eligible (0
    elsewhere); else the policy's own choice is taken. The policy's choice given the prices is certain.
    """
    chosen = (1.0 - holdout) * (1.0 - audit) * action_is_policy
    chosen += (1.0 - holdout) * audit * action_is_visit
    chosen += holdout * action_is_nothing
    return np.asarray(chosen, dtype=np.float64)
