"""The topics of the plain-loop oracle: a new feature is one more function here, never an edit elsewhere.

A topic is a function of ``Past`` that returns features by name; the modules ``oracle_<topic>`` hold them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.features.oracle_answers import answers, further, reach
from tests.features.oracle_arrears import arrears, other_loans, payments
from tests.features.oracle_conduct import contacts, treatment
from tests.features.oracle_cures import cures, whole_borrower
from tests.features.oracle_evidence import evidence
from tests.features.oracle_habit import days_off, habit, promised
from tests.features.oracle_loans import earlier_loans, schedule
from tests.features.oracle_panel import panel, statement_amounts, statement_path
from tests.features.oracle_past import Past
from tests.features.oracle_terms import terms

TOPICS: tuple[Callable[[Past], dict[str, Any]], ...] = (
    arrears,
    payments,
    contacts,
    treatment,
    terms,
    schedule,
    other_loans,
    earlier_loans,
    panel,
    statement_path,
    statement_amounts,
    habit,
    promised,
    reach,
    answers,
    further,
    evidence,
    cures,
    whole_borrower,
    days_off,
)
