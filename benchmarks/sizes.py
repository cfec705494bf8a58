"""How large each part of the benchmark is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Loans of each part.

    Parameters
    ----------
    peers, check, dask
        Loans of the book of each part.
    growth
        Loans of the books along which the run grows.
    rounds
        How often each engine runs, in turn.
    peer_runs
        What the engines are compared in (``compute`` or ``whole``), and with how many threads.
    calls
        Online calls.
    per_shard
        Loans in a shard, the same at every size.
    """

    peers: int
    check: int
    dask: int
    growth: tuple[int, ...]
    rounds: int
    peer_runs: tuple[tuple[str, int], ...]
    calls: int
    per_shard: int

    def shards(self, loans: int) -> int:
        """Return the shards of a book of so many loans."""
        return max(loans // self.per_shard, 2)


FULL = Sizes(
    peers=300_000, check=1_000_000, dask=3_000_000, growth=(100_000, 300_000, 1_000_000, 3_000_000),
    rounds=3, peer_runs=(("compute", 2), ("compute", 1), ("whole", 2)), calls=10_000, per_shard=25_000,
)  # fmt: skip
QUICK = Sizes(
    peers=4_000, check=8_000, dask=4_000, growth=(2_000, 4_000, 8_000),
    rounds=1, peer_runs=(("compute", 2), ("whole", 2)), calls=200, per_shard=1_000,
)  # fmt: skip
