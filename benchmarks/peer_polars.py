"""The forty features in Polars: lazy, one plan per morning, run by the streaming engine.

Lookbacks become masked columns before the group-by, so that the aggregates are plain sums and maxima, which Polars
runs fastest. Measured and slower: the in-memory engine, one plan for all mornings, a key flagged as sorted (its
group-by is then three times slower).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from benchmarks.compared import (
    BAD_NUMBERS,
    CODES,
    COLUMNS,
    DAYS_PER_MONTH,
    DERIVED,
    IDS,
    MONEY,
    NAMES,
    SHOCKS,
    TALKS,
    UNANSWERED,
)  # fmt: skip

Frames = dict[str, pl.LazyFrame]
E = pl.Expr
LOOKBACKS = (30, 90, 180, 365)


def loaded(folder: Path, *, threads: int) -> Frames:
    """Return the columns the features need as frames in memory; codes are categories."""
    if os.environ.get("POLARS_MAX_THREADS") != str(threads):
        raise RuntimeError(f"Expected POLARS_MAX_THREADS={threads} in the environment: Polars reads it once.")
    return {name: _scanned(folder, name).collect().lazy() for name in COLUMNS}


def features(frames: Frames, mornings: Sequence[int], *, threads: int, ids: bool) -> pl.DataFrame:
    """Return the features of every standing loan on each morning."""
    del threads  # set by the environment
    ready, keys = _ready(frames), IDS if ids else ("owner_no",)
    return pl.concat([_one_morning(ready, morning, keys).collect(engine="streaming") for morning in mornings])


def write(table: pl.DataFrame, out: Path) -> None:
    """Write the table as Parquet with lz4, which Polars writes fastest of the codecs."""
    table.write_parquet(out, compression="lz4")


def as_frame(table: pl.DataFrame) -> pd.DataFrame:
    """Return the table as a pandas frame."""
    return table.to_pandas()


def _scanned(folder: Path, name: str) -> pl.LazyFrame:
    frame = pl.scan_parquet(folder / f"{name}.parquet").select(*DERIVED, *COLUMNS[name])
    codes = [column for column in COLUMNS[name] if column in CODES]
    days = [column for column in COLUMNS[name] if column in ("ended_on", "due_on")]
    kinds: dict[Any, Any] = {
        column: pl.Enum(frame.select(pl.col(column).unique().drop_nulls().sort()).collect().to_series())
        for column in codes
    }
    return frame.cast(kinds | dict.fromkeys(days, pl.Int32))


def _ready(frames: Frames) -> Frames:
    """State once what does not depend on the morning: the amount due, and which contacts are calls and talks."""
    derived = [pl.col(name) for name in DERIVED]
    outcome, reason = pl.col("outcome"), pl.col("stated_reason")
    call = (pl.col("channel") == "call") & (pl.col("direction") == "out")
    talk = outcome.is_in(TALKS)
    contacts = frames["contacts"].select(
        *derived, call=call, talk=talk, reached=call & talk, unanswered=call & outcome.is_in(UNANSWERED),
        bad=outcome.is_in(BAD_NUMBERS), inbound=pl.col("direction") == "in", asked=outcome == "asked_for_plan",
        refused=(outcome == "refused") & ~pl.col("channel").is_in(["visit"])
        & ~reason.is_in(["dispute"]).fill_null(value=False), silent=talk & (reason == "none_given").fill_null(value=False),
        shock=reason.is_in(SHOCKS).fill_null(value=False),
        number=_bit("number_id"), channel=_bit("channel"),
    )  # fmt: skip
    due = pl.col("principal_due") + pl.col("interest_due") + pl.col("fee_due")
    return {
        "loans": frames["loans"],
        "instalments": frames["instalments"].select(*derived, due=due).collect().lazy(),
        "payments": frames["payments"].select(*derived, "amount", channel=_bit("channel")).collect().lazy(),
        "contacts": contacts.collect().lazy(),
        "promises": frames["promises"],
    }


def _bit(column: str) -> E:
    return pl.lit(2, pl.UInt32).pow(pl.col(column).to_physical())


def _one_morning(ready: Frames, morning: int, keys: tuple[str, ...]) -> pl.LazyFrame:
    seen = (pl.col("seen_from") <= morning) & (pl.col("seen_until") > morning) & (pl.col("day") < morning)
    past = {name: frame.filter(seen) for name, frame in ready.items()}
    standing = pl.col("ended_on").is_null() | (pl.col("ended_on") >= morning)
    loans = (
        past["loans"].filter(standing).select("owner_no", *IDS, "term_months", age=morning - pl.col("day"))
    )
    paid = _payments(past["payments"], morning)
    parts = (paid, _dues(past["instalments"], paid, morning), _contacts(past["contacts"], morning))
    for part in (*parts, _promises(past["promises"], morning)):
        loans = loans.join(part, on="owner_no", how="left")
    told = _columns(morning)
    return loans.select(
        *keys,
        pl.lit(morning, pl.Int32).cast(pl.Date).alias("as_of"),
        *(told[name].cast(pl.Float64 if name in MONEY else pl.Float32).alias(name) for name in NAMES),
    )


def _since(morning: int, days: int) -> E:
    return pl.col("day") >= morning - days


def _where(condition: E, value: E) -> E:
    return pl.when(condition).then(value)


def _payments(rows: pl.LazyFrame, morning: int) -> pl.LazyFrame:
    amount, day = pl.col("amount"), pl.col("day")
    received, half = amount >= 1, _since(morning, 180)
    masked = rows.select(
        "owner_no",
        paid=amount,
        **{f"paid{days}": amount * _since(morning, days) for days in LOOKBACKS},
        n30=received & _since(morning, 30),
        n90=received & _since(morning, 90),
        reversed=(amount < 0) & half,
        paid_on=_where(received, day),
        largest=_where(received & half, amount),
        channels=_where(received & half, pl.col("channel")),
    )
    sums = ("paid", *(f"paid{days}" for days in LOOKBACKS), "n30", "n90", "reversed")
    return masked.group_by("owner_no").agg(
        pl.col(sums).sum(), pl.col("paid_on", "largest").max(), pl.col("channels").bitwise_or()
    )


def _dues(rows: pl.LazyFrame, paid: pl.LazyFrame, morning: int) -> pl.LazyFrame:
    """Return the aggregates of the instalments.

    One running sum over all rows, compared with what stood before the loan plus what was paid, is faster than a
    window per loan: rows lie in the order of loan and day.
    """
    due, day = pl.col("due"), pl.col("day")
    settled = pl.col("paid").fill_null(0).clip(lower_bound=0)
    lines = (
        rows.group_by("owner_no")
        .agg(total=due.sum())
        .sort("owner_no")
        .with_columns(before=pl.col("total").cum_sum() - pl.col("total"))
        .join(paid.select("owner_no", "paid"), on="owner_no", how="left")
        .select("owner_no", line=pl.col("before") + settled, settled=settled)
    )
    masked = (
        rows.with_columns(so_far=due.cum_sum())
        .join(lines, on="owner_no")
        .select(
            "owner_no",
            "settled",
            due=due,
            **{f"due{days}": due * _since(morning, days) for days in LOOKBACKS},
            many365=_since(morning, 365),
            unpaid=pl.col("so_far") > pl.col("line"),
            oldest=_where(pl.col("so_far") > pl.col("line"), day),
        )
    )
    sums = ("due", *(f"due{days}" for days in LOOKBACKS), "many365", "unpaid")
    return (
        masked.group_by("owner_no")
        .agg(pl.col(sums).sum(), pl.col("oldest").min(), pl.col("settled").first(), many=pl.len())
        .with_columns(arrears=(due - pl.col("settled")).clip(lower_bound=0))
        .drop("settled")
    )


_COUNTS = {
    "attempts_count_7d": ("call", 7), "attempts_count_30d": ("call", 30), "calls": ("call", 60),
    "reached": ("reached", 60), "right_party_contacts_count_30d": ("talk", 30),
    "right_party_contacts_count_90d": ("talk", 90), "unanswered_count_30d": ("unanswered", 30),
    "bad_number_count_180d": ("bad", 180), "inbound_count_90d": ("inbound", 90),
    "plan_requests_count_180d": ("asked", 180), "refusals_count_90d": ("refused", 90),
    "no_reason_count_90d": ("silent", 90), "shock_reasons_count_180d": ("shock", 180),
}  # fmt: skip


def _contacts(rows: pl.LazyFrame, morning: int) -> pl.LazyFrame:
    masked = rows.select(
        "owner_no",
        **{name: pl.col(flag) & _since(morning, days) for name, (flag, days) in _COUNTS.items()},
        talked_on=_where(pl.col("talk"), pl.col("day")),
        numbers=_where(_since(morning, 180), pl.col("number")),
        contact_channels=_where(_since(morning, 90), pl.col("channel")),
    )
    return masked.group_by("owner_no").agg(
        pl.col(*_COUNTS).sum(), pl.col("talked_on").max(), pl.col("numbers", "contact_channels").bitwise_or()
    )


def _promises(rows: pl.LazyFrame, morning: int) -> pl.LazyFrame:
    return rows.group_by("owner_no").agg(
        promises=_since(morning, 90).sum(),
        promised_on=pl.col("day").max(),
        open=(pl.col("due_on") > morning).any(),
    )


def _columns(morning: int) -> dict[str, E]:
    """Return each feature over the joined aggregates."""

    def whole(name: str) -> E:
        return pl.col(name).fill_null(0)

    def over(part: E, name: str) -> E:
        return _where(pl.col(name) > 0, part / pl.col(name))

    told = {name: whole(name) for name in _COUNTS}
    told |= {f"paid_amount_{days}d": whole(f"paid{days}") for days in (30, 90, 365)}
    told |= {f"paid_to_due_ratio_{days}d": over(whole(f"paid{days}"), f"due{days}") for days in (30, 90, 180)}
    return told | {
        "dpd_latest": (morning - pl.col("oldest")).fill_null(0),
        "arrears_amount_latest": whole("arrears"),
        "unpaid_instalments_count": whole("unpaid"),
        "arrears_share_of_due": over(pl.col("arrears"), "due"),
        "arrears_to_instalment_ratio": over(pl.col("arrears") * pl.col("many365"), "due365"),
        "prepaid_amount_latest": (whole("paid") - whole("due")).clip(lower_bound=0),
        "instalments_due_count": whole("many"),
        "instalment_amount_mean_365d": over(pl.col("due365"), "many365"),
        "loan_age_days": pl.col("age"),
        "term_elapsed_ratio": pl.col("age") / (pl.col("term_months") * DAYS_PER_MONTH),
        "payments_count_30d": whole("n30"),
        "payments_count_90d": whole("n90"),
        "days_since_payment": morning - pl.col("paid_on"),
        "payment_largest_180d": pl.col("largest"),
        "reversals_count_180d": whole("reversed"),
        "payment_channels_distinct_180d": whole("channels").bitwise_count_ones(),
        "connect_rate_60d": over(pl.col("reached"), "calls"),
        "days_since_right_party_contact": morning - pl.col("talked_on"),
        "numbers_distinct_180d": whole("numbers").bitwise_count_ones(),
        "contact_channels_distinct_90d": whole("contact_channels").bitwise_count_ones(),
        "promises_count_90d": whole("promises"),
        "days_since_promise": morning - pl.col("promised_on"),
        "promise_open_latest": pl.col("open").fill_null(value=False),
    }
