"""Tests leave nothing behind: what a library writes when it is imported goes to a folder of this run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_RUN = Path(tempfile.mkdtemp(prefix="duecourse-tests-"))
atexit.register(shutil.rmtree, _RUN, ignore_errors=True)
(_RUN / "prefect").mkdir()
os.environ.update(
    DUECOURSE_HOME=str(_RUN),
    PREFECT_HOME=str(_RUN / "prefect"),
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    DO_NOT_TRACK="1",
    MLFLOW_DISABLE_TELEMETRY="true",
)
