"""The worklist: what is in my hand, the next case, and the list with its filters."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from features.buckets import BUCKETS
from serving.console.acts import HOLD, act_once, case_address
from serving.console.filters import PAGE_LENGTH, Chosen, chosen_of
from serving.console.forms import SignedForm, signed_form
from serving.console.notices import notice_of
from serving.console.pages import page
from serving.console.session import Person, signed_in
from serving.decision import ACTIONS
from serving.routes.access import Service, Serving
from serving.store import Store
from serving.store_claims import OutsideLawfulHours, claim
from serving.store_overview import in_hand, overview
from serving.store_worklist import CursorRefused, Item, worklist
from serving.tables import STATES

router = APIRouter(include_in_schema=False)
WORKLIST = "/console/worklist"
APPROVALS = "/console/approvals"


@router.get(WORKLIST)
def read_worklist(
    request: Request, service: Serving, person: Annotated[Person, Depends(signed_in("read_worklist"))]
) -> Response:
    """Show the list in force, best first."""
    return _list_page(request, service, person, said=request.query_params.get("said", ""))


@router.get(APPROVALS)
def read_approvals(
    request: Request, service: Serving, person: Annotated[Person, Depends(signed_in("approve"))]
) -> Response:
    """Show the visits that wait for two people."""
    chosen = Chosen(state="awaiting_approval", after=request.query_params.get("after", ""))
    try:
        shown = worklist(
            service.store, state="awaiting_approval", after=chosen.after or None, limit=PAGE_LENGTH
        )
    except CursorRefused:
        return RedirectResponse(APPROVALS, 303)
    more = Chosen().address(APPROVALS, after=shown.after) if shown.after else ""
    return page(
        request, "approvals.html", person=person, items=shown.items, more=more, paged=bool(chosen.after)
    )


@router.post("/console/claim")
def claim_work(
    request: Request, service: Serving, form: Annotated[SignedForm, Depends(signed_form("work"))]
) -> Response:
    """Take the best ready case, or one that was named, into this person's hand."""
    case_id = form.only("once", "case_id")["case_id"] or None
    at = service.clock()

    def work(store: Store) -> str:
        held = claim(
            store,
            by=form.person.name,
            lease_seconds=int(HOLD.total_seconds()),
            at=at,
            case_id=case_id,
        )
        return "" if held is None else held.item.case_id

    try:
        claimed = act_once(service, form, name="claim", at=at, work=work)
    except OutsideLawfulHours as outside:
        if case_id is not None:
            raise
        return _list_page(request, service, form.person, status=409, outside=outside)
    if not claimed:
        return RedirectResponse(f"{WORKLIST}?said=nothing-ready", 303)
    return RedirectResponse(f"{case_address(claimed)}?said=claimed", 303)


def _list_page(
    request: Request,
    service: Service,
    person: Person,
    *,
    said: str = "",
    status: int = 200,
    outside: OutsideLawfulHours | None = None,
) -> Response:
    chosen = chosen_of(request.query_params)
    try:
        shown = worklist(
            service.store,
            action=chosen.action or None,
            bucket=chosen.bucket or None,
            state=chosen.wanted_state(),
            after=chosen.after or None,
            limit=PAGE_LENGTH,
        )
    except CursorRefused:
        return RedirectResponse(f"{WORKLIST}?said=new-list", 303)
    told: dict[str, Any] = {
        "items": shown.items,
        "more": chosen.address(WORKLIST, after=shown.after) if shown.after else "",
        "start": chosen.address(WORKLIST) if chosen.after else "",
        "chosen": chosen,
        "glance": overview(service.store),
        "mine": in_hand(service.store, by=person.name) if person.may("work") else (),
        "now": service.clock(),
        "actions": ACTIONS,
        "buckets": BUCKETS[1:],
        "states": STATES[:-1],
        "outside": outside,
        "one_zone": _one_zone(shown.items),
        "notice": notice_of(said),
    }
    return page(request, "worklist.html", person=person, status=status, **told)


def _one_zone(shown: tuple[Item, ...]) -> str:
    """Return the time zone of every case that knows its own; nothing when they have several, or none is known."""
    zones = {str(item.decision.facts.get("time_zone", "")) for item in shown} - {""}
    return zones.pop() if len(zones) == 1 else ""
