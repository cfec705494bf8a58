"""What an entry point sets before a library is imported, and the settings it reads once."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

SEED = 20240101
"""Of every random step of the house's own jobs; a user's commands take another with ``--seed``."""

TELEMETRY_OFF = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}
"""Borrower data never leaves: every dependency that reports home is told not to."""

STEADINESS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_CLI_COLORS": "false",
    "OMP_WAIT_POLICY": "passive",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}


@dataclass(frozen=True)
class Settings:
    """What a run needs to know about its machine.

    Parameters
    ----------
    home
        Folder of everything made at run time.
    threads
        Threads for LightGBM and the kernels; features and scores do not depend on it.
    features
        Folder of a team's own features, adopted by this process; None without one.
    """

    home: Path
    threads: int
    features: Path | None = None

    @property
    def bundles(self) -> Path:
        """Return the folder of trained models, one folder per content hash."""
        return self.home / "bundles"


def settings_from_environment() -> Settings:
    """Return the settings, read once, and quieten the libraries of this process.

    ``DUECOURSE_HOME`` (default ``./var``) and ``DUECOURSE_THREADS`` (default: the processors of
    this machine, at most 8) are read, and ``DUECOURSE_FEATURES``, a folder of a team's own features, which
    this process adopts.

    Raises
    ------
    SettingRefused
        When ``DUECOURSE_THREADS`` is not a whole number from 1 to 256.
    OwnFeaturesRefused, NameTaken
        When the folder of features cannot be used.
    """
    home = Path(os.environ.get("DUECOURSE_HOME", "var")).expanduser().resolve()
    (home / "prefect").mkdir(parents=True, exist_ok=True)  # Prefect's SQLite does not make its folder
    for name, value in {**TELEMETRY_OFF, "PREFECT_HOME": str(home / "prefect")}.items():
        os.environ[name] = value
    for name, value in STEADINESS.items():
        os.environ.setdefault(name, value)
    text = os.environ.get("DUECOURSE_THREADS", str(min(os.cpu_count() or 1, 8)))
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise SettingRefused(
            f"Expected DUECOURSE_THREADS to be a whole number from 1 to 256, found {text!r}. "
            "Unset it or give a number of threads."
        )
    os.environ.setdefault("OMP_NUM_THREADS", text)
    own = os.environ.get("DUECOURSE_FEATURES")
    folder = Path(own).expanduser().resolve() if own else None
    if folder is not None:
        from features.discovery import (
            adopt_folder,  # here, so that a command without such a folder loads nothing
        )

        adopt_folder(folder)
    return Settings(home=home, threads=int(text), features=folder)


class SettingRefused(ValueError):
    """A setting of the environment cannot be used."""


def git_commit() -> str:
    """Return the commit of this checkout, or ``unknown`` outside one."""
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() or "unknown"
