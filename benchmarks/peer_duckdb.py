"""The forty features in DuckDB: aggregates with FILTER over each event table, a window over the instalments.

One query per morning. Measured too and no faster: a single query over all mornings that joins the event tables to
them by a range, all mornings in one ``union all``, ``sum(case …)`` and ``count_if`` for the filters.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

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

Connection = Any

_TALK = f"outcome in {TALKS}"
_CALL = "channel = 'call' and direction = 'out'"


def connected(*, threads: int) -> Connection:
    """Return a database in memory with that many threads."""
    database = duckdb.connect()
    database.execute(f"set threads = {threads}; set preserve_insertion_order = false")
    return database


def loaded(folder: Path, *, threads: int) -> Connection:
    """Return a database that holds the columns the features need; codes are an ENUM."""
    database = connected(threads=threads)
    for name, columns in COLUMNS.items():
        source = f"read_parquet('{folder / name}.parquet')"
        told = []
        for column in (*DERIVED, *columns):
            if column in CODES:
                kind = f"{name}_{column}"
                database.execute(
                    f"create type {kind} as enum "
                    f"(select distinct {column} from {source} where {column} is not null order by 1)"
                )
                told.append(f"{column}::{kind} as {column}")
            elif column in ("ended_on", "due_on"):
                told.append(f"date_diff('day', date '1970-01-01', {column})::int as {column}")
            elif column.endswith(("_due", "amount")):
                told.append(
                    f"{column}::double as {column}"
                )  # exact below 2**53, and twice as fast as hugeint
            else:
                told.append(column)
        database.execute(f"create table {name} as select {', '.join(told)} from {source}")
    return database


def features(database: Connection, mornings: Sequence[int], *, threads: int, ids: bool) -> Connection:
    """Fill the table ``result``, one query per morning."""
    del threads  # set when the database was opened
    _ready(database)
    database.execute("drop table if exists result")
    for at, morning in enumerate(mornings):
        database.execute(
            f"{'insert into result' if at else 'create table result as'} {query(morning, ids=ids)}"
        )
    return database


def write(database: Connection, out: Path) -> None:
    """Write the result as Parquet with DuckDB's own default, snappy: a quarter faster than zstd."""
    database.execute(f"copy result to '{out}' (format parquet, compression snappy)")


def as_frame(database: Connection) -> pd.DataFrame:
    """Return the result as a pandas frame."""
    frame: pd.DataFrame = database.execute("from result").df()
    return frame


def query(morning: int, *, ids: bool) -> str:
    """Return the features of every standing loan on one morning."""
    a = morning
    seen = f"seen_from <= {a} and seen_until > {a} and day < {a}"
    keys = ", ".join(IDS) if ids else "owner_no"
    told = ", ".join(
        f"({sql})::{'double' if name in MONEY else 'float'} as {name}" for name, sql in _columns(a).items()
    )
    return f"""
    with l as (select owner_no, {", ".join(IDS)}, {a} - day as age, term_months from loans
               where {seen} and (ended_on is null or ended_on >= {a})),
    p as (select owner_no, sum(amount) as paid, {_sums("amount", a)},
            max(day) filter (amount >= 1) as paid_on,
            count(*) filter (amount >= 1 and day >= {a - 30}) as n30,
            count(*) filter (amount >= 1 and day >= {a - 90}) as n90,
            max(amount) filter (amount >= 1 and day >= {a - 180}) as largest,
            count(*) filter (amount < 0 and day >= {a - 180}) as reversed,
            bit_or(channel_bit) filter (amount >= 1 and day >= {a - 180}) as channels
          from payments_ready where {seen} group by owner_no),
    d as (select owner_no, day, due,
            sum(due) over (partition by owner_no order by day rows unbounded preceding) as so_far
          from instalments_ready where {seen}),
    dues as (select owner_no, sum(due) as due, any_value(paid) as paid, count(*) as many, {_sums("due", a)},
            count(*) filter (day >= {a - 365}) as many365,
            min(day) filter (so_far > greatest(coalesce(paid, 0), 0)) as oldest,
            count(*) filter (so_far > greatest(coalesce(paid, 0), 0)) as unpaid
          from d left join p using (owner_no) group by owner_no),
    i as (select *, greatest(due - greatest(coalesce(paid, 0), 0), 0) as arrears from dues),
    c as (select owner_no, {_contacts(a)} from contacts_ready where {seen} group by owner_no),
    m as (select owner_no, count(*) filter (day >= {a - 90}) as promises, max(day) as promised_on,
            bool_or(due_on > {a}) as open
          from promises where {seen} group by owner_no)
    select {keys}, date '1970-01-01' + {a} as as_of, {told}
    from l left join p using (owner_no) left join i using (owner_no)
      left join c using (owner_no) left join m using (owner_no)"""


def _ready(database: Connection) -> None:
    """State once what does not depend on the morning: the amount due, and which contacts are calls and talks."""
    database.execute(
        f"""create or replace temp table contacts_ready as
        select owner_no, day, seen_from, seen_until, {_CALL} as call, {_TALK} as talk,
          {_CALL} and {_TALK} as reached, {_CALL} and outcome in {UNANSWERED} as unanswered,
          outcome in {BAD_NUMBERS} as bad, direction = 'in' as inbound,
          outcome = 'asked_for_plan' as asked,
          outcome = 'refused' and channel not in ('visit') and coalesce(stated_reason not in ('dispute'), true)
            as refused,
          {_TALK} and stated_reason = 'none_given' as silent, stated_reason in {SHOCKS} as shock,
          1::usmallint << enum_code(number_id) as number_bit, 1::usmallint << enum_code(channel) as channel_bit
        from contacts;
        create or replace temp table payments_ready as
        select owner_no, day, seen_from, seen_until, amount, 1::usmallint << enum_code(channel) as channel_bit
        from payments;
        create or replace temp table instalments_ready as
        select owner_no, day, seen_from, seen_until, principal_due + interest_due + fee_due as due
        from instalments"""
    )


def _sums(column: str, morning: int) -> str:
    return ", ".join(
        f"sum({column}) filter (day >= {morning - days}) as {column}{days}" for days in (30, 90, 180, 365)
    )


_COUNTS = {
    "attempts_count_7d": ("call", 7), "attempts_count_30d": ("call", 30), "calls": ("call", 60),
    "reached": ("reached", 60), "right_party_contacts_count_30d": ("talk", 30),
    "right_party_contacts_count_90d": ("talk", 90), "unanswered_count_30d": ("unanswered", 30),
    "bad_number_count_180d": ("bad", 180), "inbound_count_90d": ("inbound", 90),
    "plan_requests_count_180d": ("asked", 180), "refusals_count_90d": ("refused", 90),
    "no_reason_count_90d": ("silent", 90), "shock_reasons_count_180d": ("shock", 180),
}  # fmt: skip


def _contacts(morning: int) -> str:
    counts = [
        f"count(*) filter ({flag} and day >= {morning - days}) as {name}"
        for name, (flag, days) in _COUNTS.items()
    ]
    return ", ".join(
        [
            *counts,
            "max(day) filter (talk) as talked_on",
            f"bit_or(number_bit) filter (day >= {morning - 180}) as numbers",
            f"bit_or(channel_bit) filter (day >= {morning - 90}) as contact_channels",
        ]
    )


def _columns(morning: int) -> dict[str, str]:
    """Return the expression of each feature over the joined aggregates, in the order of ``NAMES``."""
    told = {name: f"coalesce({name}, 0)" for name in _COUNTS}
    told |= {f"paid_amount_{days}d": f"coalesce(amount{days}, 0)" for days in (30, 90, 365)}
    told |= {
        f"paid_to_due_ratio_{days}d": f"coalesce(amount{days}, 0) / nullif(due{days}, 0)"
        for days in (30, 90, 180)
    }
    told |= {
        "dpd_latest": f"coalesce({morning} - oldest, 0)",
        "arrears_amount_latest": "coalesce(arrears, 0)",
        "unpaid_instalments_count": "coalesce(unpaid, 0)",
        "arrears_share_of_due": "arrears / nullif(i.due, 0)",
        "arrears_to_instalment_ratio": "arrears * many365 / nullif(due365, 0)",
        "prepaid_amount_latest": "greatest(coalesce(p.paid, 0) - coalesce(i.due, 0), 0)",
        "instalments_due_count": "coalesce(many, 0)",
        "instalment_amount_mean_365d": "due365 / nullif(many365, 0)",
        "loan_age_days": "age",
        "term_elapsed_ratio": f"age / (term_months * {DAYS_PER_MONTH})",
        "payments_count_30d": "coalesce(n30, 0)",
        "payments_count_90d": "coalesce(n90, 0)",
        "days_since_payment": f"{morning} - paid_on",
        "payment_largest_180d": "largest",
        "reversals_count_180d": "coalesce(reversed, 0)",
        "payment_channels_distinct_180d": "coalesce(bit_count(channels), 0)",
        "connect_rate_60d": "reached / nullif(calls, 0)",
        "days_since_right_party_contact": f"{morning} - talked_on",
        "numbers_distinct_180d": "coalesce(bit_count(numbers), 0)",
        "contact_channels_distinct_90d": "coalesce(bit_count(contact_channels), 0)",
        "promises_count_90d": "coalesce(promises, 0)",
        "days_since_promise": f"{morning} - promised_on",
        "promise_open_latest": "coalesce(open, false)::int",
    }
    return {name: told[name] for name in NAMES}
