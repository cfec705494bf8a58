"""/health: the process answers. /ready: it can do its work."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from serving.routes.access import Service, Serving
from serving.store import StoreUnavailable, check_store

router = APIRouter(tags=["health"])


@router.get("/health")
def health() -> dict[str, str]:
    """Answer that the process runs."""
    return {"status": "up"}


@router.get("/ready", responses={503: {"description": "Something is missing; it is named."}})
def ready(service: Serving) -> JSONResponse:
    """Answer 200 when store and models stand, else 503 and what is missing.

    ``held_back`` names models whose later release was refused: the release before it still speaks.
    """
    missing = missing_of(service)
    in_force = service.models.in_force
    body: dict[str, Any] = {
        "ready": not missing,
        "missing": missing,
        "models": sorted(in_force.bundles),
        "held_back": sorted(set(in_force.refused) & set(in_force.bundles)),
    }
    return JSONResponse(body, 503 if missing else 200)


def missing_of(service: Service) -> list[str]:
    """Return what the service lacks to do its work, in words."""
    missing = []
    try:
        check_store(service.store)
    except StoreUnavailable as absent:
        missing.append(f"store: {absent}")
    in_force = service.models.in_force
    if not in_force.bundles and not in_force.refused:
        missing.append("models: Expected a released model, found none. Promote one: duecourse promote.")
    silent = {name: why for name, why in in_force.refused.items() if name not in in_force.bundles}
    missing += [f"model {name}: {why}" for name, why in sorted(silent.items())]
    return missing
