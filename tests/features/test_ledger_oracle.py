"""The ledger against its slow twin, which was written from docs/ledger.md alone."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from random import Random
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.book import Book
from features.history import History
from features.ledger_kernels import NO_DAY
from features.manifest import Manifest
from features.observations import observe
from tests.features.laws import BOOKS_LOOKED_AT, also_on_rich_books, book_as_known, law, manifests
from tests.features.ledger_oracle import PARTS, Account
from tests.features.oracle_past import Past, dated, days
from tests.features.strategies import Tables, joined, mornings, seeded_tables, several_books

LOOK_BACK = 90


def slow(account: Account, morning: int) -> dict[str, Any]:
    """Return every figure of the ledger on one morning, by the words of the page."""
    since, oldest = account.arrears_since(morning), account.oldest(morning)
    first = morning - LOOK_BACK
    return {
        "dpd": account.dpd(morning),
        "arrears": account.arrears(morning),
        **{f"arrears_{part}": account.arrears(morning, part=part) for part in PARTS},
        "balance": account.balance(morning),
        "due_total": account.due_total(morning),
        "paid_total": account.paid(None, morning),
        "unpaid_count": len(account.unpaid(morning)),
        "oldest_unpaid_due_on": NO_DAY if oldest is None else oldest,
        "paused_days": account.paused_days(morning),
        "rescheduled": account.rescheduled(morning),
        "arrears_since": NO_DAY if since is None else since,
        "penalty_base": account.penalty_base(morning),
        "penalty_base_with_interest": account.penalty_base(morning, parts=("principal", "interest")),
        "worst_dpd": account.worst_dpd(first, morning),
        "days_late": account.days_late(first, morning),
        "paid_between": account.paid(first, morning),
        "due_between": account.due_between(first, morning),
        "punctuality": account.punctuality(first, morning),
    }


def fast(history: History) -> dict[str, Any]:
    """Return the same figures of every observation from the engine."""
    ledger = history.ledger
    first = (history.as_of - LOOK_BACK).astype(np.int32)
    names = [name for name in slow(Account([], [], []), 0) if hasattr(type(ledger), name)]
    whole = {name: getattr(ledger, name) for name in names if not callable(getattr(ledger, name))}
    return whole | {
        "worst_dpd": ledger.worst_dpd(first=first, last=history.as_of),
        "days_late": ledger.days_late(first=first, last=history.as_of),
        "paid_between": ledger.paid_between(first=first, last=history.as_of),
        "due_between": ledger.due_between(first=first, last=history.as_of),
        "punctuality": list(zip(*ledger.punctuality(first=first, last=history.as_of), strict=True)),
    }


def ledger_disagreements(
    tables: Tables,
    mornings: list[dt.date],
    said: Manifest,
    *,
    later: int = 0,
    seen: Counter[str] | None = None,
) -> list[str]:
    """Return where engine and page differ, loan by loan; labels know ``later`` days more than the morning."""
    return disagreements_of_book(book_as_known(tables, said), dated(tables), mornings, later=later, seen=seen)


def disagreements_of_book(
    book: Book,
    rows: Tables,
    mornings: list[dt.date],
    *,
    later: int = 0,
    seen: Counter[str] | None = None,
) -> list[str]:
    """Return the same of a book that is at hand, and of its rows with their days as numbers."""
    observations = observe(book, as_of=mornings)
    history = History(book, observations, known_by=observations.as_of + later)
    found, ours = [], fast(history)
    for place in range(history.n):
        loan, morning = book.loan_ids[history.loan_no[place]], int(history.as_of[place])
        borrower = book.borrower_ids[history.borrower_no[place]]
        past = Past(rows, loan, borrower, morning, morning + later, order=book.manifest.settlement_order)
        if not past.account.any_instalment:
            continue
        theirs = slow(past.account, morning)
        for name, values in ours.items():
            if not np.array_equal(values[place], theirs[name]):
                found.append(
                    f"{name} of {loan} on day {morning}: engine {values[place]}, page {theirs[name]}"
                )
        if seen is not None:
            seen["observations"] += 1
            seen["past due"] += theirs["dpd"] > 0
            seen["paused"] += theirs["paused_days"] > 0
            seen["rescheduled"] += past.account.speaking(morning).plan is not None
            seen["overpaid"] += theirs["paid_total"] > theirs["due_total"]
    return found


def test_the_ledger_equals_its_page_on_random_books() -> None:
    seen: Counter[str] = Counter()

    @law
    @also_on_rich_books(later=lambda chance: chance.choice((0, 0, 30)))
    @given(books=several_books(), days=mornings(), said=manifests(), later=st.sampled_from((0, 0, 30)))
    def holds(books: list[Tables], days: list[dt.date], said: Manifest, later: int) -> None:
        assert ledger_disagreements(joined(books), days, said, later=later, seen=seen) == []
        seen["books"] += len(books)

    holds()
    assert seen["books"] >= BOOKS_LOOKED_AT
    assert seen["observations"] >= 300
    assert min(seen[name] for name in ("past due", "paused", "rescheduled", "overpaid")) >= 15


def test_the_borrowers_dpd_is_the_worst_of_his_standing_loans() -> None:
    met = 0
    for seed in range(40):
        tables, said = seeded_tables(seed), _said(seed)
        book, rows = book_as_known(tables, said), dated(tables)
        history = History(book, observe(book, as_of=[dt.date(2024, 6, 3), dt.date(2024, 10, 9)]))
        for place in range(history.n):
            morning, borrower = int(history.as_of[place]), book.borrower_ids[history.borrower_no[place]]
            loans = sorted({row["loan_id"] for row in rows["loans"] if row["borrower_id"] == borrower})
            pasts = [Past(rows, loan, borrower, morning, morning) for loan in loans]
            worst = max(past.dpd(morning) for past in pasts if _stands(past))
            assert history.borrower_dpd[place] == worst
            met += len(loans) > 1 and worst > 0
    assert met >= 20


def _stands(past: Past) -> bool:
    began, ended = days(past.fact("loans", "disbursed_on")), days(past.fact("loans", "ended_on"))
    return began is not None and began < past.morning and (ended is None or ended >= past.morning)


def _said(seed: int) -> Manifest:
    orders = list(itertools.permutations(PARTS))
    return Manifest(
        country="CN", time_zone="Asia/Shanghai", currency="CNY", settlement_order=Random(seed).choice(orders)
    )
