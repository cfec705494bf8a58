"""A collector's day in a real browser: the list, a case, what came of it, and what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from serving.console.acts import case_address
from serving.console.languages import Language
from serving.console.words import word
from serving.store_claims import claim
from serving.store_leases import reap
from serving.store_worklist import story
from tests.serving.browser import PHONE, Place, Visitor

pytestmark = pytest.mark.xdist_group("browser")
Enter = Callable[..., Visitor]
FIRST = "L-1@2026-03-02"
STEPS = ("Reason", "Identity", "Income", "Assets", "Result", "Next step")


def answer_the_steps(ann: Visitor, *, amount: str = "800.00") -> None:
    """Fill the six steps with a promise."""
    for name, value in (
        ("reason", "cash_short"),
        ("identity", "yes"),
        ("income", "yes"),
        ("assets", "no"),
        ("result", "promised"),
    ):
        ann.page.locator(f"input[name={name}][value={value}]").check()
    ann.page.locator("[name=amount]").fill(amount)
    ann.page.locator("[name=due_on]").fill("2026-03-09")
    ann.page.locator("[name=next_step]").fill(ann.says("Wait for the promised payment"))


def send(ann: Visitor) -> None:
    """Press the button under the steps."""
    ann.follow(ann.page.get_by_role("button", name=ann.says("Record and finish")))


def claim_next(ann: Visitor) -> None:
    """Claim the best case of the list."""
    ann.follow(ann.page.get_by_role("button", name=ann.says("Claim the next case")))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_collector_claims_the_next_case_and_records_a_promise(
    enter: Enter, place: Place, language: Language
) -> None:
    ann = enter("ann", "collector", language=language)
    page = ann.page
    assert page.url.endswith("/console/worklist")
    claim_next(ann)
    assert page.get_by_role("heading", level=1).inner_text() == "L-1"
    text = page.locator("main").inner_text()
    for heading in ("Arrears", "Score and reasons", "Rules that were checked", "Timeline"):
        assert page.get_by_role("heading", name=ann.says(heading), exact=True).is_visible(), heading
    for amount in ("¥1,200.00", "¥280.00", "¥30.00", "¥1,510.00", "¥600.00"):
        assert amount in text, amount
    reason = {"zh": "近 90 天最高逾期 41 天", "en": "at worst 41 days past due in 90 days"}[language]
    assert reason in text
    assert {"zh": "电话的预期回收最高", "en": "A call recovers most here"}[language] in text
    assert word("reason", "cash_short", language) in text

    ann.follow(ann.page.get_by_role("link", name=ann.says("Record the outcome")))
    legends = page.locator("legend").all_inner_texts()
    assert [" ".join(one.split()) for one in legends] == [
        f"{number} {ann.says(step)}" for number, step in enumerate(STEPS, start=1)
    ]
    answer_the_steps(ann)
    send(ann)
    assert word("contact_outcome", "promised", language) in page.locator("main").inner_text()
    assert "¥800.00" in page.locator("main").inner_text()

    ann.open("/console/worklist")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="L-1", exact=True))
    assert row.get_by_text(word("state", "done", language), exact=True).is_visible()
    told = story(place.store, FIRST)
    (event,) = told.events
    assert (told.item.state, event["recorded_by"]) == ("done", "ann")
    assert event["outcome"]["contact"]["stated_reason"] == "cash_short"
    assert event["outcome"]["promise"] == {"due_on": "2026-03-09", "amount": 80_000}


def test_a_mistyped_amount_is_named_beside_its_field_and_what_was_typed_stays(
    enter: Enter, place: Place
) -> None:
    ann = enter("ann", "collector", language="zh")
    ann.expects(422)
    claim_next(ann)
    ann.follow(ann.page.get_by_role("link", name=ann.says("Record the outcome")))
    answer_the_steps(ann, amount="8oo.00")
    send(ann)
    amount = ann.page.locator("[name=amount]")
    assert amount.get_attribute("aria-invalid") == "true"
    problem = ann.page.locator(f"#{amount.get_attribute('aria-describedby')}")
    assert problem.is_visible()
    assert amount.input_value() == "8oo.00"
    assert ann.page.locator("input[name=reason][value=cash_short]").is_checked()
    assert story(place.store, FIRST).events == ()

    amount.fill("800")
    send(ann)
    assert story(place.store, FIRST).events[0]["outcome"]["promise"]["amount"] == 80_000


def test_after_each_step_the_keyboard_stands_where_one_goes_on(enter: Enter) -> None:
    ann = enter("ann", "collector", size=PHONE)
    ann.expects(422)
    claim_next(ann)
    assert ann.focused() == "The case is in your hand."
    ann.follow(ann.page.get_by_role("link", name="Record the outcome"))
    amount = ann.page.locator("[name=amount]")
    assert not amount.is_visible()
    send(ann)
    assert ann.page.evaluate("document.activeElement.name") == "result"
    assert ann.page.title().startswith("Not recorded")
    ann.page.locator("input[name=result][value=promised]").check()
    amount.fill("8oo")
    send(ann)
    assert ann.page.evaluate("document.activeElement.name") == "amount"
    ann.page.locator("input[name=result][value=busy]").check()
    assert amount.is_visible(), "what was typed is never hidden"
    amount.fill("")
    send(ann)
    assert ann.focused().startswith("What came of the case is recorded")
    ann.tab_to("Claim the next case")


def test_a_case_in_anothers_hand_says_whose_and_offers_nothing(enter: Enter, place: Place) -> None:
    claim(place.store, by="bob", lease_seconds=600, at=place.hands(), case_id=FIRST)
    ann = enter("ann", "collector", language="en")
    ann.open(case_address(FIRST))
    assert "In the hand of bob" in ann.page.locator("main").inner_text()
    assert ann.page.get_by_role("link", name=ann.says("Record the outcome")).count() == 0
    assert ann.page.get_by_role("button", name=ann.says("Claim this case")).count() == 0


def test_a_form_sent_after_another_took_the_case_records_nothing(enter: Enter, place: Place) -> None:
    ann = enter("ann", "collector", language="zh")
    ann.expects(409)
    claim_next(ann)
    ann.follow(ann.page.get_by_role("link", name=ann.says("Record the outcome")))
    place.hands.move(minutes=31)
    reap(place.store, at=place.hands())
    claim(place.store, by="bob", lease_seconds=600, at=place.hands(), case_id=FIRST)
    answer_the_steps(ann)
    send(ann)
    assert ann.page.get_by_role("alert").first.is_visible()
    assert "bob" in ann.page.get_by_role("alert").first.inner_text()
    told = story(place.store, FIRST)
    assert (told.item.state, told.item.claimed_by, told.events) == ("claimed", "bob", ())


def test_an_expired_lease_says_so_and_what_was_done_can_still_be_recorded(enter: Enter, place: Place) -> None:
    ann = enter("ann", "collector", language="en")
    claim_next(ann)
    place.hands.move(minutes=31)
    ann.page.reload()
    assert "Your lease ran out" in ann.page.locator("main").inner_text()
    ann.follow(ann.page.get_by_role("link", name="Record the outcome"))
    answer_the_steps(ann)
    send(ann)
    assert story(place.store, FIRST).item.state == "done"


def test_the_keyboard_alone_claims_a_case_and_records_what_came_of_it(enter: Enter, place: Place) -> None:
    ann = enter("ann", "collector", language="zh")
    keys = ann.page.keyboard
    ann.tab_to(ann.says("Claim the next case"))
    ann.enter_key()
    ann.tab_to(ann.says("Record the outcome"))
    ann.enter_key()
    seen: list[str] = []
    for _ in range(60):
        keys.press("Tab")
        name = ann.page.evaluate("document.activeElement.name || document.activeElement.className")
        if name not in seen[-1:]:
            seen.append(name)
        if name == "result":
            keys.press("Space")
        if ann.focused().startswith(ann.says("Record and finish")):
            break
    order = [
        name for name in seen if name in ("reason", "identity", "income", "assets", "result", "next_step")
    ]
    assert order == ["reason", "identity", "income", "assets", "result", "next_step"]
    ann.enter_key()
    assert story(place.store, FIRST).events[0]["outcome"]["contact"]["outcome"] == "talked"


def test_everything_works_without_scripts(enter: Enter, place: Place) -> None:
    ann = enter("ann", "collector", language="zh", scripts=False)
    claim_next(ann)
    ann.follow(ann.page.get_by_role("link", name=ann.says("Record the outcome")))
    answer_the_steps(ann)
    send(ann)
    assert story(place.store, FIRST).item.state == "done"
