from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tiers import KINDS, WANTING, Fact, Facts, FactTooLate, Review, tier_of

NOW = 20_000


def fact(kind: str, *, source: str = "call", ago: int = 20, confidence: float = 0.8, **more: str) -> Fact:
    return Fact(kind, NOW - ago, source, confidence, **more)  # type: ignore[arg-type]


def signed(who: str, tier: str, *, ago: int, case: str = "R-1", reasons: str = "seen and heard") -> Review:
    return Review(case, who, tier, NOW - ago, reasons)  # type: ignore[arg-type]


INCOME = fact("C1", source="bank_flow")
BROKEN = fact("W4", source="payments")
SILENT = fact("W3", source="call")
SHOCK = fact("C5", source="call")
PROBABLE = Facts(NOW, 45, right_party_contact=True, offer_made=True, evidence=(INCOME, BROKEN, SILENT))


def with_evidence(*facts: Fact) -> Facts:
    return dataclasses.replace(PROBABLE, evidence=facts)


def test_all_requirements_together_make_an_account_probable_and_say_why() -> None:
    decision = tier_of(PROBABLE)
    assert decision.tier == "T2"
    assert decision.missing == ()
    assert decision.why_en.startswith("probable: income seen on 14 Sep 2024, delay without a reason")
    assert decision.why_en.endswith("no shock recorded")
    assert decision.why_zh.startswith("很可能：2024年9月14日见到收入")


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        pytest.param(with_evidence(BROKEN, SILENT), ("capacity",), id="nothing shows capacity"),
        pytest.param(
            with_evidence(fact("C1", source="papers", confidence=0.5), BROKEN, SILENT),
            ("capacity",),
            id="capacity is only suspected",
        ),
        pytest.param(with_evidence(INCOME, SHOCK, BROKEN, SILENT), ("shock",), id="a shock is recorded"),
        pytest.param(
            with_evidence(INCOME, fact("C5", confidence=0.1), BROKEN, SILENT),
            ("shock",),
            id="even a faint shock protects",
        ),
        pytest.param(with_evidence(INCOME, BROKEN), ("willingness", "sources"), id="one fact on willingness"),
        pytest.param(
            with_evidence(INCOME, SILENT, fact("W1")), ("sources",), id="two facts from the same calls"
        ),
        pytest.param(
            with_evidence(INCOME, fact("W8", source="credit_report"), fact("W8", source="papers")),
            ("willingness", "sources"),
            id="W8 from two sources is still W8 alone",
        ),
        pytest.param(
            with_evidence(INCOME, BROKEN, SILENT, fact("W9", source="payments")),
            ("willingness",),
            id="good will takes one fact away",
        ),
        pytest.param(
            with_evidence(fact("C1", consent="missing"), BROKEN, SILENT),
            ("capacity",),
            id="income seen without consent",
        ),
        pytest.param(
            dataclasses.replace(PROBABLE, right_party_contact=False),
            ("right_party_contact",),
            id="nobody ever spoke to the borrower",
        ),
        pytest.param(dataclasses.replace(PROBABLE, offer_made=False), ("offer",), id="no offer was made"),
    ],
)
def test_one_requirement_short_is_only_flagged(facts: Facts, missing: tuple[str, ...]) -> None:
    decision = tier_of(facts)
    assert (decision.tier, decision.missing) == ("T1", missing)
    for code in missing:
        assert WANTING[code][0] in decision.why_en
        assert WANTING[code][1] in decision.why_zh


def test_w8_counts_beside_another_fact() -> None:
    assert tier_of(with_evidence(INCOME, BROKEN, fact("W8", source="credit_report"))).tier == "T2"


def test_good_will_from_two_sources_needs_two_more_facts() -> None:
    goodwill = (fact("W9", source="payments"), fact("W9", source="call"))
    more = (fact("W5", source="offer"), fact("W2", source="papers"))
    assert tier_of(with_evidence(INCOME, BROKEN, SILENT, *goodwill)).tier == "T1"
    assert tier_of(with_evidence(INCOME, BROKEN, SILENT, *more, *goodwill)).tier == "T2"


@pytest.mark.parametrize(
    ("dpd", "scored", "tier"),
    [
        pytest.param(4, False, "T0", id="four days: not yet"),
        pytest.param(5, False, "T1", id="day five begins the assessment and no more"),
        pytest.param(0, True, "T1", id="a score alone flags and no more"),
        pytest.param(400, True, "T1", id="neither age nor score adds up to evidence"),
    ],
)
def test_without_evidence_nobody_is_more_than_flagged(dpd: int, scored: bool, tier: str) -> None:  # noqa: FBT001
    assert tier_of(Facts(NOW, dpd, scored=scored)).tier == tier


NOTICE = signed("case desk", "T2", ago=40, case="N-1")


@pytest.mark.parametrize(
    ("reviews", "tier"),
    [
        pytest.param((NOTICE, signed("ana", "T3", ago=5), signed("bo", "T3", ago=4)), "T3", id="two people"),
        pytest.param((NOTICE, signed("ana", "T3", ago=5)), "T2", id="one person"),
        pytest.param(
            (NOTICE, signed("ana", "T3", ago=5), signed(" Ana ", "T3", ago=4)), "T2", id="one person twice"
        ),
        pytest.param(
            (NOTICE, signed("ana", "T3", ago=5), signed("bo", "T3", ago=4, case="R-2")),
            "T2",
            id="two people on two cases",
        ),
        pytest.param(
            (NOTICE, signed("ana", "T3", ago=25), signed("bo", "T3", ago=25)), "T3", id="the fifteenth day"
        ),
        pytest.param(
            (NOTICE, signed("ana", "T3", ago=26), signed("bo", "T3", ago=4)), "T2", id="one signed too early"
        ),
        pytest.param((signed("ana", "T3", ago=5), signed("bo", "T3", ago=4)), "T2", id="no notice was given"),
        pytest.param(
            (NOTICE, signed("ana", "T3", ago=5), signed("bo", "T3", ago=4, reasons="  ")),
            "T2",
            id="one gave no reasons",
        ),
        pytest.param(
            (NOTICE, signed("ana", "T3", ago=5), signed("bo", "T3-no", ago=4)), "T2", id="they disagree"
        ),
        pytest.param(
            (signed("ana", "T3-no", ago=5), signed("bo", "T3-no", ago=4)), "T3-no", id="cleared by two"
        ),
        pytest.param((signed("ana", "T3-no", ago=5),), "T2", id="cleared by one is not verified"),
        pytest.param(
            (
                NOTICE,
                signed("ana", "T3", ago=9),
                signed("bo", "T3", ago=9),
                signed("cem", "T3-no", ago=2, case="R-2"),
                signed("dee", "T3-no", ago=2, case="R-2"),
            ),
            "T3-no",
            id="an appeal later clears",
        ),
    ],
)
def test_only_two_people_after_the_reply_period_decide(reviews: tuple[Review, ...], tier: str) -> None:
    decision = tier_of(dataclasses.replace(PROBABLE, reviews=reviews))
    assert decision.tier == tier


@pytest.mark.parametrize(
    ("told_ago", "tier"),
    [
        pytest.param(20, "T3", id="told at the door fifteen days before the first signature"),
        pytest.param(19, "T2", id="fourteen days before"),
        pytest.param(300, "T2", id="told too long ago to be about this"),
    ],
)
def test_a_visit_that_met_the_borrower_is_notice(told_ago: int, tier: str) -> None:
    reviews = (signed("ana", "T3", ago=5), signed("bo", "T3", ago=4))
    case = dataclasses.replace(PROBABLE, reviews=reviews, told_on=(NOW - told_ago,))
    assert tier_of(case).tier == tier


def test_a_decision_names_its_people_and_day() -> None:
    reviews = (NOTICE, signed("ana", "T3", ago=5), signed("bo", "T3", ago=4))
    decision = tier_of(dataclasses.replace(PROBABLE, reviews=reviews))
    assert decision.why_en == "decided by ana and bo on 30 Sep 2024 in writing"
    assert decision.why_zh == "已认定：ana、bo于2024年9月30日书面决定"


@pytest.mark.parametrize("late", ["fact", "review"])
def test_what_is_dated_on_the_morning_or_later_is_refused(late: str) -> None:
    facts = (
        with_evidence(fact("C1", ago=0))
        if late == "fact"
        else dataclasses.replace(PROBABLE, reviews=(signed("ana", "T3", ago=-3),))
    )
    with pytest.raises(FactTooLate, match=r"found 1 on or after it \((C1|R-1)\)"):
        tier_of(facts)


SOURCES = ("call", "payments", "visit", "bank_flow")
ANY_FACT = st.builds(
    fact,
    kind=st.sampled_from(KINDS),
    source=st.sampled_from(SOURCES),
    ago=st.integers(1, 300),
    confidence=st.floats(0, 1),
)


@given(st.lists(ANY_FACT, max_size=10), st.booleans())
def test_no_evidence_however_heavy_reaches_t3_and_a_shock_always_protects(
    facts: list[Fact],
    scored: bool,  # noqa: FBT001
) -> None:
    case = dataclasses.replace(PROBABLE, evidence=tuple(facts), scored=scored)
    assert tier_of(case).tier in ("T1", "T2")
    shocked = dataclasses.replace(case, evidence=(*facts, SHOCK))
    assert tier_of(shocked).tier == "T1"


@given(st.lists(ANY_FACT, max_size=8), st.randoms())
def test_order_and_repetition_of_facts_change_nothing(facts: list[Fact], random) -> None:  # type: ignore[no-untyped-def]
    mixed = [*facts, *facts]
    random.shuffle(mixed)
    assert tier_of(with_evidence(*facts)) == tier_of(with_evidence(*mixed))


@given(st.lists(ANY_FACT, max_size=8))
def test_good_will_never_makes_a_case_heavier(facts: list[Fact]) -> None:
    before, after = (
        tier_of(with_evidence(*facts)),
        tier_of(with_evidence(*facts, fact("W9", source="call"))),
    )
    assert not (before.tier == "T1" and after.tier == "T2")


def test_facts_have_no_room_for_what_is_never_evidence() -> None:
    fields = {field.name for kind in (Fact, Facts, Review) for field in dataclasses.fields(kind)}
    forbidden = ("visit", "complain", "lawyer", "dispute", "age", "sex", "region", "contact_list", "tone")
    assert not [name for name in fields for word in forbidden if name == word or name.startswith(f"{word}_")]
