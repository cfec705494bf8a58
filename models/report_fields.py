"""The records of a committee report that say which model, of whom, and within which limits.

Plain dictionaries, every key said once. Texts end in ``_en`` and ``_zh``. Probabilities and shares lie in
[0, 1], money is in minor units, days are written ``2025-05-01`` and months ``2025-05``.
"""

from __future__ import annotations

from typing import Any, TypedDict


class Band(TypedDict):
    """One band of the score: from ``low`` (included) up to ``high`` (not included)."""

    name: str
    name_en: str
    name_zh: str
    low: float
    high: float


class Named(TypedDict):
    """A feature and its words: column name, meaning in both languages, unit, idea."""

    feature: str
    meaning_en: str
    meaning_zh: str
    unit: str
    group_en: str
    group_zh: str


class Monotone(Named):
    """A feature whose effect is held to one direction: +1 never lowers the event's odds, -1 never raises them."""

    constraint: int


class ModelTold(TypedDict):
    """Which model the report is about.

    ``meaning``: the label in a sentence; ``reads``: what a high probability says and whether it is good or bad
    news; ``risk_sign`` +1 when the event is bad. ``window`` as written (``30d``, empty when a table's label has none).
    ``reference``: whom the explanations compare with. ``features`` per component; ``settings`` and ``versions`` as
    trained. ``trained_from``: digest of what it was trained from.
    """

    name: str
    target: str
    kind: str
    content_hash: str
    window: str
    window_en: str
    window_zh: str
    risk_sign: int
    meaning_en: str
    meaning_zh: str
    reads_en: str
    reads_zh: str
    components: tuple[str, ...]
    features: dict[str, int]
    monotone: dict[str, tuple[Monotone, ...]]
    seed: int
    versions: dict[str, str]
    settings: dict[str, Any]
    reference_en: str
    reference_zh: str
    bands: tuple[Band, ...]
    bands_from_en: str
    bands_from_zh: str
    trained_from: str


class PopulationSlice(TypedDict):
    """Rows of one bucket or one part: how many, with a known outcome, borrowers, events, event rate, money at stake.

    ``events`` and ``base_rate`` are of the rows with a known outcome.
    """

    name: str
    name_en: str
    name_zh: str
    rows: int
    known: int
    borrowers: int
    events: int
    base_rate: float | None
    money: float | None


class LossTold(TypedDict):
    """What was left out and why; ``what`` is ``rows`` or ``columns``."""

    cause_en: str
    cause_zh: str
    count: int
    what: str


class PopulationTold(TypedDict):
    """Who was looked at: all rows, and of those with a known outcome how many were events.

    ``money`` is the sum at stake in minor units, of the rows whose amount is known; None when it is known of none.
    ``first`` and ``last`` are the days of the period (empty when a table has no time), ``days`` how many. ``split`` says
    in words how the parts were made; the small picture of it is drawn from ``by_month`` (`Month.parts`) and ``by_part``.
    """

    rows: int
    known: int
    borrowers: int
    events: int
    base_rate: float | None
    money: float | None
    first: str
    last: str
    days: int
    by_bucket: tuple[PopulationSlice, ...]
    by_part: tuple[PopulationSlice, ...]
    losses: tuple[LossTold, ...]
    split_en: str
    split_zh: str


class Limit(TypedDict):
    """One thing the report cannot claim, computed from its own facts.

    ``code`` is stable (``small_bucket``, ``no_proof`` …); ``weight`` is ``alarm``, ``caution`` or ``note``.
    """

    code: str
    weight: str
    text_en: str
    text_zh: str


class Absent(TypedDict):
    """A figure that cannot be had: the field it would stand in, and why."""

    what: str
    reason_en: str
    reason_zh: str
