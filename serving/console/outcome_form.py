"""What a collector writes after a call or a visit, read field by field in the order it is asked.

Reason → identity → income → assets → result → next step. Whether the outcome fits the case is for the store to
say (``serving.store_events``); here words become values, and what cannot be read is told beside its field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from features.codes import CHANNELS, CONTACT_OUTCOMES, STATED_REASONS, VISIT_OUTCOMES
from features.currency import decimals_of
from serving.console.formats import zone_of
from serving.console.languages import message
from serving.store_events import ContactMade, Outcome, OutcomeRefused, PromiseMade, VisitMade

FIELDS: Final = (
    "once", "token", "channel", "staff", "reason", "identity", "income", "assets", "result",
    "amount", "due_on", "happened_at", "next_step",
)  # fmt: skip
CONTACT_CHANNELS: Final = tuple(channel for channel in CHANNELS if channel != "visit")
LONGEST_TEXT: Final = 300
_YES_NO: Final = {"": None, "yes": True, "no": False}
_AMOUNT = re.compile(r"(?:[0-9]{1,16}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.([0-9]{1,3}))?")
_FIELD_OF: Final[Mapping[str, str]] = {
    "contact.channel": "channel",
    "contact.outcome": "result",
    "contact.stated_reason": "reason",
    "visit.outcome": "result",
    "visit.reason": "reason",
    "promise": "amount",
    "promise.amount": "amount",
    "promise.due_on": "due_on",
    "happened_at": "happened_at",
}
_REFUSALS: Final[Mapping[str, str]] = {
    "promise": message(
        "A promise needs an amount and a day, and belongs only to the result “promised to pay” or a visit that met somebody."
    ),
    "promise.amount": message("Write an amount above zero that a loan can have."),
    "promise.due_on": message("Choose a day from today on, within ten years."),
    "happened_at": message("Choose a moment between the claim of this case and now."),
}
_OTHERWISE: Final = message("This does not fit the case. Choose another answer.")


@dataclass
class Reading:
    """Fields being read, and what is wrong with them so far, in English as the catalogue knows it."""

    fields: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def code(self, name: str, codes: tuple[str, ...], *, required: bool = False) -> str | None:
        """Return a chosen code, or None when nothing was chosen."""
        chosen = self.fields[name]
        if (chosen and chosen not in codes) or (required and not chosen):
            self.problems[name] = message("Choose one of the answers.")
            return None
        return chosen or None

    def yes_no(self, name: str) -> bool | None:
        """Return the answer, or None when it was not asked."""
        self.code(name, ("yes", "no"))
        return _YES_NO.get(self.fields[name])

    def text(self, name: str, *, required: bool = False) -> str | None:
        """Return a short text."""
        written = " ".join(self.fields[name].split())
        if len(written) > LONGEST_TEXT or not written.isprintable():
            self.problems[name] = message("Write at most 300 plain characters.")
        elif required and not written:
            self.problems[name] = message("Write who went.")
        return written or None

    def promise(self, currency: str) -> PromiseMade | None:
        """Return what was promised, or None when neither amount nor day was given."""
        written, day = self.fields["amount"].strip(), self.fields["due_on"].strip()
        if not written and not day:
            return None
        amount, due_on = minor_units(written, currency), _day(day)
        if amount is None:
            self.problems["amount"] = message("Write an amount such as 1,200.50.")
        if due_on is None:
            self.problems["due_on"] = message("Choose the day of the promise.")
        return None if amount is None or due_on is None else PromiseMade(due_on, amount)

    def moment(self, zone: str) -> datetime | None:
        """Return the moment it happened, written in the debtor's time; None for now."""
        written = self.fields["happened_at"].strip()
        if not written:
            return None
        try:
            read = datetime.fromisoformat(written)
        except ValueError:
            read = None
        known = zone_of(zone or "UTC")
        if read is None or read.tzinfo is not None or known is None or not 1950 <= read.year <= 2100:
            self.problems["happened_at"] = message("Choose a day and a time.")
            return None
        return read.replace(tzinfo=known)


def read_outcome(
    fields: Mapping[str, str], *, visit: bool, currency: str, zone: str
) -> tuple[Outcome | None, Mapping[str, str]]:
    """Return the outcome that was written, or what is wrong with it by field.

    Parameters
    ----------
    fields
        What was typed, every field of ``FIELDS``.
    visit
        True for a visit, False for a call or a message.
    currency
        Currency of the promise; its amount is written in major units.
    zone
        Time zone in which the moment is written.
    """
    read = Reading(fields)
    reason = read.code("reason", STATED_REASONS)
    identity, income, assets = (read.yes_no(name) for name in ("identity", "income", "assets"))
    result = read.code("result", VISIT_OUTCOMES if visit else CONTACT_OUTCOMES, required=True)
    promise, happened_at = read.promise(currency), read.moment(zone)
    next_step = read.text("next_step")
    who = read.text("staff", required=True) if visit else None
    channel = None if visit else read.code("channel", CONTACT_CHANNELS, required=True)
    if read.problems or result is None:
        return None, read.problems
    if visit:
        went = VisitMade(result, who or "", reason, identity, income, assets, next_step)
        return Outcome(visit=went, promise=promise, happened_at=happened_at), {}
    spoke = ContactMade(
        channel=channel or "",
        outcome=result,
        stated_reason=reason,
        identity_ok=identity,
        income_told=income,
        assets_told=assets,
        next_step=next_step,
    )
    return Outcome(contact=spoke, promise=promise, happened_at=happened_at), {}


def problem_of(refused: OutcomeRefused) -> Mapping[str, str]:
    """Return a refusal of the store beside the field it is about, in words of the catalogue.

    Examples
    --------
    >>> problem_of(OutcomeRefused("Expected …", field="promise.amount"))
    {'amount': 'Write an amount above zero that a loan can have.'}
    """
    return {_FIELD_OF.get(refused.field, "result"): _REFUSALS.get(refused.field, _OTHERWISE)}


def minor_units(written: str, currency: str) -> int | None:
    """Return an amount of major units in minor units, exact; None when it cannot be read.

    Examples
    --------
    >>> [minor_units(text, "CNY") for text in ("1,200.5", "800", "８００．５", "1.234", "12,00", "-3", "")]
    [120050, 80000, 80050, None, None, None, None]
    >>> minor_units("1200", "UGX"), minor_units("1.5", "XOF"), minor_units("1,000,000,000,000,000", "JPY")
    (1200, None, 1000000000000000)
    """
    plain = unicodedata.normalize("NFKC", written).strip().lstrip("¥￥$€£").strip()
    found = _AMOUNT.fullmatch(plain)
    digits = decimals_of(currency)
    decimals = (found.group(1) or "") if found else ""
    if found is None or len(decimals) > digits:
        return None
    units = plain.partition(".")[0].replace(",", "")
    return int(units + decimals.ljust(digits, "0"))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written) else None
    except ValueError:
        return None
