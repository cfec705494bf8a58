"""The faults that are planted: one line of the engine each, and what it says wrongly.

A fault is a text that stands in a source file and what replaces it. When the text no longer stands there (exactly
``times`` times) the script fails by the fault's name: a fault that cannot be planted proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class FaultUnplanted(ValueError):
    """The text that a fault replaces does not stand in its file."""


@dataclass(frozen=True)
class Fault:
    """One planted fault: file, text, replacement, and how often the text stands there."""

    name: str
    file: str
    text: str
    wrong: str
    times: int = 1

    def plant(self, tree: Path) -> None:
        """Write the fault into a copy of the tree."""
        path = tree / self.file
        source = path.read_text(encoding="utf-8")
        if source.count(self.text) != self.times:
            raise FaultUnplanted(
                f"{self.name}: expected {self.text!r} {self.times} times in {self.file}, found it "
                f"{source.count(self.text)} times. Write the fault for the source as it is now."
            )
        path.write_text(source.replace(self.text, self.wrong), encoding="utf-8")


SWEEP, LEDGER, PAUSE, PLANS = (
    f"features/{name}.py" for name in ("sweep_kernel", "ledger_kernels", "pause_kernels", "plan_kernels")
)

FAULTS = (
    Fault("the lookback includes the morning", SWEEP,
          "while entered < end and day[entered] < now:", "while entered < end and day[entered] <= now:"),
    Fault("the lookback begins a day late", SWEEP,
          "while at < entered and day[at] < first:", "while at < entered and day[at] <= first:"),
    Fault("sums go on into the next owner", SWEEP,
          "            counted[:] = 0\n            summed[:] = 0\n", "            pass\n"),
    Fault("irregular rows are dropped", SWEEP, "        if irregular == 0:\n", "        if irregular >= 0:\n"),
    Fault("seen_until is ignored", SWEEP,
          "if not (seen_from[row] <= known_by[q] < seen_until[row]):", "if not (seen_from[row] <= known_by[q]):"),
    Fault("seen_from is off by one", "features/prepare.py",
          "seen_from = coded.known_day + np.int32(1)", "seen_from = coded.known_day.astype(np.int32)"),
    Fault("the chain of revisions is ignored", "features/prepare.py",
          "until[chain.rows[later - 1]] = seen_from[chain.rows[later]]", "until[chain.rows[:0]] = 0"),
    Fault("rows stay as they were delivered", "features/prepare.py",
          "order = np.argsort(packed)\n", "order = np.argsort(packed // 2**32, kind='stable')\n"),
    Fault("what is due today is overdue", LEDGER,
          "            if day >= today:\n                continue\n",
          "            if day > today:\n                continue\n"),
    Fault("payments of the morning count", LEDGER,
          "            if p_day[row] >= today:\n", "            if p_day[row] > today:\n"),
    Fault("the parts are settled in another order", "features/ledger.py",
          'for part in self._order)', 'for part in self._order[::-1])'),
    Fault("a reversal is not looked at again", LEDGER,
          "if p_amount[at] < 0:  # what", "if p_amount[at] < -(10**15):  # what"),
    Fault("paused days count twice", PAUSE,
          "            at = max(at, stop)\n", "            at = int(first)\n"),
    Fault("a pause ends a day late", PAUSE,
          "at = max(at, int(ends[row]))", "at = max(at, int(ends[row]) + 1)"),
    Fault("a plan that has no instalments yet speaks", PLANS,
          "if plan[at] == number[row] and i_from[at] <= seen < i_until[at]:", "if plan[at] == number[row]:"),
    Fault("what was overpaid before a plan is forgotten", PLANS,
          "carried[p] = max(purse - owed, 0)", "carried[p] = 0"),
    Fault("the number of cures is not reset", "features/episode_kernels.py",
          "        cures = 0\n        today", "        cures = cures if q else 0\n        today"),
    Fault("the hash of a shard leaves out the last letter", "features/shard_hash.py",
          "for k in range(starts[i], starts[i + 1]):", "for k in range(starts[i], starts[i + 1] - 1):"),
    Fault("the first revision is the fact", "features/event_kernels.py",
          "            if seen_from[row] <= known_by[query] < seen_until[row]:\n                found[query] = row\n",
          "            if seen_from[row] <= known_by[query] and found[query] < 0:\n                found[query] = row\n"),
    Fault("sums of money are floats of half the width", "features/sweep_kernel.py",
          "sums = np.empty((len(sum_mask), n), np.int64)", "sums = np.empty((len(sum_mask), n), np.float32)"),
)  # fmt: skip

QUICK = (
    "the lookback begins a day late", "irregular rows are dropped", "seen_until is ignored", "seen_from is off by one",
    "sums go on into the next owner", "rows stay as they were delivered", "what is due today is overdue",
    "the parts are settled in another order", "the hash of a shard leaves out the last letter",
    "what was overpaid before a plan is forgotten",
)  # fmt: skip
"""Planted within every test run; the script plants them all."""
