"""Who may open what: every address of the console by every role; an address without a line here fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from fastapi.routing import APIRoute

from models.model_list import write_model_list
from serving.auth import ROLES, Role
from serving.console.mount import ROUTERS
from serving.store_worklist import story
from tests.serving.console_builders import write_reports
from tests.serving.console_visitor import OURS, Clock, Visitor, office, signed_in
from tests.serving.model_list_builders import listed
from tests.serving.service_builders import Desk
from tests.serving.worklist_builders import decision, published, visit

CASE: Final = "/console/cases/{case_id:path}"
EVERYBODY: Final = "collector supervisor committee data_scientist admin"
OPEN: Final = {
    ("GET", "/"),
    ("GET", "/console/sign-in"),
    ("POST", "/console/sign-in"),
    ("POST", "/console/language"),
}
"""What nobody needs to sign in for."""

MAY: Final = {
    ("GET", "/console"): EVERYBODY,
    ("GET", "/console/"): EVERYBODY,
    ("POST", "/console/sign-out"): EVERYBODY,
    ("GET", "/console/worklist"): "collector supervisor admin",
    ("POST", "/console/claim"): "collector supervisor",
    ("GET", CASE): "collector supervisor committee admin",
    ("POST", f"{CASE}/keep"): "collector supervisor",
    ("POST", f"{CASE}/release"): "collector supervisor",
    ("GET", f"{CASE}/outcome"): "collector supervisor",
    ("POST", f"{CASE}/outcome"): "collector supervisor",
    ("POST", f"{CASE}/approve"): "supervisor committee",
    ("GET", "/console/approvals"): "supervisor committee",
    ("GET", "/console/models"): "supervisor committee data_scientist admin",
    ("GET", "/console/models/{name}/{version}"): "supervisor committee data_scientist admin",
    ("GET", "/console/reports"): "supervisor committee data_scientist admin",
    ("GET", "/console/reports/{file}"): "supervisor committee data_scientist admin",
}
FILLED: Final = {
    "{case_id:path}": "L-1@2026-03-02",
    "{name}/{version}": "roll_30/1",
    "{file}": "roll_30.en.html",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with office(tmp_path, clock=Clock()) as one:
        published([decision(1), visit(2)], store=one.store)
        write_model_list(tmp_path, (listed(),))
        write_reports(tmp_path)
        yield one


def written(address: str) -> str:
    """Return an address with its parts filled in."""
    for part, value in FILLED.items():
        address = address.replace(part, value)
    return address


def test_every_address_of_the_console_has_its_line() -> None:
    known = {
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert known == OPEN | set(MAY)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "service"])
def test_a_role_opens_its_own_pages_and_no_others(desk: Desk, role: Role) -> None:
    one = signed_in(desk, "one", role)
    csrf = one.get("/console/nowhere").form("/sign-out").fields["csrf"]
    for (method, address), roles in MAY.items():
        if address.endswith("sign-out"):
            continue
        answer = one.client.request(
            method,
            written(address),
            headers={**OURS, "Accept-Language": "en"},
            data={"csrf": csrf} if method == "POST" else None,
            follow_redirects=False,
        )
        said = "Your role does not open this page" in answer.text
        if role not in roles.split():
            assert (answer.status_code, said) == (403, True), (method, address)
        elif method == "GET":
            assert answer.status_code in (200, 303), (method, address)
        else:  # let in, and then told that the form lacks its mark
            assert answer.status_code == 422, (method, address)


def test_nobody_opens_anything_without_signing_in(desk: Desk) -> None:
    one = Visitor(desk)
    for method, address in MAY:
        form = {"csrf": "x"} if method == "POST" else None
        answer = one.client.request(method, written(address), headers=OURS, data=form, follow_redirects=False)
        assert answer.status_code == (401 if method == "POST" else 303), (method, address)
        assert "L-1" not in answer.text, (method, address)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_an_address_that_is_opened_changes_nothing_whatever_a_header_says(desk: Desk, header: str) -> None:
    ann = signed_in(desk, "ann", "collector")
    form = ann.get("/console/worklist").form("/console/claim")
    answer = ann.client.get("/console/claim", params=form.fields, headers={header: "POST"})
    assert answer.status_code == 405
    assert ann.client.get("/console/sign-out", headers={header: "POST"}).status_code == 405
    assert story(desk.store, "L-1@2026-03-02").item.state == "ready"
    assert ann.get("/console/worklist").status == 200
