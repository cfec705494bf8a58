"""The feature table as a reviewer meets it: consent, attributes, what is never a feature."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features import build
from features.build import (
    BUCKETS,
    CONTEXT,
    KEYS,
    MixedAttribute,
    build_features,
    house_features,
    read_features,
    write_features,
)
from features.catalogue import FeatureWithoutText
from features.definitions import flags
from features.discovery import definition_modules
from features.observations import observe
from features.table import FeaturesDamaged, catalogue_path
from tests.builders import at, attribute, book_of, borrower, consent, instalments, payment

MORNINGS = [dt.date(2024, 4, 1), dt.date(2024, 5, 1)]


def table_of_book(**tables: Any) -> build.FeatureTable:
    book = book_of(**{"borrowers": [borrower()], "instalments": instalments(3), **tables})
    return build_features(book, observe(book, as_of=MORNINGS))


def test_a_row_has_keys_context_and_features_in_that_order() -> None:
    table = table_of_book()
    assert tuple(table.frame.columns) == (*KEYS, *CONTEXT, *table.catalogue.names)
    assert table.frame["loan_id"].tolist() == ["L-1", "L-1"]
    assert table.frame["as_of"].tolist() == [pd.Timestamp("2024-04-01"), pd.Timestamp("2024-05-01")]
    assert table.frame["bucket"].tolist() == ["31-60", "61-90"]
    assert set(table.frame["bucket"]) <= set(BUCKETS)
    assert table.frame["dpd_now"].tolist() == [46, 76]
    assert table.frame["arrears_now"].tolist() == [21_000, 31_500]


def test_columns_are_stored_by_their_unit() -> None:
    table = table_of_book()
    for spec in table.catalogue:
        dtype = table.frame[spec.name].dtype
        if spec.kind == "code":
            assert str(dtype) == "str", spec.name
        else:
            assert dtype == (np.float64 if spec.unit == "minor units" else np.float32), spec.name


CONSENT_FEATURES = [item.spec.name for item in house_features() if item.spec.purpose == "income assessment"]


def test_without_a_consents_table_consent_based_features_are_missing_and_it_is_said_once() -> None:
    table = table_of_book()
    assert table.frame[CONSENT_FEATURES].isna().all(axis=None)
    assert table.notes == (
        "The book has no consents table: features for bank_flow, credit_report, income assessment are missing "
        "throughout.",
    )


def test_a_withdrawn_consent_switches_its_features_off_and_is_counted() -> None:
    withdrawn = consent(revision=2, withdrawn_on="2024-04-20", known_at=at("2024-04-20"))
    table = table_of_book(consents=[consent(), withdrawn])
    assert table.frame["declared_income_latest"].tolist()[0] == 800_000
    assert table.frame[CONSENT_FEATURES].iloc[1].isna().all()
    assert table.notes == (
        "2 of 2 observations have no consent for bank_flow: features missing there.",
        "2 of 2 observations have no consent for credit_report: features missing there.",
        "1 of 2 observations have no consent for income assessment: features missing there.",
    )


def test_the_consent_for_one_purpose_serves_no_other() -> None:
    table = table_of_book(consents=[consent(purpose="marketing")])
    assert table.frame[CONSENT_FEATURES].isna().all(axis=None)


def test_attributes_pass_through_with_inferred_catalogue_rows() -> None:
    table = table_of_book(attributes=[attribute(), attribute(name="grade", value=None, code="B")])
    assert table.frame["attr_dependants"].tolist() == [2.0, 2.0]
    assert table.frame["attr_grade"].tolist() == ["B", "B"]
    assert (table.catalogue.spec("attr_grade").kind, table.catalogue.spec("attr_grade").direction) == (
        "code",
        0,
    )


def test_an_attribute_of_numbers_and_codes_is_refused() -> None:
    with pytest.raises(MixedAttribute, match="'dependants': expected numbers or codes, found both"):
        table_of_book(
            attributes=[attribute(), attribute(owner_kind="loan", owner_id="L-1", value=None, code="B")]
        )


FORBIDDEN = (
    "agent_id",
    "agency",
    "propensity",
    "geohash",
    "time_zone",
    "protected",
    "reviews",
    "lawyer",
    "cease",
)


def test_no_definition_reads_what_a_feature_must_not_know() -> None:
    for module in definition_modules():
        told = {
            node.value
            for node in ast.walk(ast.parse(inspect.getsource(module)))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not told & set(FORBIDDEN), module.__name__
        visits = inspect.getsource(module).split("history.visits")
        assert not any('"refused"' in text.split(")")[0] for text in visits[1:]), module.__name__


@pytest.mark.parametrize("item", house_features(), ids=lambda item: item.spec.name)
def test_a_definition_is_short(item: Any) -> None:
    tree = ast.parse(inspect.getsource(item.compute).lstrip())
    (definition,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert len(definition.body) - 1 <= 3, "a docstring and at most three lines"


def test_a_definition_module_without_catalogue_text_fails_at_import(tmp_path: Path) -> None:
    source = inspect.getsource(flags).replace('zh="当前是否登记为经济困难"', 'zh=""')
    with pytest.raises(FeatureWithoutText, match="hardship_active_latest"):
        exec(compile(source, "flags.py", "exec"), {"__name__": "features.definitions.flags"})


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        pytest.param(lambda path: path.unlink(), "found no night.parquet", id="the table is gone"),
        pytest.param(lambda path: catalogue_path(path).unlink(), "found no night.catalogue.json", id="no catalogue"),
        pytest.param(lambda path: path.write_bytes(b"x"), "expected digest", id="another table"),
        pytest.param(
            lambda path: catalogue_path(path).write_text('{"format": 9}'), "expected format 1, found 9",
            id="a format of the future",
        ),
    ],
)  # fmt: skip
def test_a_damaged_pair_of_files_is_refused(damage: Any, said: str, tmp_path: Path) -> None:
    path = tmp_path / "night.parquet"
    write_features(table_of_book(payments=[payment()]), path)
    damage(path)
    with pytest.raises(FeaturesDamaged, match=said):
        read_features(path)
