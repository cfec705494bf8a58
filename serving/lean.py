"""What a process that serves must not load, said once.

The service and the canary call ``keep_lean`` before anything else. Both score and explain; neither
trains, draws or talks to the registry.
"""

from __future__ import annotations

import sys
from typing import Any, Final

FORBIDDEN: Final = (
    "mlflow",  # its loaders run code found in an artifact
    "shap",  # draws; 7 s and 310 MB
    "sklearn",  # fits; LightGBM takes it when it can
    "joblib",  # unpickles files
    "cloudpickle",  # unpickles code
    "dask",
    "distributed",  # LightGBM takes them when it can
    "prefect",
    "typer",
    "rich",
    "matplotlib",
)
"""Packages that are not importable once ``keep_lean`` was called."""


class AlreadyLoaded(RuntimeError):
    """A package that must stay out of the service was imported before the service began."""


def keep_lean() -> None:
    """Make the forbidden packages impossible to import here, and kernels free of numba's disk cache.

    ``None`` in ``sys.modules`` is the documented way to say that a module cannot be imported: a library
    that would take one when it finds it (LightGBM: scikit-learn, dask, matplotlib) goes on without.

    Kernels are compiled anew in every process: numba's cache files are pickles, and a service unpickles
    no file (docs/decisions/0005). So ``enable_caching``, which ``@njit(cache=True)`` calls, does nothing.

    Raises
    ------
    AlreadyLoaded
        When one of the packages, or a kernel, is loaded already.
    """
    early = [name for name in (*FORBIDDEN, "features.compiled") if sys.modules.get(name) is not None]
    if early:
        raise AlreadyLoaded(
            f"Expected a process that loaded nothing of the service yet, found {len(early)} loaded "
            f"({', '.join(early[:5])}). Call keep_lean first: start the service with python -m serving."
        )
    blocked: dict[str, Any] = dict.fromkeys(FORBIDDEN)
    sys.modules.update(blocked)
    from numba.core.dispatcher import Dispatcher

    Dispatcher.enable_caching = _no_disk_cache  # type: ignore[method-assign, assignment]


def _no_disk_cache(_dispatcher: object) -> None:
    """Leave a kernel without a cache on disk."""
