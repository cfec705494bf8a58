"""What a page says when the service says no: one headline and one piece of advice for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from serving.console.languages import message


@dataclass(frozen=True)
class Refusal:
    """What happened, and what to do; English, as the catalogue knows it."""

    headline: str
    advice: str


_REFUSALS: Final[Mapping[str, Refusal]] = {
    "role-refused": Refusal(
        message("Your role does not open this page"),
        message(
            "The pages you may open stand at the top. If you need this one, ask an administrator for another key."
        ),
    ),
    "stale-form": Refusal(
        message("This form is out of date"),
        message(
            "It belongs to another session or comes from another site. Nothing was recorded. Open the page again."
        ),
    ),
    "form-refused": Refusal(
        message("This form cannot be read"),
        message("It does not have the fields of the page. Nothing was recorded. Open the page again."),
    ),
    "unknown-case": Refusal(
        message("No list holds this case"),
        message("It may belong to a list that was removed. Choose a case from the worklist."),
    ),
    "stale-token": Refusal(
        message("This case is no longer in your hand"),
        message(
            "The lease ended, the case moved on, or somebody else holds it. Nothing was recorded. Claim it again."
        ),
    ),
    "not-claimable": Refusal(
        message("This case cannot be claimed now"),
        message("Somebody holds it, or another case of the same borrower. Choose another case."),
    ),
    "outside-lawful-hours": Refusal(
        message("Contact is not lawful at this moment"),
        message("Come back within the lawful hours of the case."),
    ),
    "nothing-to-approve": Refusal(
        message("This case does not wait for approval"),
        message("Only visits that wait for two people are approved."),
    ),
    "idempotency-key-reused": Refusal(
        message("This form was sent before"),
        message("What it said the first time holds. Open the page again for another act."),
    ),
    "decision-changed": Refusal(
        message("The decision has changed since you read it"),
        message("A new list was published. Nothing was recorded. Open the case, read it again, then decide."),
    ),
    "cursor-refused": Refusal(
        message("A new list was published"),
        message("Start again at the top of the worklist."),
    ),
    "not-found": Refusal(
        message("There is no such page"),
        message("Check the address, or choose a page at the top."),
    ),
    "method-not-allowed": Refusal(
        message("This page cannot be asked like that"),
        message("Open the page itself and use its form."),
    ),
    "invalid-request": Refusal(
        message("This address cannot be read"),
        message("A part of it is not what the page expects. Choose the page at the top and start again."),
    ),
    "body-too-large": Refusal(
        message("What was sent is too large"),
        message("Nothing was recorded. Shorten it and try again."),
    ),
    "store-unavailable": Refusal(
        message("The worklist does not answer"),
        message("It is busy or away. Nothing was recorded. Try again in a moment."),
    ),
    "internal-error": Refusal(
        message("The service failed"),
        message("This is not your fault. Give the incident number to those who keep the service."),
    ),
}


def refusal_of(kind: str, *, status: int) -> Refusal:
    """Return what a page says about a kind of refusal; an unknown kind is told by its status.

    Examples
    --------
    >>> refusal_of("unknown-case", status=404).headline
    'No list holds this case'
    >>> refusal_of("odd", status=503).headline
    'The worklist does not answer'
    """
    if kind in _REFUSALS:
        return _REFUSALS[kind]
    by_status = {404: "not-found", 405: "method-not-allowed", 503: "store-unavailable"}
    return _REFUSALS[by_status.get(status, "internal-error" if status >= 500 else "invalid-request")]
