"""The committee's way: sign in, the list of reports, a report that can run and load nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from serving.console.languages import Language
from tests.models.report_builders import example_numbers
from tests.pipelines.report_page_builders import bare_page
from tests.serving.browser import Place, Visitor
from tests.serving.service_builders import small_bundle

pytestmark = pytest.mark.xdist_group("browser")
Enter = Callable[..., Visitor]
HOSTILE = f"""<!doctype html><html lang="en"><head><meta name="duecourse-content-hash" content="{"0" * 64}">
<title>odd</title><style>@import url(https://elsewhere.example/a.css);</style></head><body><h1>odd</h1>
<img src="https://elsewhere.example/a.png"><iframe src="/console/worklist"></iframe>
<form action="/console/sign-out" method="post"><button>press</button></form>
<script>document.title = "ran"</script></body></html>"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_committee_member_opens_the_report_and_sees_its_sections(
    enter: Enter, place: Place, language: Language
) -> None:
    numbers = example_numbers()
    page = bare_page(numbers, language).replace(
        str(numbers.model["content_hash"]), small_bundle().content_hash
    )
    (place.home / "reports" / "house.html").write_text(page, encoding="utf-8")
    cora = enter("cora", "committee", language=language)
    assert cora.page.url.endswith("/console/reports")
    row = cora.page.get_by_role("row").filter(has_text="house.html")
    assert row.get_by_text(cora.says("in force"), exact=True).is_visible()
    cora.follow(row.get_by_role("link"))
    assert cora.page.get_by_role("heading", level=1).is_visible()
    sections = cora.page.locator("main > section")
    titles = [one.split()[-1] for one in sections.get_by_role("heading", level=2).all_inner_texts()]
    assert len(titles) == sections.count() >= 8
    assert any({"zh": "局限", "en": "imits"}[language] in title for title in titles), titles
    cora.page.go_back()
    assert cora.page.url.endswith("/console/reports")


def test_a_report_runs_nothing_loads_nothing_and_posts_nothing(enter: Enter, place: Place) -> None:
    (place.home / "reports" / "odd.html").write_text(HOSTILE, encoding="utf-8")
    cora = enter("cora", "committee")
    for blocked in ("Blocked script execution", "Content Security Policy", "Blocked form submission"):
        cora.forgives(blocked)
    cora.open("/console/reports/odd.html")
    assert cora.page.title() == "odd"
    assert sorted(cora.problems) == [
        "request failed: GET https://elsewhere.example/a.css csp",
        "request failed: GET https://elsewhere.example/a.png csp",
    ]
    cora.problems.clear()
    cora.page.get_by_role("button").click()
    assert cora.page.url.endswith("/odd.html")
    cora.open("/console/reports")
    row = cora.page.get_by_role("row").filter(has_text="odd.html")
    assert row.get_by_text("not in force", exact=True).is_visible()
