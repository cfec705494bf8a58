"""The records of a committee report that say how well a model does: per bucket, by month, three ways."""

from __future__ import annotations

from typing import TypedDict


class Figure(TypedDict):
    """A figure with its 95 % interval; ``low`` and ``high`` are None when no honest one exists."""

    value: float | None
    low: float | None
    high: float | None


class Rival(TypedDict):
    """A challenger in one bucket: its AUC, the model's lead over it, and what that proves.

    ``verdict``: ``beats`` (the lead's interval lies above 0), ``worse`` (below 0), ``no proof`` (it covers 0),
    ``not told`` (there is no interval).
    """

    name: str
    name_en: str
    name_zh: str
    auc: Figure
    difference: Figure
    verdict: str


class Verdict(TypedDict):
    """One bucket, or ``pooled``, in a sentence: does the model beat its scorecard (or the strongest ranking)?

    ``against`` is the challenger the sentence speaks of, empty when there is none. ``verdict`` as in `Rival`.
    """

    bucket: str
    bucket_en: str
    bucket_zh: str
    n: int
    events: int
    base_rate: float | None
    auc: Figure
    against: str
    verdict: str
    sentence_en: str
    sentence_zh: str
    rivals: tuple[Rival, ...]


class CapturePoint(TypedDict):
    """At one share of accounts, riskiest first: share of events found, and lift over a blind ranking."""

    share: float
    captured: float
    lift: float


class ReliabilityPoint(TypedDict):
    """Accounts of like probability, a tenth of them or at least 25: mean probability against what happened."""

    predicted: float
    observed: float
    n: int


class Curves(TypedDict):
    """What the plots of one bucket draw; ``rivals`` are the capture curves of the challengers by name."""

    bucket_en: str
    bucket_zh: str
    capture: tuple[CapturePoint, ...]
    rivals: dict[str, tuple[CapturePoint, ...]]
    reliability: tuple[ReliabilityPoint, ...]


class Month(TypedDict):
    """The score in one month of as_of days.

    ``n`` counts all rows with a known outcome; ``parts`` says how many trained, calibrated, judged (``test``)
    or were left out (``unused``). ``part`` is the word for the month: ``train``, ``test``, ``mixed``
    when its rows did both, or ``unused``. AUC, base rate, ``predicted`` and ``observed`` are over ``judged_n`` rows: the
    held-out ones where the month has any, else all of it; then ``held_out`` is False and the figures look too
    good. ``psi`` compares the scores of all rows with those of the first month; ``psi_noise`` is what it would
    be on average if nothing had shifted. Fewer than 10 judged rows
    are not told. ``note`` says why there is no AUC or no interval, else it is empty.
    """

    month: str
    n: int
    parts: dict[str, int]
    part: str
    part_en: str
    part_zh: str
    held_out: bool
    judged_n: int
    base_rate: float | None
    auc: Figure
    predicted: float | None
    observed: float | None
    psi: float | None
    psi_noise: float | None
    note_en: str
    note_zh: str


class Way(TypedDict):
    """One way to judge a willful model: ``naive``, ``corrected``, ``audit_only`` or ``where_sufficient``.

    When it cannot be had, ``auc`` is None and ``reason`` says why.
    """

    name: str
    name_en: str
    name_zh: str
    n: int
    base_rate: float | None
    auc: Figure | None
    reason_en: str
    reason_zh: str


class WillfulTold(TypedDict):
    """What only a willful model has: three ways of judging, coverage of evidence, the word on audited labels."""

    ways: tuple[Way, ...]
    accounts: int
    sufficient: int
    share: float | None
    verdicts: int
    mean_interval_width: float | None
    combination_en: str
    combination_zh: str
    audited_labels_en: str
    audited_labels_zh: str
