"""Two different people, one content, and a ledger that shows where it was touched."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.approval_ledger import ApprovalLedger, InstantUnclear, LedgerBroken, Model
from models.approvals import ApprovalRefused, Approvals, Promotion, same_person

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROLL = Model("roll_30", "1", "ab" * 32)
OTHER = Model("roll_30", "2", "cd" * 32)


@pytest.fixture
def approvals(tmp_path: Path) -> Approvals:
    return Approvals(ApprovalLedger(tmp_path / "approvals.jsonl"))


def test_two_different_people_put_a_model_in_force(approvals: Approvals) -> None:
    assert approvals.approve(ROLL, by="Li Hua", at=NOON) == ("Li Hua",)
    assert approvals.approve(ROLL, by="王 伟", at=NOON) == ("Li Hua", "王 伟")
    approvals.put_in_force(ROLL, at=NOON)
    champion = approvals.champion("roll_30")
    assert champion is not None
    assert (champion.content_hash, champion.by, champion.at) == (
        ROLL.content_hash, ("Li Hua", "王 伟"), "2026-03-02T12:00:00+00:00",
    )  # fmt: skip
    assert approvals.champion("roll_60") is None


@pytest.mark.parametrize(
    "again",
    [
        pytest.param("Li Hua", id="the same words"),
        pytest.param("  li   HUA ", id="other case and spaces"),
        pytest.param("LiHua", id="no space"),
        pytest.param("Ｌｉ Ｈｕａ", id="full-width letters"),
        pytest.param("Li\u200bHua", id="a hidden sign"),
    ],
)
def test_the_same_person_does_not_count_twice(approvals: Approvals, again: str) -> None:
    approvals.approve(ROLL, by="Li Hua", at=NOON)
    with pytest.raises(ApprovalRefused, match=r"Expected a second person .* Names are only typed"):
        approvals.approve(ROLL, by=again, at=NOON)
    assert len(approvals.ledger.entries()) == 1


def test_composed_and_decomposed_accents_are_one_person() -> None:
    assert same_person("Jos\u00e9") == same_person("Jose\u0301")
    assert same_person("Jos\u00e9") == same_person("Jose\u200d\u0301")
    assert same_person("Straße") == same_person("STRASSE")
    assert same_person("Li Hua") != same_person("Li Hao")


@pytest.mark.parametrize("nobody", ["", "   ", "\u200b", "...", "\n"])
def test_nobody_cannot_approve(approvals: Approvals, nobody: str) -> None:
    with pytest.raises(ApprovalRefused, match="Expected the name of a person"):
        approvals.approve(ROLL, by=nobody, at=NOON)
    assert not approvals.ledger.path.exists()


def test_approvals_belong_to_one_content(approvals: Approvals) -> None:
    approvals.approve(ROLL, by="Li Hua", at=NOON)
    assert approvals.approve(OTHER, by="Wang Wei", at=NOON) == ("Wang Wei",)
    with pytest.raises(ApprovalRefused, match=r"Expected 2 approvals .* found 1 \(Wang Wei\)"):
        approvals.put_in_force(OTHER, at=NOON)


def test_going_back_to_an_old_champion_needs_two_people_again(approvals: Approvals) -> None:
    for model in (ROLL, OTHER):
        for person in ("Li Hua", "Wang Wei"):
            approvals.approve(model, by=person, at=NOON)
        approvals.put_in_force(model, at=NOON)
    assert approvals.approvers(ROLL) == ()
    assert approvals.approve(ROLL, by="Li Hua", at=NOON) == ("Li Hua",)


def test_an_interrupted_promotion_can_be_finished_without_a_third_person(approvals: Approvals) -> None:
    for person in ("Li Hua", "Wang Wei"):
        approvals.approve(ROLL, by=person, at=NOON)
    assert approvals.approve(ROLL, by="Wang Wei", at=NOON) == ("Li Hua", "Wang Wei")
    assert len(approvals.ledger.entries()) == 2


def test_an_instant_without_a_zone_is_refused(approvals: Approvals) -> None:
    with pytest.raises(InstantUnclear, match="with a time zone"):
        approvals.approve(ROLL, by="Li Hua", at=datetime(2026, 3, 2, 12))  # noqa: DTZ001


def three_lines(approvals: Approvals) -> list[bytes]:
    for person in ("Li Hua", "Wang Wei"):
        approvals.approve(ROLL, by=person, at=NOON)
    approvals.put_in_force(ROLL, at=NOON)
    return approvals.ledger.path.read_bytes().splitlines(keepends=True)


def test_a_changed_line_is_named(approvals: Approvals) -> None:
    lines = three_lines(approvals)
    lines[1] = lines[1].replace(b"Wang Wei", b"Zhao Lei")
    approvals.ledger.path.write_bytes(b"".join(lines))
    with pytest.raises(LedgerBroken, match="line 2 changed after it was written"):
        approvals.approve(OTHER, by="Li Hua", at=NOON)


def test_a_line_changed_with_its_hash_breaks_the_next(approvals: Approvals) -> None:
    lines = three_lines(approvals)
    entry = approvals.ledger.entries()[0]
    forged = {**json.loads(lines[0]), "by": ["Zhao Lei"]}
    changed = type(entry)(**{**forged, "by": ("Zhao Lei",), "hash": ""})
    lines[0] = type(entry)(**{**changed.__dict__, "hash": changed.expected_hash()}).to_line().encode()
    approvals.ledger.path.write_bytes(b"".join(lines))
    with pytest.raises(LedgerBroken, match="line 2 does not follow line 1"):
        approvals.ledger.entries()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(
            lambda lines: lines[:1] + lines[2:], "line 2 does not follow line 1", id="a line removed"
        ),
        pytest.param(lambda lines: lines[1:], "line 1 does not follow line 0", id="the first line removed"),
        pytest.param(lambda lines: lines[::-1], "line 1 does not follow", id="lines in another order"),
        pytest.param(lambda lines: [*lines, lines[0]], "line 4 does not follow", id="a line repeated"),
        pytest.param(lambda lines: [*lines, b'{"event":'], "in line 4 .* another text", id="a line cut off"),
        pytest.param(lambda lines: [*lines[:2], b"\n", lines[2]], "in line 3", id="an empty line"),
        pytest.param(
            lambda lines: [lines[0].replace(b'"at"', b' "at"'), *lines[1:]], "in line 1", id="a space"
        ),
    ],
)
def test_a_broken_chain_is_found_and_named(approvals: Approvals, damage, message: str) -> None:  # type: ignore[no-untyped-def]
    approvals.ledger.path.write_bytes(b"".join(damage(three_lines(approvals))))
    with pytest.raises(LedgerBroken, match=message):
        approvals.ledger.entries()


@given(st.text(max_size=20))
def test_spelling_a_name_plainly_twice_changes_nothing_more(name: str) -> None:
    assert same_person(same_person(name)) == same_person(name)
    assert same_person(f"\u200b {name}\t") == same_person(name)


def test_a_promotion_says_what_is_missing_and_that_names_are_only_typed() -> None:
    told = Promotion("roll_30", "1", "ab" * 32, ("Li Hua",), in_force=False, note="approval recorded")
    assert told.approvals_missing == 1
    assert "only typed until users can sign in" in "\n".join(told.lines())
    assert json.loads(json.dumps(told.to_json()))["approvals_missing"] == 1
