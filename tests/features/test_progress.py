from __future__ import annotations

import pytest

from features.progress import TIMES_TOLD, counted, listening, tell_done


def test_without_a_listener_the_items_pass_untouched() -> None:
    assert list(counted("abc", stage="letters")) == ["a", "b", "c"]


@pytest.mark.parametrize("size", [0, 1, 7, TIMES_TOLD, 10 * TIMES_TOLD + 3])
def test_a_listener_hears_the_whole_way_and_never_more_than_it_can_read(size: int) -> None:
    heard: list[tuple[str, int, int]] = []
    with listening(lambda *told: heard.append(told)):
        assert list(counted(range(size), stage="rows")) == list(range(size))
    done = [place for _, place, _ in heard]
    assert done == sorted(done)
    assert heard[-1] == ("rows", size, size)
    assert len(heard) <= 2 * TIMES_TOLD + 1


def test_a_listener_hears_nothing_after_its_block() -> None:
    heard: list[tuple[str, int, int]] = []
    with listening(lambda *told: heard.append(told)):
        tell_done("inside", 1, 2)
    tell_done("outside", 2, 2)
    assert heard == [("inside", 1, 2)]


def test_the_outer_listener_hears_again_after_an_inner_one_left() -> None:
    outer: list[str] = []
    inner: list[str] = []
    with listening(lambda stage, done, total: outer.append(stage)):
        with listening(lambda stage, done, total: inner.append(stage)):
            tell_done("a", 1, 1)
        tell_done("b", 1, 1)
    assert (outer, inner) == (["b"], ["a"])
