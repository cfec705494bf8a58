"""What no lender sees: written beside the book, never read by features, models or policies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.simulator.capacity import SHOCKS
from pipelines.simulator.state import State


def truth_frames(state: State) -> dict[str, pd.DataFrame]:
    """Return the truth of a simulation.

    ``borrowers``: willingness (below 0.5: unwilling), attention, holdout. ``capacity``: income, free
    cash, burden and ability of every borrower and month (minor units). ``shocks``: kind, days, factor.
    ``hazard``: payment intensity per day of every overdue account on the first of each month.
    ``willful``: for accounts at dpd 31 and more on those days whether the borrower was able (free cash
    carried the instalments of the month before, no shock then or now), willing, and willful = able and
    unwilling; ``talked`` says whether there had been a right-party contact.
    """
    people = state.world.borrowers
    borrowers = pd.DataFrame(
        {
            "borrower_id": people.ids,
            "willingness": people.willingness,
            "willing": ~people.strategic,
            "attention": people.attention,
            "forgetfulness": people.forgetfulness,
            "free_share": people.free_share,
            "income_mean": people.income,
            "holdout": people.holdout,
        }
    )
    hazard, willful = _accounts(state)
    return {
        "borrowers": borrowers,
        "capacity": _capacity(state),
        "shocks": _shocks(state),
        "hazard": hazard,
        "willful": willful,
    }


def _day(values: np.ndarray) -> np.ndarray:
    return values.astype("datetime64[D]").astype("datetime64[s]")


def _capacity(state: State) -> pd.DataFrame:
    world = state.world
    span, capacity = world.months, world.capacity
    months, people = capacity.income.shape
    kinds = np.array(["none", *SHOCKS], dtype=object)
    return pd.DataFrame(
        {
            "borrower_id": pd.Categorical.from_codes(
                np.tile(np.arange(people), months), categories=pd.Index(world.borrowers.ids)
            ),
            "month": _day(np.repeat(span.begins[:-1], people)),
            "income": np.round(capacity.income.ravel()).astype(np.int64),
            "free_cash": np.round(capacity.free_cash.ravel()).astype(np.int64),
            "burden": np.round(capacity.burden.ravel()).astype(np.int64),
            "able": capacity.able.ravel(),
            "shock": pd.Categorical.from_codes(capacity.shock.ravel() + 1, categories=pd.Index(kinds)),
        }
    )


def _shocks(state: State) -> pd.DataFrame:
    spells = state.world.capacity.spells
    return pd.DataFrame(
        {
            "borrower_id": state.world.borrowers.ids[spells["borrower"]],
            "kind": np.array(SHOCKS, dtype=object)[spells["kind"]],
            "starts_on": _day(spells["starts_on"]),
            "ends_on": _day(spells["ends_on"]),
            "income_factor": spells["factor"],
        }
    )


def _accounts(state: State) -> tuple[pd.DataFrame, pd.DataFrame]:
    world, log = state.world, state.log["hazard"]
    loan, day, dpd = log.column("loan"), log.column("day"), log.column("dpd")
    borrower = world.loans.borrower[loan]
    month = world.months.month_of(day)
    able = world.capacity.able[np.maximum(month - 1, 0), borrower]
    able &= world.capacity.shock[month, borrower] < 0
    willing = ~world.borrowers.strategic[borrower]
    frame = pd.DataFrame(
        {
            "loan_id": world.loans.ids[loan],
            "borrower_id": world.borrowers.ids[borrower],
            "as_of": _day(day),
            "dpd": dpd,
            "intensity": log.column("intensity"),
            "able": able,
            "willing": willing,
            "willful": able & ~willing,
            "talked": log.column("talks") > 0,
        }
    )
    late = frame.loc[frame["dpd"] >= 31].drop(columns="intensity").reset_index(drop=True)
    return frame[["loan_id", "as_of", "dpd", "intensity"]], late
