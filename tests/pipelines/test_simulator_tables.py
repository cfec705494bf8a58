"""A simulated book keeps the contract, the rules of conduct and its own design."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from features.check import problems_of
from features.contracts import RIGHT_PARTY_OUTCOMES, TABLES
from pipelines.simulator.parameters import default_parameters
from pipelines.simulator.simulate import Simulated, SimulationRefused, simulate
from pipelines.simulator.writing import write_simulated
from serving.policy.arms import is_held_out
from serving.policy.lender import load_policy


@functools.cache
def world(*, loans: int = 4_000, months: int = 12, seed: int = 5) -> Simulated:
    """Return a simulated book, made once per session."""
    return simulate(loans=loans, months=months, seed=seed)


def frame(name: str, book: Simulated | None = None) -> pd.DataFrame:
    """Return a table of a simulated book as a frame."""
    table: pd.DataFrame = (book or world()).tables[name].to_pandas()
    return table


def latest(name: str) -> pd.DataFrame:
    """Return the latest revision of each row of a table."""
    key = list(TABLES[name].key)
    return frame(name).sort_values([*key, "revision"]).drop_duplicates(key, keep="last")


def digest(table: Any) -> str:
    """Return the sha256 of a table's bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


@pytest.mark.parametrize(
    ("loans", "months"),
    [
        pytest.param(4_000, 12, id="thousands of loans"),
        pytest.param(1, 3, id="one loan"),
        pytest.param(2, 1, id="two loans in one month"),
        pytest.param(17, 24, id="a handful over two years"),
    ],
)
def test_a_simulated_book_breaks_no_contract(loans: int, months: int) -> None:
    book = world(loans=loans, months=months)
    assert problems_of(book.tables, manifest=book.manifest) == []
    assert pc_unique(book, "loans", "loan_id") == loans


def pc_unique(book: Simulated, table: str, column: str) -> int:
    """Return how many different values a column holds."""
    return int(frame(table, book)[column].nunique())


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"statements", "attributes"}))
def test_every_event_table_arises(name: str) -> None:
    assert world().tables[name].num_rows > 0


def test_the_same_seed_gives_the_same_bytes() -> None:
    again = simulate(loans=4_000, months=12, seed=5)
    assert list(again.tables) == list(world().tables)
    for name, table in again.tables.items():
        assert digest(table) == digest(world().tables[name]), name
    for name, truth in again.truth.items():
        pd.testing.assert_frame_equal(truth, world().truth[name])


def test_another_seed_gives_other_people() -> None:
    other = simulate(loans=500, months=3, seed=6)
    assert not set(frame("borrowers", other)["borrower_id"]) & set(frame("borrowers")["borrower_id"])
    one = frame("borrowers", other)["declared_income"].to_numpy()[:400]
    two = frame("borrowers")["declared_income"].to_numpy()[:400]
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.15


@pytest.mark.parametrize(("loans", "months", "seed"), [(0, 1, 1), (5, 0, 1), (5, 1, -1)])
def test_a_simulation_of_nothing_is_refused(loans: int, months: int, seed: int) -> None:
    with pytest.raises(SimulationRefused, match="Give larger numbers"):
        simulate(loans=loans, months=months, seed=seed)


def test_contacts_keep_lawful_hours_of_the_borrower() -> None:
    local = frame("contacts")["contacted_at"].dt.tz_convert("Asia/Shanghai")
    assert local.dt.hour.between(8, 21).all()


def test_nobody_is_talked_to_more_than_three_times_a_day() -> None:
    contacts = frame("contacts").merge(latest("loans")[["loan_id", "borrower_id"]], on="loan_id")
    talks = contacts[contacts["outcome"].isin(RIGHT_PARTY_OUTCOMES)]
    days = talks["contacted_at"].dt.tz_convert("Asia/Shanghai").dt.date
    assert talks.groupby(["borrower_id", days]).size().max() <= 3


def test_the_holdout_is_never_contacted_nor_visited() -> None:
    people = world().truth["borrowers"]
    held = set(people.loc[people["holdout"], "borrower_id"])
    loans = latest("loans")
    theirs = set(loans.loc[loans["borrower_id"].isin(held), "loan_id"])
    assert 0.01 < len(held) / len(people) < 0.03
    names = people["borrower_id"].tolist()
    drawn = is_held_out(names, share=0.02, salt=load_policy().salt)
    assert held == {name for name, out in zip(names, drawn, strict=True) if out}, "the night's own holdout"
    for name in ("contacts", "promises", "offers", "visits", "reviews", "plans"):
        assert not theirs & set(frame(name)["loan_id"]), name


def test_stopped_borrowers_are_left_alone_the_day_after_the_flag() -> None:
    flags = frame("flags")
    stops = flags[flags["kind"].isin(["dispute", "death", "cease", "hardship", "moratorium", "lawyer"])]
    contacts = frame("contacts").merge(latest("loans")[["loan_id", "borrower_id"]], on="loan_id")
    both = contacts.merge(stops, on="borrower_id")
    day = pd.to_datetime(both["contacted_at"].dt.tz_convert("Asia/Shanghai").dt.date)
    ends = pd.to_datetime(both["ends_on"]).fillna(pd.Timestamp(2099, 1, 1))
    inside = (day > pd.to_datetime(both["starts_on"])) & (day < ends)
    assert len(stops) > 20
    assert not inside.any()


def test_propensities_are_logged_and_lie_above_0_and_up_to_1() -> None:
    contacts, visits = frame("contacts"), frame("visits")
    outgoing = contacts.loc[contacts["direction"] == "out", "propensity"]
    assert ((outgoing > 0) & (outgoing <= 1)).all()
    assert ((visits["propensity"] > 0) & (visits["propensity"] <= 1)).all()
    assert contacts.loc[contacts["direction"] == "in", "propensity"].isna().all()


def test_a_message_carries_the_propensity_of_its_band_of_arrears() -> None:
    contacts = frame("contacts")
    message = contacts[contacts["channel"].isin(["sms", "app"])]
    stated = default_parameters().numbers("policy.message_by_band")
    assert set(message["propensity"]) == set(stated)


def test_two_to_five_of_a_hundred_accounts_that_reach_31_days_get_a_random_audit_visit() -> None:
    book = world()
    visits = frame("visits", book)
    audits = visits[(visits["next_step"] == "random audit") & (visits["revision"] == 1)]
    late = book.truth["willful"]
    reached = late.loc[late["dpd"].between(31, 61)].groupby(["loan_id", "as_of"]).ngroups
    assert (audits["propensity"] == 0.035).all()
    # Accounts are counted on first days of months here and drawn on the day they reach 31: hence the width.
    assert 0.015 < len(audits) / reached < 0.08
    planned = visits.loc[visits["revision"] == 1]
    assert len(audits) < 0.5 * len(planned)


def test_visits_are_made_by_two_people_and_known_the_next_day() -> None:
    done = frame("visits").query("revision == 2 and outcome != 'cancelled'")
    visited = done["visited_at"].dt.tz_convert("Asia/Shanghai")
    known = done["known_at"].dt.tz_convert("Asia/Shanghai")
    assert ((known.dt.normalize() - visited.dt.normalize()).dt.days == 1).all()
    staff = done["staff"].str.split("+", regex=False)
    assert (staff.str[0] != staff.str[1]).all()


def test_reviews_are_decided_by_two_people_after_the_reply_period() -> None:
    reviews = frame("reviews")
    assert (reviews.groupby("review_id")["decided_by"].nunique() == 2).all()
    assert set(reviews["tier"]) == {"T3", "T3-no"}
    assert reviews["reasons"].str.len().min() > 20
    met = latest("visits").query("outcome == 'met'")[["loan_id", "visited_at"]]
    both = reviews.merge(met, on="loan_id")
    earlier = both[both["visited_at"] < both["decided_at"]].groupby(["review_id"])
    wait = (earlier["decided_at"].max() - earlier["visited_at"].max()).dt.days
    assert len(wait) == reviews["review_id"].nunique()
    assert wait.min() >= 14


def test_evidence_from_other_handlers_has_a_consent_that_held_that_day() -> None:
    evidence = frame("evidence")
    outside = evidence[evidence["source"].isin(["bank_flow", "credit_report"])]
    given = latest("consents")[["consent_id", "borrower_id", "purpose", "granted_on", "withdrawn_on"]]
    both = outside.merge(given, on=["consent_id", "borrower_id"], how="left")
    assert len(outside) > 50
    assert (both["purpose"] == both["source"]).all()
    gone = pd.to_datetime(both["withdrawn_on"]).fillna(pd.Timestamp(2099, 1, 1))
    assert (pd.to_datetime(both["observed_on"]) < gone).all()


def test_money_comes_late_in_parts_ahead_and_back() -> None:
    payments = frame("payments")
    known = payments["known_at"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
    delay = (known - pd.to_datetime(payments["paid_on"])).dt.days
    first = payments["revision"] == 1
    assert 0.02 < (delay[first] > 0).mean() < 0.04
    assert delay[first].between(0, 7).all()
    assert (payments["amount"] < 0).sum() > 10
    assert (payments["revision"] == 2).sum() > 5


def test_nothing_is_known_after_the_last_day() -> None:
    end = pd.Timestamp(world().ends_on).tz_localize("Asia/Shanghai")
    for name, table in world().tables.items():
        assert table.to_pandas()["known_at"].max() < end, name


def test_truth_is_written_beside_the_tables_and_never_among_them(tmp_path: Path) -> None:
    book = world(loans=17, months=24)
    hidden = {"willingness", "willing", "willful", "able", "free_cash", "attention", "holdout", "intensity"}
    for name, table in world().tables.items():
        assert not hidden & set(table.column_names), name
        assert set(table.column_names) <= {column.name for column in TABLES[name].columns}
    write_simulated(book, tmp_path / "book")
    stems = {file.stem for file in (tmp_path / "book" / "truth").iterdir()}
    assert stems == {"borrowers", "capacity", "shocks", "hazard", "willful"}


def test_the_unwilling_refuse_more_and_the_protected_groups_earn_differently() -> None:
    people = world().truth["borrowers"]
    loans = latest("loans").merge(people[["borrower_id", "willing"]], on="borrower_id")
    talks = frame("contacts").merge(loans[["loan_id", "willing"]], on="loan_id")
    talks = talks[talks["outcome"].isin(RIGHT_PARTY_OUTCOMES)]
    refused = (talks["outcome"] == "refused").groupby(talks["willing"]).mean()
    assert refused[False] > 3 * refused[True]
    groups = frame("protected").merge(people, on="borrower_id").groupby("region")["income_mean"].median()
    assert groups["east"] > 1.1 * groups["west"]
