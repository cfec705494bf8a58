"""The columns of the KRUK course data, file accounts_2017."""

from __future__ import annotations

from features.contract import Column, Table
from pipelines.sources.book_columns import LARGEST

MONTHS = tuple(f"M{month}" for month in range(1, 13))
"""Money received in each month after purchase; negative when a payment was reversed."""

PARTS = ("Principal", "Interest", "Other")
"""What the amount owed (TOA) is made of."""

AMOUNTS = ("LoanAmount", "TOA", *PARTS, "LastPaymentAmount", *MONTHS)
"""Amounts in zloty."""

TEXTS = ("Product", "Gender")

PROTECTED = ("Land", "Age", "Gender", "PopulationInCiti", "GDPPerCapita", "MeanSalary")
"""Who the person is and where they live; the regional figures identify Land."""

COLUMNS = (
    "CaseId",
    "LoanAmount",
    "TOA",
    *PARTS,
    "Product",
    "D_ContractDateToImportDate",
    "DPD",
    "ExternalAgency",
    "Bailiff",
    "ClosedExecution",
    *PROTECTED,
    "LastPaymentAmount",
    "M_LastPaymentToImportDate",
    *MONTHS,
    "portfolio",
)
"""Every column the importer reads; all must be there."""

_FURTHEST = dict.fromkeys(AMOUNTS, LARGEST) | {"D_ContractDateToImportDate": 36_500.0}
"""Largest number a column can hold, in either direction."""


def _column(name: str) -> Column:
    if name in TEXTS:
        return Column(name, "code", required=True)
    furthest = _FURTHEST.get(name)
    return Column(name, "number", required=True, low=None if furthest is None else -furthest, high=furthest)


ACCOUNTS = Table(
    "accounts",
    ("CaseId",),
    tuple(_column(name) for name in COLUMNS),
    "none",
)
"""Contract under which problems of the file are told."""
