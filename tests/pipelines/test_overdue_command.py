"""The command ``overdue``: what it prints, the terms it takes, the same bytes whatever the shards."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.book import write_book
from features.penalty import LegalCap, PenaltyTerms, PenaltyTermsUnclear
from pipelines.overdue_rows import Terms
from pipelines.overdue_terms import EXAMPLE, TermsFileRefused, read_penalty_terms
from tests.builders import book_of, instalment, loan, manifest
from tests.pipelines.command import Command
from tests.pipelines.overdue_builders import late_news_book, report_of, row_of
from tests.pipelines.test_overdue_files import csv_rows


def test_it_prints_the_number_of_rows_and_writes_every_file(command: Command, tmp_path: Path) -> None:
    write_book(late_news_book(1), tmp_path / "book")
    outs = [word for name in ("a.csv", "a.xlsx") for word in ("--out", tmp_path / name)]
    told = command.works("overdue", tmp_path / "book", "--as-of", "2024-04-01", *outs)
    rows = len(csv_rows(tmp_path / "a.csv")) - 1
    assert rows > 0
    assert f"{rows} rows, as many as the book has overdue loans" in told.out
    asked = ("overdue", tmp_path / "book", "--as-of", "2024-04-01", "--out", tmp_path / "b.csv", "--json")
    answer = command.works(*asked, "--language", "en", "--assess-from", 7).json
    assert (answer["rows"], answer["overdue"], answer["loans"]) == (rows, rows, 12)
    assert "Day 7 reached" in csv_rows(tmp_path / "b.csv")[0]


def test_a_book_in_shards_gives_the_bytes_of_the_whole(command: Command, tmp_path: Path) -> None:
    write_book(late_news_book(2, loans=40), tmp_path / "whole")
    command.works("shard", tmp_path / "whole", "--into", 4, "--out", tmp_path / "parts")
    for name in ("whole", "parts"):
        outs = ("--out", tmp_path / f"{name}.csv", "--out", tmp_path / f"{name}.xlsx")
        command.works("overdue", tmp_path / name, "--as-of", "2024-05-01", *outs)
    for kind in (".csv", ".xlsx"):
        assert (tmp_path / f"whole{kind}").read_bytes() == (tmp_path / f"parts{kind}").read_bytes()


def test_rows_known_later_change_no_byte(command: Command, tmp_path: Path) -> None:
    tables = {"loans": [loan()], "instalments": [instalment()]}
    write_book(book_of(**tables), tmp_path / "then")
    later = [
        *tables["instalments"],
        instalment(revision=2, due_on="2024-04-01", known_at="2024-03-01T12:00:00+08:00"),
    ]
    write_book(book_of(loans=tables["loans"], instalments=later), tmp_path / "now")
    for name in ("then", "now"):
        outs = ("--out", tmp_path / f"{name}.csv", "--out", tmp_path / f"{name}.xlsx")
        command.works("overdue", tmp_path / name, "--as-of", "2024-03-01", *outs)
    for kind in (".csv", ".xlsx"):
        assert (tmp_path / f"then{kind}").read_bytes() == (tmp_path / f"now{kind}").read_bytes()


def test_penalty_interest_by_hand_and_cut_to_the_cap() -> None:
    half = PenaltyTerms(factor=0.5)  # 5 days x 100.00 at 9 %: 12.3 fen; the loan itself bears 18 %
    assert row_of(report_of(book_of(), "2024-02-20"))["penalty_interest"] is None
    assert row_of(report_of(book_of(), "2024-02-20", terms=Terms(penalty=half)))["penalty_interest"] == 12
    cap = LegalCap(0.24, "a test", None)  # type: ignore[arg-type]  # 6 % are left: 8.2 fen
    terms = Terms(penalty=half, cap=cap)
    assert row_of(report_of(book_of(), "2024-02-20", terms=terms))["penalty_interest"] == 8


def test_a_country_whose_classes_nobody_wrote_has_none(command: Command, tmp_path: Path) -> None:
    elsewhere = manifest(country="KE", time_zone="Africa/Nairobi", currency="KES")
    write_book(book_of(elsewhere), tmp_path / "book")
    out = tmp_path / "a.csv"
    command.works("overdue", tmp_path / "book", "--as-of", "2024-03-01", "--out", out, "--language", "en")
    head, row = csv_rows(out)
    assert dict(zip(head, row, strict=True))["Five-category class"] == ""
    command.works("overdue", tmp_path / "book", "--as-of", "2024-03-01", "--out", tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("text", "refusal", "said"),
    [
        pytest.param("factor = ", TermsFileRefused, "Correct the file", id="no TOML"),
        pytest.param("rate = 0.1", TermsFileRefused, "found rate in its terms", id="an unknown word"),
        pytest.param("factor = 'half'", TermsFileRefused, "factor = 'half'", id="a word for a number"),
        pytest.param("day_count = 365", PenaltyTermsUnclear, "either annual_rate or factor", id="neither rate nor factor"),
        pytest.param("factor = 0.5\n[cap]\nannual_rate = 0.24", TermsFileRefused, "no reviewed_on, source", id="a bare cap"),
        pytest.param("factor = 0.5\ncap = 0.24", TermsFileRefused, r"Write \[cap\]", id="a cap without its rule"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be_meant_are_refused(
    text: str, refusal: type[Exception], said: str, tmp_path: Path
) -> None:
    (tmp_path / "terms.toml").write_text(text, encoding="utf-8")
    with pytest.raises(refusal, match=said):
        read_penalty_terms(tmp_path / "terms.toml")


def test_the_terms_of_the_documentation_are_those_that_are_read(tmp_path: Path) -> None:
    told = (Path(__file__).parents[2] / "docs" / "overdue.md").read_text(encoding="utf-8")
    (block,) = [part.split("```")[0] for part in told.split("```toml\n")[1:]]
    assert block.split() == EXAMPLE.split()
