"""GET /v1/worklist and POST /v1/worklist/claim."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from features.buckets import BUCKETS
from serving.auth import Principal
from serving.errors import ApiProblem, FieldError
from serving.routes.access import Act, IdempotencyKey, Serving, allowed, perform
from serving.schemas import ClaimAnswer, ClaimRequest, Day, PageAnswer
from serving.store import Store
from serving.store_claims import claim
from serving.store_worklist import LONGEST_PAGE, worklist
from serving.tables import State

router = APIRouter(tags=["worklist"])


@router.get("/v1/worklist", response_model=PageAnswer)
def read_worklist(
    service: Serving,
    who: Annotated[Principal, Depends(allowed("read_worklist"))],
    as_of: Annotated[Day | None, Query(description="Default: the list in force.")] = None,
    action: Literal["call", "message", "visit", "nothing"] | None = None,
    bucket: str | None = None,
    state: State | None = None,
    after: Annotated[str | None, Query(max_length=1000, description="Cursor of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 50,
) -> PageAnswer:
    """Read one page of the list, best first."""
    if bucket is not None and bucket not in BUCKETS:
        raise ApiProblem(
            422,
            "invalid-request",
            "The request does not have the expected form",
            f"Expected a bucket of {', '.join(BUCKETS)}, found another. Choose one.",
            errors=[FieldError("query.bucket", f"one of {', '.join(BUCKETS)}")],
        )
    page = worklist(
        service.store,
        as_of=None if as_of is None else as_of.isoformat(),
        action=action,
        bucket=bucket,
        state=state,
        after=after,
        limit=limit,
    )
    return PageAnswer.of(page)


@router.post(
    "/v1/worklist/claim",
    response_model=ClaimAnswer,
    responses={204: {"description": "Nothing is ready."}, 409: {"description": "Not lawful at this moment."}},
)
def claim_work(
    body: ClaimRequest,
    service: Serving,
    who: Annotated[Principal, Depends(allowed("work"))],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take the best ready case into one's hand, within its lawful window."""
    at = service.clock()

    def work(store: Store) -> tuple[int, dict[str, Any] | None]:
        held = claim(
            store,
            by=who.name,
            lease_seconds=body.lease_seconds,
            at=at,
            action=body.action,
            case_id=body.case_id,
        )
        return (204, None) if held is None else (200, ClaimAnswer.of(held).model_dump(mode="json"))

    return perform(service, Act(who, "claim", body, idempotency_key), at=at, work=work)
