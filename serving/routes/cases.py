"""One case: its story, its outcome, its lease and its approvals. Ids hold ``@`` and may hold ``/``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from serving.auth import Principal
from serving.routes.access import Act, CaseId, IdempotencyKey, Serving, allowed, perform
from serving.schemas import (
    ApprovalAnswer,
    ApprovalRequest,
    CaseAnswer,
    LeaseAnswer,
    LeaseRequest,
    OutcomeRequest,
    StateAnswer,
    TokenRequest,
)
from serving.store import Store
from serving.store_approvals import approve
from serving.store_leases import complete, extend, release
from serving.store_worklist import story

router = APIRouter(tags=["cases"])
_CASE = "/v1/cases/{case_id:path}"


@router.post(f"{_CASE}/outcome", response_model=StateAnswer)
def record_outcome(
    case_id: CaseId,
    body: OutcomeRequest,
    service: Serving,
    who: Annotated[Principal, Depends(allowed("work"))],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Record what came of a claimed case; it is done, and the book learns of it."""
    at = service.clock()

    def work(store: Store) -> tuple[int, dict[str, Any] | None]:
        complete(store, case_id, token=body.token, by=who.name, outcome=body.outcome(), at=at)
        return 200, {"case_id": case_id, "state": "done"}

    return perform(service, Act(who, f"outcome {case_id}", body, idempotency_key), at=at, work=work)


@router.post(f"{_CASE}/lease", response_model=LeaseAnswer)
def extend_lease(
    case_id: CaseId,
    body: LeaseRequest,
    service: Serving,
    who: Annotated[Principal, Depends(allowed("work"))],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Keep a claimed case for longer, counted from now."""
    at = service.clock()

    def work(store: Store) -> tuple[int, dict[str, Any] | None]:
        until = extend(store, case_id, token=body.token, by=who.name, lease_seconds=body.lease_seconds, at=at)
        return 200, {"case_id": case_id, "lease_until": until.isoformat()}

    return perform(service, Act(who, f"lease {case_id}", body, idempotency_key), at=at, work=work)


@router.post(f"{_CASE}/release", response_model=StateAnswer)
def give_back(
    case_id: CaseId,
    body: TokenRequest,
    service: Serving,
    who: Annotated[Principal, Depends(allowed("work"))],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Give a claimed case back undone."""

    def work(store: Store) -> tuple[int, dict[str, Any] | None]:
        return 200, {"case_id": case_id, "state": release(store, case_id, token=body.token, by=who.name)}

    act = Act(who, f"release {case_id}", body, idempotency_key)
    return perform(service, act, at=service.clock(), work=work)


@router.post(f"{_CASE}/approvals", response_model=ApprovalAnswer)
def approve_case(
    case_id: CaseId,
    service: Serving,
    who: Annotated[Principal, Depends(allowed("approve"))],
    body: ApprovalRequest | None = None,
) -> ApprovalAnswer:
    """Agree to a visit; with the second name it becomes ready. The same name twice counts once.

    With `decision_digest`, as the case told it, somebody agrees to what was read and to nothing published since.
    """
    read = None if body is None else body.decision_digest
    agreed = approve(service.store, case_id, by=who.name, at=service.clock(), read=read)
    return ApprovalAnswer(
        case_id=case_id, state=agreed.state, approved_by=list(agreed.approved_by), needed=agreed.needed
    )


@router.get(_CASE, response_model=CaseAnswer)
def read_case(
    case_id: CaseId, service: Serving, who: Annotated[Principal, Depends(allowed("read_case"))]
) -> CaseAnswer:
    """Read scores, reasons, why this action, which rules were asked, and what came of it."""
    return CaseAnswer.of(story(service.store, case_id))
