"""Ten held-out accounts explained to the last idea, chosen by a stated rule and never named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.idea_words import attribute_words, group_word
from models.reasons import Reason, reasons_of
from models.report_explained import component_words
from models.report_fields_explained import Account, Contribution, Part
from models.report_rows import ReportRows
from models.report_words import BANDS, Words, event_words

RULE: Final[Words] = (
    "Among the held-out accounts: the highest and the lowest probability, the nearest below and above each cut-off "
    "of the bands, the two with the lowest probability to whom it happened, and the two with the highest to whom it "
    "did not. No borrower twice; equal probabilities in the order of days and of a hash of the id.",
    "在留出账户中选取：概率最高与最低者，各风险带切分点上下最近者，实际发生而概率最低的两个，未发生而概率最高的两个。"
    "同一借款人不重复；概率相同者按日期及编号散列排序。",
)
SILENT: Final[Words] = (
    "evidence insufficient: the highest probability without an answer",
    "证据不足：未作回答者中概率最高",
)
HIGHEST: Final[Words] = ("highest probability", "概率最高")
LOWEST: Final[Words] = ("lowest probability", "概率最低")
MISSED: Final[Words] = ("missed: it happened at one of the lowest probabilities", "漏报：概率很低但实际发生")
FALSE_ALARM: Final[Words] = (
    "false alarm: one of the highest probabilities, and it did not happen",
    "误报：概率很高但未发生",
)


def accounts_told(rows: ReportRows, *, threads: int = 1) -> tuple[Account, ...]:
    """Return the chosen accounts, riskiest first, each with everything that made its score.

    Nothing in them names a borrower or a loan: no id, and the day as its month.
    """
    chosen = sorted(_chosen(rows), key=lambda pick: -rows.p[pick[0]])
    at = np.array([row for row, _ in chosen], dtype=np.int64)
    frame = rows.sample.X.iloc[at]
    parts = [parts_told(rows, frame, component=part.name, threads=threads) for part in rows.bundle.components]
    return tuple(
        _account(rows, row, why, number=place + 1, parts=tuple(part[place] for part in parts))
        for place, (row, why) in enumerate(chosen)
    )


def parts_told(rows: ReportRows, frame: pd.DataFrame, *, component: str, threads: int = 1) -> list[Part]:
    """Return one component's answer for each row: base + contributions + rest = margin."""
    bundle = rows.bundle
    part, title = bundle.component(component), component_words(component, target=bundle.name)[0]
    told, values = bundle.told_by(part), bundle.explain(frame, component=component, threads=threads)
    margin, probability = part.margin(frame, threads=threads), part.probability(frame, threads=threads)
    raising = reasons_of(values, frame, catalogue=told, risk_sign=1, top=len(told))
    lowering = reasons_of(values, frame, catalogue=told, risk_sign=-1, top=len(told))
    ideas = len({spec.group or spec.name for spec in told})
    found: list[Part] = []
    for row in range(len(frame)):
        said = (
            *(_contribution(reason, sign=1) for reason in raising[row]),
            *(_contribution(reason, sign=-1) for reason in reversed(lowering[row])),
        )
        spoken = sum(one["contribution"] for one in said)
        found.append(
            {
                "component": component,
                "title_en": title[0],
                "title_zh": title[1],
                "base": part.base,
                "contributions": said,
                "rest": float(values[row].sum() - spoken),
                "rest_ideas": ideas - len(said),
                "margin": float(margin[row]),
                "probability": float(probability[row]),
            }
        )
    return found


def _chosen(rows: ReportRows) -> Iterator[tuple[int, Words]]:
    """Yield the rows of the rule with the reason of each; a row or a borrower comes once."""
    taken: set[str] = set()
    for order, why in _wanted(rows):
        for row in order:
            borrower = str(rows.sample.group[row])
            if borrower not in taken:
                taken.add(borrower)
                yield int(row), why
                break


def _wanted(rows: ReportRows) -> Iterator[tuple[NDArray[np.int64], Words]]:
    """Yield the candidates of each place, best first."""
    falling = _falling(rows)
    if rows.bundle.kind == "willful":
        silent = (rows.scores["evidence"] != "sufficient").to_numpy(dtype=np.bool_)[falling]
        yield falling[silent], SILENT
        falling = falling[~silent]
    rising = falling[::-1]
    y, p = rows.sample.y, rows.p
    yield falling, HIGHEST
    yield rising, LOWEST
    for name, cut in zip(("medium", "high"), rows.bundle.manifest["bands"]["cutoffs"], strict=True):
        en, zh = BANDS[name]
        yield falling[p[falling] < cut], (f"just below band {en}", f"略低于“{zh}”风险带")
        yield rising[p[rising] >= cut], (f"just inside band {en}", f"刚进入“{zh}”风险带")
    for _ in range(2):
        yield rising[y[rising] == 1], MISSED
        yield falling[y[falling] == 0], FALSE_ALARM


def _falling(rows: ReportRows) -> NDArray[np.int64]:
    """Return the held-out rows from the highest probability on, in an order that no row order changes."""
    at = rows.held_out
    ids = pd.util.hash_array(np.asarray([str(one) for one in rows.sample.ids[at]], dtype=object))
    return at[np.lexsort((ids, rows.sample.as_of[at], -rows.p[at]))]


def _contribution(reason: Reason, *, sign: int) -> Contribution:
    return {
        "feature": reason.feature,
        "group_en": attribute_words(reason.group)[0],
        "group_zh": group_word(reason.group),
        "contribution": sign * reason.contribution,
        "text_en": reason.text_en,
        "text_zh": reason.text_zh,
    }


def _account(rows: ReportRows, row: int, why: Words, *, number: int, parts: tuple[Part, ...]) -> Account:
    sample, scored = rows.sample, rows.scores.iloc[row]
    willful = rows.bundle.kind == "willful"
    y = sample.y[row]
    happened, did_not = event_words(rows.bundle.name)
    outcome = ("not decided or not known", "尚无结论") if np.isnan(y) else happened if y == 1 else did_not
    band = str(scored["band"])
    return {
        "label_en": f"Account {number}",
        "label_zh": f"账户 {number}",
        "chosen_en": why[0],
        "chosen_zh": why[1],
        "month": str(rows.months[row]) if rows.timed else "",
        "bucket": str(sample.bucket[row]),
        "dpd": None if np.isnan(sample.dpd[row]) else float(sample.dpd[row]),
        "probability": float(rows.p[row]),
        "low": float(scored["p_willful_low"]) if willful else None,
        "high": float(scored["p_willful_high"]) if willful else None,
        "band": band,
        "band_en": BANDS[band][0],
        "band_zh": BANDS[band][1],
        "outcome": None if np.isnan(y) else int(y),
        "outcome_en": outcome[0],
        "outcome_zh": outcome[1],
        "evidence": str(scored["evidence"]) if willful else None,
        "parts": parts,
    }
