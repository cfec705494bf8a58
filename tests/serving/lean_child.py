"""What a lean process loads, told by itself: run as ``lean_child.py service HOME BODY`` or ``canary FOLDER HASH``.

Every door of pickle, and every file opened that is known to hold a pickle, is noted before anything else
is imported.
"""

from __future__ import annotations

import json
import pickle
import runpy
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CALLED: set[str] = set()
OPENED: set[str] = set()
PICKLES = (".nbi", ".nbc", ".pkl", ".pickle", ".joblib")
"""What numba's cache and others call their pickles."""


def main() -> None:
    """Play the part named first and print, as JSON, what was answered, loaded and unpickled."""
    sys.addaudithook(_opened)
    for door in ("load", "loads", "Unpickler"):
        setattr(pickle, door, _counted(door, getattr(pickle, door)))
    part, *words = sys.argv[1:]
    told: dict[str, Any] = {"answer": _served(*words) if part == "service" else _sung(*words)}
    from serving.lean import FORBIDDEN

    told["loaded"] = [n for n, m in sys.modules.items() if m is not None and n.partition(".")[0] in FORBIDDEN]
    told["importable"] = [name for name in FORBIDDEN if _importable(name)]
    sys.stdout.write(json.dumps(told | {"unpickled": sorted(CALLED), "pickles": sorted(OPENED)}) + "\n")


def _served(home: str, body: str) -> Any:
    from serving.__main__ import app_of, asked

    app = app_of(asked(["--home", home], environ={}), environ={})
    from fastapi.testclient import TestClient

    from serving.auth import create_key

    with TestClient(app) as client:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        key = create_key(app.state.service.store, name="bo", role="service", at=at)
        before = _compiled()
        answer = client.post("/v1/score", json=json.loads(Path(body).read_text()), headers={"X-API-Key": key})
        compiled = sorted(_compiled() - before)
        own = create_key(app.state.service.store, name="ann", role="supervisor", at=at)
        return {**answer.json(), "compiled_for_the_caller": compiled, "pages": _looked_at(client, own)}


def _looked_at(client: Any, key: str) -> dict[str, int]:
    """Return the status of the console's pages in both languages, once somebody has signed in."""
    ours = {"Origin": "http://testserver"}
    seen = {"sign-in": client.post("/console/sign-in", data={"key": key}, headers=ours).status_code}
    for language in ("zh", "en"):
        for page in ("worklist", "approvals", "cases/L-1@2026-03-02", "reports"):
            answer = client.get(f"/console/{page}", headers={"Accept-Language": language})
            seen[f"{language} {page}"] = answer.status_code
    return seen


def _sung(folder: str, content_hash: str) -> str:
    sys.argv = ["canary", folder, content_hash]
    runpy.run_module("serving.canary", run_name="__main__")
    return "survived"


def _compiled() -> set[str]:
    """Return every kernel of ours with each signature it was compiled for."""
    ours = [m for n, m in list(sys.modules.items()) if n.partition(".")[0] in ("features", "models")]
    kernels = [k for module in ours for k in vars(module).values() if hasattr(k, "nopython_signatures")]
    return {f"{k.py_func.__qualname__}{sig}" for k in kernels for sig in k.nopython_signatures}


def _importable(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def _opened(event: str, args: tuple[Any, ...]) -> None:
    if event == "open" and str(args[0]).endswith(PICKLES):
        OPENED.add(str(args[0]))


def _counted(door: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*args: Any, **kwargs: Any) -> Any:
        caller = sys._getframe(1)
        CALLED.add(f"{door} in {caller.f_globals.get('__name__')}.{caller.f_code.co_name}")
        return real(*args, **kwargs)

    return counted


if __name__ == "__main__":
    main()
