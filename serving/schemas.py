"""What the API accepts and answers. Strict: nothing is converted in silence, nothing is ignored."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.json_schema import WithJsonSchema

from serving.decision import Decision
from serving.store_claims import Claim
from serving.store_events import ContactMade, Outcome, PromiseMade, VisitMade
from serving.store_worklist import Item, Page, Story
from serving.tables import State

LONGEST_LEASE_SECONDS = 14_400
_LARGEST_TOKEN = 2**62
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("expected a day written YYYY-MM-DD")
    day = date.fromisoformat(value)
    if not 1950 <= day.year <= 2100:
        raise ValueError("expected a day between 1950 and 2100")
    return day


def _instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("expected an instant with an offset, written 2026-03-01T09:30:00Z")
    instant = datetime.fromisoformat(value)
    if not 1950 <= instant.year <= 2100:
        raise ValueError("expected an instant between 1950 and 2100")
    return instant.astimezone(UTC)


def _plain(value: str) -> str:
    if not value.isprintable() or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise ValueError("expected printable characters")
    return value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Instant = Annotated[
    datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
Plain = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_plain)]
Token = Annotated[int, Field(ge=1, le=_LARGEST_TOKEN, description="Fence token of the claim.")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
LeaseSeconds = Annotated[int, Field(ge=30, le=LONGEST_LEASE_SECONDS)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class ScoreRequest(_Strict):
    """The raw contract rows of one borrower, as of a morning."""

    as_of: Day = Field(description="The day that is beginning; rows known on it or later do not count.")
    country: Plain = Field("CN", examples=["CN"])
    time_zone: Plain = Field("Asia/Shanghai", examples=["Asia/Shanghai"])
    currency: Plain = Field("CNY", examples=["CNY"])
    tables: dict[Plain, Any] = Field(
        min_length=1,
        description="Rows by table name, with the column names of the contract.",
        examples=[{"loans": [{"loan_id": "L-1", "borrower_id": "B-1"}]}],
    )


class ClaimRequest(_Strict):
    """Which work is wanted, and for how long."""

    action: Literal["call", "message", "visit"] | None = None
    case_id: Plain | None = None
    lease_seconds: LeaseSeconds = 900


class TokenRequest(_Strict):
    """The proof that the case is in one's hand."""

    token: Token


class LeaseRequest(TokenRequest):
    """For how long the lease is extended, from now."""

    lease_seconds: LeaseSeconds = 900


class ApprovalRequest(_Strict):
    """Which decision somebody agrees to."""

    decision_digest: Digest | None = Field(
        None, description="As the case told it when it was read; refused when another was published since."
    )


class ContactBody(_Strict):
    """One attempt to reach the borrower, in the words of the ``contacts`` table."""

    channel: Plain
    outcome: Plain
    party: Plain | None = None
    stated_reason: Plain | None = None
    identity_ok: bool | None = None
    income_told: bool | None = None
    assets_told: bool | None = None
    next_step: Plain | None = None
    number_id: Plain | None = None
    agency: Plain | None = None


class VisitBody(_Strict):
    """One visit, in the words of the ``visits`` table."""

    outcome: Plain
    staff: Plain
    reason: Plain | None = None
    identity_ok: bool | None = None
    income_seen: bool | None = None
    assets_seen: bool | None = None
    next_step: Plain | None = None


class PromiseBody(_Strict):
    """What the borrower promised."""

    due_on: Day
    amount: int = Field(gt=0, le=10**15, description="Minor units.")


class OutcomeRequest(TokenRequest):
    """What came of a claimed case: a contact or a visit, and a promise if one was given."""

    contact: ContactBody | None = None
    visit: VisitBody | None = None
    promise: PromiseBody | None = None
    happened_at: Instant | None = None

    def outcome(self) -> Outcome:
        """Return the outcome in the words of the store."""
        return Outcome(
            contact=None if self.contact is None else ContactMade(**dict(self.contact)),
            visit=None if self.visit is None else VisitMade(**dict(self.visit)),
            promise=None if self.promise is None else PromiseMade(**dict(self.promise)),
            happened_at=self.happened_at,
        )


class CaseLine(BaseModel):
    """One case of the worklist: enough to choose it, not yet its whole story."""

    case_id: str
    loan_id: str
    action: str
    state: State
    rank: int
    bucket: str
    dpd: int
    arrears: int | None
    currency: str
    product: str
    portfolio: str
    due_by: str
    lawful_from: str
    lawful_until: str
    needs_approval: bool
    claimed_by: str | None
    why_en: str
    why_zh: str

    @classmethod
    def of(cls, item: Item) -> CaseLine:
        """Return the line of an item."""
        own = {"state": item.state, "rank": item.rank, "claimed_by": _holder(item)}
        told = {name: getattr(item.decision, name) for name in cls.model_fields if name not in own}
        return cls.model_validate({**own, **told})


class PageAnswer(BaseModel):
    """One page of the worklist; ``after`` gives the next one and is null at the end."""

    as_of: str | None
    cases: list[CaseLine]
    after: str | None

    @classmethod
    def of(cls, page: Page) -> PageAnswer:
        """Return the answer of a page."""
        return cls(as_of=page.as_of, cases=[CaseLine.of(i) for i in page.items], after=page.after)


class ClaimAnswer(BaseModel):
    """A case in one's hand. The token proves it; it is spent when the lease ends or moves on."""

    case: CaseLine
    token: int
    lease_until: datetime

    @classmethod
    def of(cls, claim: Claim) -> ClaimAnswer:
        """Return the answer of a claim."""
        return cls(case=CaseLine.of(claim.item), token=claim.token, lease_until=claim.lease_until)


class LeaseAnswer(BaseModel):
    """When the lease ends."""

    case_id: str
    lease_until: datetime


class StateAnswer(BaseModel):
    """Where the case stands now."""

    case_id: str
    state: State


class ApprovalAnswer(StateAnswer):
    """Who has agreed, and how many must."""

    approved_by: list[str]
    needed: int


class CaseAnswer(StateAnswer):
    """One case: scores and reasons, why this action, which rules were asked, and what came of it."""

    rank: int
    claimed_by: str | None
    lease_until: datetime | None
    approved_by: list[str]
    decision_digest: str
    decision: Decision
    events: list[dict[str, Any]]

    @classmethod
    def of(cls, story: Story) -> CaseAnswer:
        """Return the answer of a case."""
        item = story.item
        return cls(
            case_id=item.case_id,
            state=item.state,
            rank=item.rank,
            claimed_by=_holder(item),
            lease_until=item.lease_until,
            approved_by=list(story.approved_by),
            decision_digest=item.digest,
            decision=item.decision,
            events=[dict(event) for event in story.events],
        )


def _holder(item: Item) -> str | None:
    return item.claimed_by if item.state in ("claimed", "done") else None
