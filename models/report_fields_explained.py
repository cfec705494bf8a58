"""The records of a committee report that say why: Shapley values, in log-odds of the label's own event."""

from __future__ import annotations

from typing import TypedDict

from models.report_fields import Named


class Explained(TypedDict):
    """What the Shapley values of one component say.

    ``title``: the question it answers. ``right``: what a value to the right of zero means. ``base``: mean
    log-odds of the reference population. ``rows`` explained of ``of_rows`` held-out ones; ``drawn`` of them
    are dots in the summary.
    """

    title_en: str
    title_zh: str
    right_en: str
    right_zh: str
    base: float
    rows: int
    of_rows: int
    drawn: int


class Importance(Named):
    """How much one feature moves the log-odds: mean absolute Shapley value, and its share of all features."""

    rank: int
    mean_abs: float
    share: float


class Idea(TypedDict):
    """The features of one idea together: mean absolute value of their sum in a row, strongest first."""

    group_en: str
    group_zh: str
    features: tuple[str, ...]
    mean_abs: float


class Summary(Named):
    """One row of the beeswarm: a Shapley value per drawn account and where its feature value ranks.

    ``rank`` is 0 for the lowest and 1 for the highest value of the feature among the explained rows (codes:
    place in the order of their risk), None where it is missing or its code was not known in training.
    """

    shap: tuple[float, ...]
    rank: tuple[float | None, ...]
    missing: int


class Bin(TypedDict):
    """Accounts of like feature value: mean Shapley value and the middle 80 % of them.

    ``low`` and ``high`` are the least and the greatest value of the bin, ``middle`` its median; all None for
    codes, which are told by ``label``. A code of fewer than 10 accounts is told among "other".
    No bin of fewer than 10 accounts is told at all.
    """

    label_en: str
    label_zh: str
    low: float | None
    high: float | None
    middle: float | None
    mean: float
    p10: float
    p90: float
    n: int


class Dependence(Named):
    """How the Shapley value of one feature follows its value.

    ``kind`` is ``number`` or ``code``; ``constraint`` as in `Monotone`, 0 when the model is free; ``direction``
    states it in words. ``missing`` is the bin of accounts without a value, None when there are fewer than 10.
    """

    kind: str
    constraint: int
    direction_en: str
    direction_zh: str
    bins: tuple[Bin, ...]
    missing: Bin | None


class Contribution(TypedDict):
    """One idea of one account: ``contribution`` in log-odds of the event, above 0 when it makes it likelier."""

    feature: str
    group_en: str
    group_zh: str
    contribution: float
    text_en: str
    text_zh: str


class Part(TypedDict):
    """One component's answer for one account: base + all contributions + rest = margin, to 1e-9.

    ``contributions`` are ordered by size, raising first; ``rest`` sums the ``rest_ideas`` ideas that each move
    it by less than 0.01. ``probability`` is the calibrated one.
    """

    component: str
    title_en: str
    title_zh: str
    base: float
    contributions: tuple[Contribution, ...]
    rest: float
    rest_ideas: int
    margin: float
    probability: float


class Account(TypedDict):
    """A held-out account without anything that names it: ``Account 1`` and so on.

    ``chosen`` says by which rule it was picked. ``probability`` is the one the model is judged by (of the event;
    of being able and unwilling for kind ``willful``), ``low`` and ``high`` its interval where the model gives
    one. ``outcome`` is 1 when the event happened, 0 when not, None when nobody decided.
    ``evidence`` is ``sufficient`` or ``insufficient``, None for a classifier.
    """

    label_en: str
    label_zh: str
    chosen_en: str
    chosen_zh: str
    month: str
    bucket: str
    dpd: float | None
    probability: float
    low: float | None
    high: float | None
    band: str
    band_en: str
    band_zh: str
    outcome: int | None
    outcome_en: str
    outcome_zh: str
    evidence: str | None
    parts: tuple[Part, ...]
