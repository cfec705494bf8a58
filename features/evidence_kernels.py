"""The evidence about a borrower that stands on a morning, by idea: seen before it, not expired, with its consent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.compiled import Days, Positions, compiled
from features.event_kernels import NO_DAY

NO_CONSENT_NEEDED = -1
CONSENT_MISSING = -2


@compiled
def standing_evidence(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    ends: Days,
    group: Days,
    confidence: NDArray[np.float64],
    source: Days,
    consent: Days,
    co: Positions,
    c_day: Days,
    c_from: Days,
    c_until: Days,
    c_ends: Days,
    c_id: Days,
    groups: int,
    owner: Days,
    as_of: Days,
    known_by: Days,
) -> tuple[Days, Days, Days, NDArray[np.float64]]:
    """Return, by group and query: number of standing rows, of different sources among them, latest day, highest confidence.

    A row of group -1 is left out. ``consent`` is the code of the consent a row names: that consent must have been
    known, granted before as_of and not withdrawn by it; or one of the two constants above.
    """
    n = len(owner)
    count = np.zeros((groups, n), np.int32)
    sources = np.zeros((groups, n), np.int32)
    latest = np.full((groups, n), NO_DAY, np.int32)
    highest = np.full((groups, n), np.nan)
    widest = 0
    for who in range(len(offsets) - 1):
        widest = max(widest, offsets[who + 1] - offsets[who])
    stands = np.zeros(widest, np.bool_)
    for q in range(n):
        begin = offsets[owner[q]]
        for row in range(begin, offsets[owner[q] + 1]):
            if day[row] >= as_of[q]:
                break
            stands[row - begin] = False
            if group[row] < 0 or consent[row] == CONSENT_MISSING:
                continue
            if not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            if ends[row] != NO_DAY and ends[row] <= as_of[q]:
                continue
            held = consent[row] == NO_CONSENT_NEEDED
            if not held:
                for at in range(co[owner[q]], co[owner[q] + 1]):
                    if c_day[at] >= as_of[q]:
                        break
                    if c_id[at] != consent[row] or not (c_from[at] <= known_by[q] < c_until[at]):
                        continue
                    held = c_ends[at] == NO_DAY or c_ends[at] > as_of[q]
            if not held:
                continue
            stands[row - begin] = True
            idea = group[row]
            fresh = True
            for earlier in range(begin, row):
                if stands[earlier - begin] and group[earlier] == idea and source[earlier] == source[row]:
                    fresh = False
                    break
            count[idea, q] += 1
            sources[idea, q] += fresh
            latest[idea, q] = day[row]
            if not (confidence[row] <= highest[idea, q]):
                highest[idea, q] = confidence[row]
    return count, sources, latest, highest
