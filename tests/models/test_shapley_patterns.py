"""Pattern counts survive their bytes; what does not fit the model is refused."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.shapley import (
    Explainer,
    PatternCounts,
    PatternsOfAnotherModel,
    PatternsUnreadable,
    ReferenceUnusable,
    RowsDoNotFit,
    count_patterns,
)
from tests.models.shapley_builders import BOTH, ONE_LEAF, forest_text, model_text, rows_of, stump


def test_pattern_counts_survive_their_bytes() -> None:
    text = model_text(31, features=9, depth=6, trees=20, gaps=0.1)
    patterns = count_patterns(text, rows_of(32, n=200, features=9))
    back = PatternCounts.from_bytes(patterns.to_bytes())
    assert back.to_bytes() == patterns.to_bytes()
    assert (back.rows, back.model_digest) == (200, patterns.model_digest)
    X = rows_of(33, n=20, features=9)
    before, after = (Explainer(text, p, features=9).explain(X) for p in (patterns, back))
    assert before.tobytes() == after.tobytes()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_pattern_counts_never_explain_anything(data: st.DataObject) -> None:
    text = forest_text([BOTH, ONE_LEAF])
    whole = count_patterns(text, rows_of(61, n=40, features=2)).to_bytes()
    if data.draw(st.booleans()):
        raw = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        at = data.draw(st.integers(0, len(whole) - 1))
        raw = whole[:at] + bytes([whole[at] ^ (1 << data.draw(st.integers(0, 7)))]) + whole[at + 1 :]
    with pytest.raises((PatternsUnreadable, PatternsOfAnotherModel)):
        Explainer(text, PatternCounts.from_bytes(raw), features=2)


def test_counts_of_an_unknown_version_are_refused() -> None:
    raw = count_patterns(forest_text([BOTH]), np.zeros((1, 2))).to_bytes()
    with pytest.raises(PatternsUnreadable, match=r"Expected version 1 .* found version 9"):
        PatternCounts.from_bytes(raw[:6] + struct.pack("<H", 9) + raw[8:])


def test_a_reference_of_another_model_is_refused() -> None:
    patterns = count_patterns(forest_text([BOTH]), np.zeros((3, 2)))
    with pytest.raises(PatternsOfAnotherModel, match="Count it again"):
        Explainer(stump(), patterns, features=2)


@pytest.mark.parametrize("shape", [(0, 2), (3, 1), (4,)], ids=["no rows", "a column short", "one flat row"])
def test_an_unusable_reference_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ReferenceUnusable, match="Expected at least one reference row of 2 features"):
        count_patterns(stump(), np.zeros(shape))


def test_rows_of_other_width_are_refused() -> None:
    patterns = count_patterns(stump(), np.zeros((3, 2)))
    with pytest.raises(RowsDoNotFit, match="found 5"):
        Explainer(stump(), patterns, features=5)
    with pytest.raises(RowsDoNotFit, match=r"\(1, 3\)"):
        Explainer(stump(), patterns, features=2).explain(np.zeros((1, 3)))
