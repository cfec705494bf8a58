"""The pages written from the code are those in the repository."""

from __future__ import annotations

import pytest

from pipelines.pages import PAGES, ROOT


@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name](), "run python -m pipelines.pages"
