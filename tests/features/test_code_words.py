"""Every code of the contracts and of the house's importers has words in both languages; so has every idea."""

from __future__ import annotations

import re

import pytest

from features import codes
from features.build import house_features
from features.code_words import CODE_WORDS, KIND_OF_GROUP, code_word
from features.contracts import TABLES
from features.feature_spec import attribute_spec
from features.idea_words import ATTRIBUTES, GROUPS, group_word

CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOUSE = [item.spec for item in house_features()]


@pytest.mark.parametrize("spec", HOUSE, ids=lambda spec: spec.name)
def test_the_idea_of_every_feature_has_its_chinese(spec) -> None:  # type: ignore[no-untyped-def]
    assert CHINESE.search(spec.group_in("zh")), f"say {spec.group!r} in features/idea_words.py"


def test_no_idea_is_said_that_no_feature_has_and_no_two_are_said_alike() -> None:
    assert sorted(set(GROUPS) - {spec.group for spec in HOUSE}) == []
    assert len(set(GROUPS.values())) == len(GROUPS)


KINDS = [
    pytest.param("channel", codes.CHANNELS, id="channels"),
    pytest.param("party", codes.PARTIES, id="parties"),
    pytest.param("contact_outcome", codes.CONTACT_OUTCOMES, id="outcomes of contacts"),
    pytest.param("visit_outcome", codes.VISIT_OUTCOMES, id="outcomes of visits"),
    pytest.param("reason", codes.STATED_REASONS, id="stated reasons"),
    pytest.param("relief", (*codes.OFFER_KINDS, *codes.PLAN_KINDS), id="offers and plans"),
    pytest.param("answer", codes.OFFER_ANSWERS, id="answers to offers"),
    pytest.param("flag", codes.FLAG_KINDS, id="flags"),
    pytest.param("end_kind", codes.END_KINDS, id="ends of loans"),
    pytest.param(
        "direction",
        next(column.values for column in TABLES["contacts"].columns if column.name == "direction"),
        id="directions of contacts",
    ),
    pytest.param(
        "product", ("cash", "phone", "card", "cash_loan", "credit_card", "micro_loan"), id="products"
    ),
    pytest.param("employment", ("employee", "gig", "public", "permanent", "contract", "retired"), id="work"),
    pytest.param(
        "status",
        ("no_use", "paid", "revolving", "1", "9", "0-29", "30-59", "120-149", "150+", "paid_off", "no_loan"),
        id="statuses of importers",
    ),
    pytest.param("status", ("current", "1-30", "31-60", "61-90", "61+", "91+"), id="statuses by bucket"),
]


@pytest.mark.parametrize(("kind", "known"), KINDS)
def test_every_code_has_its_chinese(kind: str, known: tuple[str, ...]) -> None:
    assert [code for code in known if not CHINESE.search(code_word(kind, code, language="zh"))] == []
    english = [code_word(kind, code, language="en") for code in known]
    assert [word for word in english if "_" in word or CHINESE.search(word)] == []


def test_every_word_is_said_in_both_languages() -> None:
    pairs = [pair for words in (*CODE_WORDS.values(), ATTRIBUTES) for pair in words.values()]
    assert [pair for pair in pairs if not pair[0] or not CHINESE.search(pair[1])] == []


def test_a_code_of_a_lenders_own_stands_for_itself() -> None:
    assert [code_word("product", "solar", language=one) for one in ("en", "zh")] == ["solar", "solar"]
    assert code_word("a kind nobody knows", "paid", language="zh") == "paid"
    assert code_word("status", "C", language="zh") == "C"
    assert group_word("house_score") == "house_score"


def test_every_code_feature_of_the_house_speaks_from_a_known_kind() -> None:
    spoken = {spec.group for spec in HOUSE if spec.kind == "code"}
    assert spoken
    assert {KIND_OF_GROUP.get(group, group) for group in spoken} <= set(CODE_WORDS)


REASONS = [
    pytest.param("statement_status_1", "revolving", "最近一期账单状态：循环信用（部分还款）", id="a status"),
    pytest.param("statement_status_2", "30-59", "倒数第二期账单状态：逾期 30–59 天", id="a status by days"),
    pytest.param("employment_kind", "employee", "就业状态：受雇", id="employment"),
]


@pytest.mark.parametrize(("name", "code", "said"), REASONS)
def test_a_reason_says_its_code_in_words(name: str, code: str, said: str) -> None:
    (spec,) = [one for one in HOUSE if one.name == name]
    assert said in spec.reason(code, language="zh")
    assert code not in spec.reason(code, language="zh")


def test_a_reason_of_an_importers_attribute_names_it_in_words() -> None:
    spec = attribute_spec("attr_bank_account_type", kind="code")
    assert spec.reason("savings", language="zh") == "银行账户类型为 储蓄账户"
    assert spec.reason("savings", language="en") == "type of bank account is savings account"
    assert spec.reason(None, language="zh") == "银行账户类型（贷款机构记录的属性）：未知"
    own = attribute_spec("attr_house_score", kind="number")
    assert own.reason(3.0, language="zh") == "house_score为 3"
