"""The columns of the KRUK course data, file accounts_2017."""

from __future__ import annotations

from features.contract import Column, Table

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

ACCOUNTS = Table(
    "accounts",
    ("CaseId",),
    tuple(Column(name, "code" if name in TEXTS else "number", required=True) for name in COLUMNS),
    "none",
)
"""Contract under which problems of the file are told."""
