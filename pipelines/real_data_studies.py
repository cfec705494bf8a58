"""Which public data sets are looked at, as books through their importers, and with which questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from features.book import Book
from features.observations import day_of_number
from models.book_end import book_end
from models.book_samples import first_days_of_months, sample_from_book
from models.sample import Sample
from pipelines.sources.importing import ImportReport, import_source


@dataclass(frozen=True)
class DataSet:
    """A public data set and its importer.

    Parameters
    ----------
    title
        Its name on the page.
    importer
        Kind of source.
    folder
        Folder of the set inside TRAIN and EVAL.
    origin
        Where a user finds it, and on what terms, in a sentence.
    country, time_zone, currency
        Stated where neither the source nor its importer states them.
    """

    title: str
    importer: str
    folder: str
    origin: str
    country: str | None = None
    time_zone: str | None = None
    currency: str | None = None

    def book(self, folder: Path, *, out: Path) -> tuple[Book, ImportReport]:
        """Return the set as a book written to ``out``, and what its import repaired."""
        report = import_source(
            self.importer,
            folder,
            out=out,
            country=self.country,
            time_zone=self.time_zone,
            currency=self.currency,
        )
        return Book.open(out), report


@dataclass(frozen=True)
class Study:
    """One question put to a data set.

    Parameters
    ----------
    data
        The set.
    asks
        The question in a few words.
    label, window, where
        Label, its window where it is not its own, and the condition on rows.
    unit
        What folds and intervals are made of, in a word.
    mornings
        The mornings of a book.
    group
        Column of that unit; None for the borrower.
    later
        True when a model of the earlier days is also judged on the later ones and on other groups.
    """

    data: DataSet
    asks: str
    label: str
    unit: str
    mornings: Callable[[Book], list[date]]
    window: str | None = None
    where: str | None = None
    group: str | None = None
    later: bool = False

    def sample(self, book: Book) -> Sample:
        """Return the labelled rows of a book of the set."""
        return sample_from_book(
            book,
            target=self.label,
            window=self.window,
            where=self.where,
            group=self.group,
            as_of=self.mornings(book),
        )


def every_month(book: Book) -> list[date]:
    """Return the first days of all months from the first disbursal to the end of what a book knows."""
    first = day_of_number(int(book.rows("loans").column("disbursed_on").min()))
    return first_days_of_months(first.replace(day=1), day_of_number(book_end(book).day))


def only(year: int, month: int) -> Callable[[Book], list[date]]:
    """Return the mornings of a set that can be looked at on one first day of a month alone."""
    return lambda _: [date(year, month, 1)]


UCI = DataSet(
    "UCI credit card, Taiwan 2005",
    "uci",
    "uci_credit_card",
    "UCI Machine Learning Repository, data set 350 (*default of credit card clients*), CC BY 4.0. The outcome is "
    "stated by the source and known at the end of October 2005; features see six statements.",
)
KRUK = DataSet(
    "KRUK purchased debts 2017",
    "kruk",
    "kruk_collections",
    "KRUK S.A., university course data on purchased consumer debts; no licence stated: internal evaluation only. A "
    "book that starts on 2020-01-01, for the source is undated; the model sees what was known on 2020-07-01 and is "
    "judged on payments of months 7–12, net of reversals.",
)
PANEL = DataSet(
    "Credit record panel",
    "credit-record",
    "credit_record_panel",
    "Kaggle, *credit card approval prediction* (`credit_record.csv`), said to be CC0. Monthly statuses; the source "
    "states neither country nor currency, CN and CNY are stand-ins.",
    country="CN",
    time_zone="Asia/Shanghai",
    currency="CNY",
)
SUPERLENDER = DataSet(
    "SuperLender micro-loans, Nigeria",
    "superlender",
    "superlender",
    "Zindi, *loan default prediction challenge*; no redistribution. Past loans are all repaid, so whoever never repaid "
    "is missing, and payments are imputed from the days of first repayment and of closing.",
)

STUDIES = (
    Study(UCI, "default next month", "next_month_default", "account", only(2005, 10)),
    Study(
        UCI, "default next month, already late", "next_month_default", "account", only(2005, 10), where="dpd_now >= 1"
    ),
    Study(
        KRUK, "pays in months 7–12", "pays_within", "portfolio", only(2020, 7), window="6m", group="portfolio"
    ),
    Study(PANEL, "30–59 days late: at 30 or more next month", "stays_30", "person", every_month),
    Study(PANEL, "30–59 days late: reaches 60 within 3 months", "roll_60", "person", every_month, window="3m"),
    Study(
        SUPERLENDER, "first instalment of the next loan late", "first_instalment_late", "borrower", every_month, later=True
    ),
)  # fmt: skip
"""Every question of the page, in its order."""
