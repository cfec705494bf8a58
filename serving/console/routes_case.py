"""One case: its page, and what is done with it: keep, give back, approve."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from serving.console.acts import HOLD, act_once, case_address, token_of
from serving.console.case_view import case_view
from serving.console.forms import SignedForm, signed_form
from serving.console.notices import notice_of_case
from serving.console.pages import page
from serving.console.session import Person, signed_in
from serving.console.sheets import readable_sheet
from serving.routes.access import CaseId, Serving
from serving.store import Store
from serving.store_approvals import approve
from serving.store_leases import extend, release
from serving.store_worklist import story

router = APIRouter(include_in_schema=False)
CASE = "/console/cases/{case_id:path}"


@router.post(f"{CASE}/keep")
def keep(
    case_id: CaseId, service: Serving, form: Annotated[SignedForm, Depends(signed_form("work"))]
) -> Response:
    """Keep a case in hand for longer, counted from now."""
    form.only("once", "token")
    at, token = service.clock(), token_of(form)

    def work(store: Store) -> str:
        seconds = int(HOLD.total_seconds())
        return extend(
            store, case_id, token=token, by=form.person.name, lease_seconds=seconds, at=at
        ).isoformat()

    act_once(service, form, name=f"keep {case_id}", at=at, work=work)
    return RedirectResponse(f"{case_address(case_id)}?said=kept", 303)


@router.post(f"{CASE}/release")
def give_back(
    case_id: CaseId, service: Serving, form: Annotated[SignedForm, Depends(signed_form("work"))]
) -> Response:
    """Give a case back undone."""
    form.only("once", "token")
    token = token_of(form)

    def work(store: Store) -> str:
        return release(store, case_id, token=token, by=form.person.name)

    act_once(service, form, name=f"release {case_id}", at=service.clock(), work=work)
    return RedirectResponse(f"{case_address(case_id)}?said=given-back", 303)


@router.post(f"{CASE}/approve")
def agree(
    case_id: CaseId, service: Serving, form: Annotated[SignedForm, Depends(signed_form("approve"))]
) -> Response:
    """Agree to a visit; the second name makes it ready."""
    read, at = form.only("once", "read")["read"], service.clock()

    def work(store: Store) -> str:
        return approve(store, case_id, by=form.person.name, at=at, read=read).state

    act_once(service, form, name=f"approve {case_id}", at=at, work=work)
    return RedirectResponse(f"{case_address(case_id)}?said=approved", 303)


@router.get(CASE)
def read_case(
    request: Request,
    case_id: CaseId,
    service: Serving,
    person: Annotated[Person, Depends(signed_in("read_case"))],
) -> Response:
    """Show a case: who, how much, why, what may be done and what came of it."""
    told = story(service.store, case_id)
    now = service.clock()
    view = case_view(told, readable_sheet(service.store, case_id), person=person, now=now)
    notice = notice_of_case(request.query_params.get("said", ""), view)
    return page(request, "case.html", person=person, view=view, notice=notice, now=now)
