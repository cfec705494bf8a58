"""The forty features in plain pandas, as a careful analyst writes them: one morning at a time, groupby and merge.

A row counts when it was known (``seen_from <= morning < seen_until``) and its day lies in the lookback. Rows are
filtered first and grouped last, every group-by is over one integer column, codes are categories.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from benchmarks.compared import (
    BAD_NUMBERS,
    CODES,
    COLUMNS,
    DAYS_PER_MONTH,
    DERIVED,
    EPOCH,
    IDS,
    MONEY,
    NAMES,
    SHOCKS,
    TALKS,
    UNANSWERED,
)  # fmt: skip

Frames = dict[str, pd.DataFrame]


def loaded(folder: Path, *, threads: int) -> Frames:
    """Return the columns the features need as frames; codes are categories."""

    def read(name: str) -> pd.DataFrame:
        frame = pd.read_parquet(folder / f"{name}.parquet", columns=[*DERIVED, *COLUMNS[name]])
        for column in set(CODES) & set(frame):
            frame[column] = frame[column].astype("category")
        for column in {"ended_on", "due_on"} & set(frame):
            frame[column] = (pd.to_datetime(frame[column]) - pd.Timestamp(EPOCH)).dt.days
        return frame

    with ThreadPoolExecutor(threads) as pool:
        frames = dict(zip(COLUMNS, pool.map(read, COLUMNS), strict=True))
    dues = frames["instalments"]
    dues["due"] = dues["principal_due"] + dues["interest_due"] + dues["fee_due"]
    frames["instalments"] = dues[[*DERIVED, "due"]]
    return frames


def features(frames: Frames, mornings: Sequence[int], *, threads: int, ids: bool) -> pd.DataFrame:
    """Return the features of every standing loan on each morning, mornings shared among threads."""
    names = list(IDS) if ids else []
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda morning: _one_morning(frames, morning, names), mornings))
    return pd.concat(parts, ignore_index=True)


def write(table: pd.DataFrame, out: Path) -> None:
    """Write the table as Parquet, zstd, a dictionary for the ids alone: the fastest of what we tried."""
    table.to_parquet(out, compression="zstd", index=False, use_dictionary=list(IDS))


def as_frame(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as a pandas frame."""
    return table


def _one_morning(frames: Frames, morning: int, names: list[str]) -> pd.DataFrame:
    past = {
        name: frame[
            (frame["seen_from"] <= morning) & (frame["seen_until"] > morning) & (frame["day"] < morning)
        ]
        for name, frame in frames.items()
    }
    loans = past["loans"]
    loans = loans[~(loans["ended_on"] < morning)].set_index("owner_no")
    out = loans[names].copy()
    out["as_of"] = pd.Timestamp(EPOCH) + pd.Timedelta(days=morning)
    out["loan_age_days"] = morning - loans["day"]
    out["term_elapsed_ratio"] = out["loan_age_days"] / (loans["term_months"] * DAYS_PER_MONTH)
    _ledger(out, past["instalments"], past["payments"], morning)
    _payments(out, past["payments"], morning)
    _contacts(out, past["contacts"], morning)
    promises = past["promises"]
    out["promises_count_90d"] = _counted(promises[promises["day"] >= morning - 90], out)
    out["days_since_promise"] = morning - promises.groupby("owner_no")["day"].max()
    out["promise_open_latest"] = _counted(promises[promises["due_on"] > morning], out) > 0
    kinds = {name: "float64" if name in MONEY else "float32" for name in NAMES}
    told = out[[*names, "as_of", *NAMES]].astype(kinds)
    return told if names else told.reset_index()


def _counted(rows: pd.DataFrame, out: pd.DataFrame) -> pd.Series:
    return rows.groupby("owner_no").size().reindex(out.index, fill_value=0)


def _summed(rows: pd.DataFrame, column: str, out: pd.DataFrame) -> pd.Series:
    return rows.groupby("owner_no")[column].sum().reindex(out.index, fill_value=0)


def _distinct(rows: pd.DataFrame, column: str, out: pd.DataFrame) -> pd.Series:
    pairs = rows[["owner_no", column]].dropna().drop_duplicates()
    return pairs.groupby("owner_no").size().reindex(out.index, fill_value=0)


def _ledger(out: pd.DataFrame, dues: pd.DataFrame, payments: pd.DataFrame, morning: int) -> None:
    paid = _summed(payments, "amount", out)
    settled = paid.clip(lower=0)
    owed_so_far = dues.groupby("owner_no")["due"].cumsum()
    open_dues = dues[owed_so_far > dues["owner_no"].map(settled)]
    unpaid = open_dues.groupby("owner_no")["day"].agg(["min", "size"])
    due = _summed(dues, "due", out)
    out["arrears_amount_latest"] = (due - settled).clip(lower=0)
    out["dpd_latest"] = (morning - unpaid["min"]).reindex(out.index, fill_value=0)
    out["unpaid_instalments_count"] = unpaid["size"].reindex(out.index, fill_value=0)
    out["arrears_share_of_due"] = out["arrears_amount_latest"] / due.where(due > 0)
    out["prepaid_amount_latest"] = (paid - due).clip(lower=0)
    out["instalments_due_count"] = _counted(dues, out)
    year = dues[dues["day"] >= morning - 365]
    due_in_year, many = _summed(year, "due", out), _counted(year, out)
    out["arrears_to_instalment_ratio"] = (
        out["arrears_amount_latest"] * many / due_in_year.where(due_in_year > 0)
    )
    out["instalment_amount_mean_365d"] = due_in_year / many.where(many > 0)
    for days in (30, 90, 180):
        fell_due = _summed(dues[dues["day"] >= morning - days], "due", out)
        received = _summed(payments[payments["day"] >= morning - days], "amount", out)
        out[f"paid_to_due_ratio_{days}d"] = received / fell_due.where(fell_due > 0)
        if days != 180:
            out[f"paid_amount_{days}d"] = received
    out["paid_amount_365d"] = _summed(payments[payments["day"] >= morning - 365], "amount", out)


def _payments(out: pd.DataFrame, payments: pd.DataFrame, morning: int) -> None:
    received = payments[payments["amount"] >= 1]
    out["days_since_payment"] = morning - received.groupby("owner_no")["day"].max()
    half = received[received["day"] >= morning - 180]
    for days in (30, 90):
        out[f"payments_count_{days}d"] = _counted(half[half["day"] >= morning - days], out)
    out["payment_largest_180d"] = half.groupby("owner_no")["amount"].max()
    out["payment_channels_distinct_180d"] = _distinct(half, "channel", out)
    negative = payments[(payments["amount"] < 0) & (payments["day"] >= morning - 180)]
    out["reversals_count_180d"] = _counted(negative, out)


def _contacts(out: pd.DataFrame, contacts: pd.DataFrame, morning: int) -> None:
    talks = contacts[contacts["outcome"].isin(TALKS)]
    out["days_since_right_party_contact"] = morning - talks.groupby("owner_no")["day"].max()
    half = contacts[contacts["day"] >= morning - 180]
    quarter = half[half["day"] >= morning - 90]
    out["bad_number_count_180d"] = _counted(half[half["outcome"].isin(BAD_NUMBERS)], out)
    out["numbers_distinct_180d"] = _distinct(half, "number_id", out)
    out["plan_requests_count_180d"] = _counted(half[half["outcome"] == "asked_for_plan"], out)
    out["shock_reasons_count_180d"] = _counted(half[half["stated_reason"].isin(SHOCKS)], out)
    out["contact_channels_distinct_90d"] = _distinct(quarter, "channel", out)
    out["inbound_count_90d"] = _counted(quarter[quarter["direction"] == "in"], out)
    refused = quarter[quarter["outcome"] == "refused"]
    refused = refused[(refused["channel"] != "visit") & (refused["stated_reason"] != "dispute")]
    out["refusals_count_90d"] = _counted(refused, out)
    talks = quarter[quarter["outcome"].isin(TALKS)]
    out["right_party_contacts_count_90d"] = _counted(talks, out)
    out["right_party_contacts_count_30d"] = _counted(talks[talks["day"] >= morning - 30], out)
    out["no_reason_count_90d"] = _counted(talks[talks["stated_reason"] == "none_given"], out)
    calls = quarter[(quarter["channel"] == "call") & (quarter["direction"] == "out")]
    month = calls[calls["day"] >= morning - 30]
    out["attempts_count_30d"] = _counted(month, out)
    out["attempts_count_7d"] = _counted(month[month["day"] >= morning - 7], out)
    out["unanswered_count_30d"] = _counted(month[month["outcome"].isin(UNANSWERED)], out)
    two_months = calls[calls["day"] >= morning - 60]
    attempts = _counted(two_months, out)
    reached = _counted(two_months[two_months["outcome"].isin(TALKS)], out)
    out["connect_rate_60d"] = reached / attempts.where(attempts > 0)
