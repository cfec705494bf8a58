"""Batch, threads, layout and order never change a bit of an explanation."""

from __future__ import annotations

import numpy as np

from models.shapley import Explainer, count_patterns
from tests.models.shapley_builders import model_text, rows_of


def test_one_row_a_thousand_rows_and_any_threads_give_the_same_bits() -> None:
    text = model_text(31, features=9, depth=6, trees=20, gaps=0.1)
    patterns = count_patterns(text, rows_of(32, n=200, features=9, gaps=0.1))
    explainer = Explainer(text, patterns, features=9)
    X = rows_of(33, n=1000, features=9, gaps=0.1)
    whole = explainer.explain(X)
    alone = np.concatenate([explainer.explain(X[i : i + 1]) for i in range(0, 1000, 7)])
    assert whole[::7].tobytes() == alone.tobytes()
    assert whole.tobytes() == explainer.explain(X, threads=3).tobytes()
    assert whole.tobytes() == explainer.explain(X[::-1])[::-1].tobytes()


def test_layout_and_writability_of_the_rows_do_not_matter() -> None:
    text = model_text(31, features=9, depth=6, trees=20, gaps=0.1)
    explainer = Explainer(text, count_patterns(text, rows_of(32, n=50, features=9)), features=9)
    X = rows_of(34, n=30, features=9)
    frozen = X.copy()
    frozen.flags.writeable = False
    expected = explainer.explain(X)
    assert np.array_equal(expected, explainer.explain(np.asfortranarray(X)))
    assert np.array_equal(expected, explainer.explain(frozen))
    assert explainer.explain(X[:0]).shape == (0, 9)


def test_order_of_the_reference_does_not_matter() -> None:
    text = model_text(31, features=9, depth=6, trees=20, gaps=0.1)
    reference = rows_of(32, n=600, features=9, gaps=0.1)
    assert count_patterns(text, reference).to_bytes() == count_patterns(text, reference[::-1]).to_bytes()
