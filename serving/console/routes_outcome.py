"""What came of a case: the form, and recording it once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from features.codes import CONTACT_OUTCOMES, STATED_REASONS, VISIT_OUTCOMES
from serving.console.acts import act_once, case_address, token_of
from serving.console.case_view import CaseView, case_view
from serving.console.formats import zone_of
from serving.console.forms import SignedForm, signed_form
from serving.console.languages import message
from serving.console.outcome_form import CONTACT_CHANNELS, FIELDS, problem_of, read_outcome
from serving.console.pages import page
from serving.console.routes_case import CASE
from serving.console.session import Person, signed_in
from serving.console.sheets import readable_sheet
from serving.routes.access import CaseId, Service, Serving
from serving.store import Store
from serving.store_events import OutcomeRefused
from serving.store_leases import StaleToken, complete
from serving.store_once import IdempotencyKeyReused
from serving.store_worklist import story

router = APIRouter(include_in_schema=False)
NOT_YOURS = message(
    "This case is not in your hand: nothing was recorded. Claim it again if it is still ready."
)
NOT_IN_HAND = message("This case is not in your hand. Claim it first, then record what came of it.")
OTHER_HAND = message("Somebody else recorded what came of this case first; nothing of yours was recorded.")
CLAIMED_AGAIN = message(
    "This case was claimed again since this form was opened: nothing was recorded. Read it once more and send it again."
)
IS_DONE = message("What came of this case is recorded already.")
SENT_BEFORE = message("This form was sent before with other answers; the first ones are recorded.")


@router.get(f"{CASE}/outcome")
def ask_outcome(
    request: Request,
    case_id: CaseId,
    service: Serving,
    person: Annotated[Person, Depends(signed_in("work"))],
) -> Response:
    """Show the form for what came of a case, in the order in which it is asked."""
    return _form_page(request, case_id, service, person)


@router.post(f"{CASE}/outcome")
def record_outcome(
    request: Request,
    case_id: CaseId,
    service: Serving,
    form: Annotated[SignedForm, Depends(signed_form("work"))],
) -> Response:
    """Record what came of a case; it is done, and the book learns of it."""
    typed, token, person = form.only(*FIELDS), token_of(form), form.person
    at = service.clock()
    view = case_view(
        story(service.store, case_id), readable_sheet(service.store, case_id), person=person, now=at
    )
    visit = view.decision.action == "visit"
    outcome, problems = read_outcome(typed, visit=visit, currency=view.decision.currency, zone=view.time_zone)

    def work(store: Store) -> str:
        assert outcome is not None
        complete(store, case_id, token=token, by=person.name, outcome=outcome, at=at)
        return "done"

    if outcome is None:
        return _form_page(request, case_id, service, person, typed=typed, problems=problems, status=422)
    try:
        act_once(service, form, name=f"outcome {case_id}", at=at, work=work)
    except OutcomeRefused as refused:
        wrong = problem_of(refused)
        return _form_page(request, case_id, service, person, typed=typed, problems=wrong, status=422)
    except (StaleToken, IdempotencyKeyReused) as late:
        told = NOT_YOURS if isinstance(late, StaleToken) else SENT_BEFORE
        return _form_page(request, case_id, service, person, typed=typed, told=told, status=409)
    return RedirectResponse(f"{case_address(case_id)}?said=recorded", 303)


def _form_page(
    request: Request,
    case_id: str,
    service: Service,
    person: Person,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    told: str = "",
    status: int = 200,
) -> Response:
    now = service.clock()
    view = case_view(
        story(service.store, case_id), readable_sheet(service.store, case_id), person=person, now=now
    )
    visit = view.decision.action == "visit"
    empty = dict.fromkeys(FIELDS, "")
    begun = {"token": str(view.item.token), "staff": person.name if visit else ""}
    begun["channel"] = {"call": "call", "message": "sms"}.get(view.decision.action, "")
    again = told == NOT_YOURS and view.may_record
    shown: dict[str, Any] = {
        "view": view,
        "visit": visit,
        "typed": {**empty, **begun, **(typed or {}), **({"token": begun["token"]} if again else {})},
        "problems": problems or {},
        "told": _why_not(view, told, by=person.name),
        "results": VISIT_OUTCOMES if visit else CONTACT_OUTCOMES,
        "reasons": STATED_REASONS,
        "channels": CONTACT_CHANNELS,
        "today": now.astimezone(zone_of(view.time_zone) or UTC).date().isoformat(),
    }
    return page(request, "outcome.html", person=person, status=status, **shown)


def _why_not(view: CaseView, told: str, *, by: str) -> str:
    """Return why nothing was or can be recorded, or nothing when it can."""
    if view.item.state == "done" and told != SENT_BEFORE:
        return OTHER_HAND if told and view.item.claimed_by != by else IS_DONE
    if told == NOT_YOURS and view.may_record:
        return CLAIMED_AGAIN
    return told if told or view.may_record else NOT_IN_HAND
