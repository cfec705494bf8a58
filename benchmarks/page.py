"""The page of figures: what was measured stands between two markers, on which machine below it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- features:begin -->", "<!-- features:end -->"
LIBRARIES = ("numpy", "numba", "pandas", "pyarrow", "duckdb", "polars", "distributed", "prefect")


class MarkersMissing(ValueError):
    """The page has no place for the figures."""


def machine() -> str:
    """Return cores, processor, memory and the versions that were measured, in one line."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
    return (
        f"Machine: {os.cpu_count()} cores, {name}, {memory:.0f} GiB, {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, {libraries}. Repeat: `make bench-features`."
    )


def put(text: str, page: Path) -> None:
    """Write the text between the markers of the page.

    Raises
    ------
    MarkersMissing
        When the page lacks one of them.
    """
    said = page.read_text(encoding="utf-8")
    if said.count(BEGIN) != 1 or said.count(END) != 1:
        raise MarkersMissing(
            f"Expected {BEGIN} and {END} once each in {page}, found {said.count(BEGIN)} and {said.count(END)}. "
            "Put them where the figures belong."
        )
    before, after = said.split(BEGIN)[0], said.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
