"""The committee's way: sign in, the list of reports, a report that can run and load nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serving.browser import Place, chromium
from tests.serving.console.conftest import Enter

pytestmark = pytest.mark.xdist_group("browser")
TITLES = {"zh": "审查报告", "en": "Review report"}
SECTIONS = {"zh": "局限", "en": "Limits"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_committee_member_opens_the_report_and_sees_its_sections(enter: Enter, language: str) -> None:
    cora = enter("cora", "committee", language=language)
    assert cora.page.url.endswith("/console/reports")
    row = cora.page.get_by_role("row").filter(has_text=TITLES[language])
    assert row.get_by_text({"zh": "生效中", "en": "in force"}[language], exact=True).is_visible()
    row.get_by_role("link").click()
    assert cora.page.get_by_role("heading", level=1).inner_text() == TITLES[language]
    assert cora.page.get_by_role("heading", level=2).inner_text() == SECTIONS[language]
