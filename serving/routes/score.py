"""POST /v1/score: one borrower's raw rows in, scores, bands and reasons out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from features.manifest import Manifest
from serving.auth import Principal
from serving.borrower_rows import RowsRefused
from serving.errors import ApiProblem
from serving.online import EveryModel, ModelAnswer, NoModels, OnlineScorer
from serving.routes.access import Serving, allowed
from serving.schemas import ScoreRequest

router = APIRouter(tags=["scores"])


class ReasonBody(BaseModel):
    """One idea that raises the risk."""

    feature: str
    contribution: float
    text_en: str
    text_zh: str


class ModelBody(BaseModel):
    """What one model says about one loan."""

    name: str
    model: str
    scores: dict[str, float | None]
    words: dict[str, str]
    reasons: list[ReasonBody]


class LoanBody(BaseModel):
    """One loan, and what each model that speaks for it says; ``unscored`` names models not in force.

    ``arrears`` is null where nobody knows them: statements that state no amount due.
    """

    loan_id: str
    bucket: str
    dpd: int
    arrears: int | None
    models: list[ModelBody]
    unscored: list[str]


class ScoreAnswer(BaseModel):
    """Everything said about the borrower as of the morning. A score is no decision."""

    borrower_id: str
    as_of: str
    book_digest: str
    loans: list[LoanBody]
    notices: list[str]


@router.post("/v1/score", response_model=ScoreAnswer)
def score(
    body: ScoreRequest, service: Serving, who: Annotated[Principal, Depends(allowed("score"))]
) -> dict[str, Any]:
    """Score the loans of one borrower, by the code that scores the book at night."""
    bundles = service.models.in_force.bundles
    scorer = OnlineScorer(bundles, service.slices or EveryModel(tuple(bundles)))
    manifest = Manifest(country=body.country, time_zone=body.time_zone, currency=body.currency)
    try:
        answer = scorer.score(body.tables, manifest=manifest, as_of=body.as_of)
    except RowsRefused as refused:
        raise ApiProblem(
            422, "rows-refused", "The rows break the contract", str(refused), errors=refused.errors
        ) from refused
    except NoModels as none:
        raise ApiProblem(
            503, "no-models", "No model is in force", str(none), headers={"Retry-After": "30"}
        ) from none
    return {
        "borrower_id": answer.borrower_id,
        "as_of": answer.as_of.isoformat(),
        "book_digest": answer.book_digest,
        "notices": list(answer.notices),
        "loans": [
            {
                "loan_id": loan.loan_id,
                "bucket": loan.bucket,
                "dpd": loan.dpd,
                "arrears": loan.arrears,
                "models": [_model(one) for one in loan.answers],
                "unscored": list(loan.unscored),
            }
            for loan in answer.loans
        ],
    }


def _model(answer: ModelAnswer) -> dict[str, Any]:
    reasons = [{name: getattr(r, name) for name in ReasonBody.model_fields} for r in answer.reasons]
    return {**vars(answer), "reasons": reasons}
