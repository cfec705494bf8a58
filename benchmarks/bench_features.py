"""The feature engine measured: peers, every feature, growth, check, online and Dask, printed as ratios of one run.

``python -m benchmarks.bench_features [--quick] [--parts peers,all,…] [--work FOLDER] [--again] [--write]``

A part that is finished in ``--work`` is not run again, so that a run that was stopped goes on; ``--again`` forgets
it. ``--quick`` measures small books in about a minute: that everything runs, not how fast.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir

from benchmarks import part_dask, part_doors, part_growth, part_peers
from benchmarks.kept_books import remove_books
from benchmarks.page import PAGE, machine, put
from benchmarks.sizes import FULL, QUICK, Sizes

Part = Callable[[Sizes, Path], str]

PARTS: dict[str, tuple[str, Part]] = {
    "peers": ("The same forty features in other engines", part_peers.measure),
    "all": ("Every feature, beside reading and writing alone", part_growth.all_features),
    "growth": ("Growth", part_growth.growth),
    "check": ("Check beside read", part_doors.check),
    "online": ("One borrower online", part_doors.online),
    "dask": ("Two Dask workers beside one", part_dask.measure),
}


def measured(part: str, *, sizes: Sizes, work: Path, again: bool) -> str:
    """Return the section of a part: the one kept in the work folder, or a new one."""
    kept = work / f"part-{part}.md"
    if again:
        kept.unlink(missing_ok=True)
    if not kept.exists():
        title, measure = PARTS[part]
        began = time.perf_counter()
        print(f"{part}: {title} …", flush=True)
        text = measure(sizes, work)
        print(f"{part}: {time.perf_counter() - began:.0f} s", flush=True)
        kept.write_text(f"### {title}\n\n{text}\n", encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def main() -> None:
    """Measure the parts asked for, print them, and write the page when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small books, one round, about a minute")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {','.join(PARTS)}")
    parser.add_argument("--work", type=Path, help="folder for books and finished parts (20 GB when full)")
    parser.add_argument("--again", action="store_true", help="measure parts anew that are finished")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    asked = parser.parse_args()
    wanted = [part.strip() for part in asked.parts.split(",")]
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        parser.error(f"expected parts of {', '.join(PARTS)}; found {', '.join(unknown)}. Name some of these.")
    size = "quick" if asked.quick else "full"
    work = (asked.work or Path(gettempdir()) / "duecourse-bench").resolve() / size
    work.mkdir(parents=True, exist_ok=True)
    for part in wanted:
        measured(part, sizes=QUICK if asked.quick else FULL, work=work, again=asked.again)
    remove_books(work)
    done = [work / f"part-{part}.md" for part in PARTS if (work / f"part-{part}.md").exists()]
    text = "\n".join([*(file.read_text(encoding="utf-8") for file in done), machine()])
    print(text)
    if asked.write:
        put(text, PAGE)


if __name__ == "__main__":
    main()
