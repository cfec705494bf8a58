"""Every cause that a sample may state is said in Chinese in the report."""

from __future__ import annotations

import re

import pytest

from features.codes import END_KINDS, FLAG_KINDS
from models import label_outcomes, labels
from models.evaluate import AMOUNTS_UNKNOWN
from models.report_words import RIVALS, in_chinese

CAUSES = sorted(
    {
        value
        for module in (label_outcomes, labels)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and " " in value
    }
)


def english(said: str) -> bool:
    """Return whether words of English are left."""
    return re.search(r"[A-Za-z]{3,}", said) is not None


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_of_labels_is_said_in_chinese(cause: str) -> None:
    assert not english(in_chinese(cause))


@pytest.mark.parametrize("code", FLAG_KINDS)
def test_a_flag_is_said_in_chinese(code: str) -> None:
    assert not english(in_chinese(f"flagged: {code}"))


@pytest.mark.parametrize("code", END_KINDS)
def test_an_end_is_said_in_chinese(code: str) -> None:
    assert not english(in_chinese(f"ended: {code}"))


def test_rivals_and_unknown_amounts_are_said_in_chinese() -> None:
    said = [*RIVALS, AMOUNTS_UNKNOWN, "pooled: no cash capture, the amount of 3 of 9 rows is not known"]
    said += [
        "bucket current: no cash capture. Expected money behind the positive labels, found 0 in all. Check it."
    ]
    assert [one for one in said if english(in_chinese(one))] == []


def test_a_sentence_that_nobody_knows_stays_as_it_is() -> None:
    assert in_chinese("a lender's own cause") == "a lender's own cause"
