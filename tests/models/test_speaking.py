"""Which features say that something was seen or said, so that a willful score may speak at all."""

from __future__ import annotations

from features.build import house_features
from features.catalogue import Catalogue
from models.willful_heads import speaking

HOUSE = Catalogue(tuple(item.spec for item in house_features()))
SPEAKING = speaking(HOUSE, [spec.name for spec in HOUSE if spec.axis])


def test_evidence_speaks_although_it_rests_on_consents() -> None:
    gathered = {spec.name for spec in HOUSE if "evidence" in spec.sources and spec.axis}
    assert len(gathered) >= 15
    assert gathered <= set(SPEAKING)


def test_what_a_borrower_is_does_not_speak() -> None:
    silent = {spec.name for spec in HOUSE if spec.axis} - set(SPEAKING)
    assert silent == {spec.name for spec in HOUSE if spec.purpose == "income assessment"} | {
        "employment_kind"
    }


def test_no_idea_is_of_both_axes() -> None:
    axes: dict[str, set[str]] = {}
    for spec in HOUSE:
        if spec.axis:
            axes.setdefault(spec.name.split("_evidence_")[0], set()).add(spec.axis)
    assert all(len(found) == 1 for found in axes.values())
    assert {spec.axis for spec in HOUSE if spec.name.startswith(("means_", "shock_", "capacity_"))} == {
        "capacity"
    }
    assert {spec.axis for spec in HOUSE if spec.name.startswith(("doubt_", "goodwill_", "willingness_"))} == {
        "willingness"
    }
