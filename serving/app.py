"""The app factory: the one place in the service with a clock."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from sqlalchemy.exc import DBAPIError

from serving.console.mount import mount_console, wrap_console
from serving.edge import Edge
from serving.errors import explain_errors
from serving.online import Slices
from serving.releases import ReleasedModels
from serving.routes import cases, health, score, worklist
from serving.routes.access import Service
from serving.settings import ServiceSettings
from serving.store import open_store
from serving.store_leases import reap
from serving.warming import warm_features

_log = logging.getLogger("duecourse.service")
_DESCRIPTION = """Risk scores and a fair, explainable worklist for overdue consumer loans.

Every call needs a key (`X-API-Key` or bearer). A score is never a decision: visits and willful decisions
wait for two people. Refusals are problem details (RFC 9457)."""
Clock = Callable[[], datetime]


def create_app(
    home: Path,
    *,
    clock: Clock,
    settings: ServiceSettings | None = None,
    slices: Slices | None = None,
    models: ReleasedModels | None = None,
) -> FastAPI:
    """Return the service over a home folder.

    Parameters
    ----------
    home
        Folder with ``worklist.db``, ``releases/`` and ``keys/``.
    clock
        The present moment, with a time zone.
    settings
        Other settings than the defaults of the home.
    slices
        Which models speak for which accounts; None lets every model in force speak.
    models
        The models in force; None looks at the releases of the home.
    """
    settings = settings or ServiceSettings.of(home, environ={})
    service = Service(
        store=open_store(settings.database_url),
        models=models or ReleasedModels(home),
        clock=clock,
        settings=settings,
        slices=slices,
    )
    quiet: dict[str, Any] = {}
    if "telemetry" in inspect.signature(FastAPI.__init__).parameters:  # since 0.154: on by default
        quiet = {"telemetry": {"tracing": False, "metrics": False, "logs": False}}
    app: FastAPI = FastAPIOffline(
        title="duecourse",
        version="1",
        description=_DESCRIPTION,
        redoc_url=None,
        lifespan=_lifespan,
        **quiet,
    )
    app.state.service = service
    for room in (score, worklist, cases, health):
        app.include_router(room.router)
    mount_console(app)
    explain_errors(app)
    app.add_middleware(Edge, body_bytes=settings.body_bytes)
    wrap_console(app)
    return app


def clock_from(start: datetime) -> Clock:
    """Return a clock that shows ``start`` now and runs on from there.

    Examples
    --------
    >>> clock = clock_from(datetime(2026, 3, 2, 4, tzinfo=UTC))
    >>> clock().date().isoformat()
    '2026-03-02'
    """
    begun = machine_clock()
    return lambda: start + (machine_clock() - begun)


def machine_clock() -> datetime:
    """Return the present moment of this machine, UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    # while a child process tries the models, this one compiles what computes the features
    await asyncio.gather(asyncio.to_thread(service.models.refresh), asyncio.to_thread(warm_features))
    gc.collect()
    gc.freeze()  # what is loaded now stays: the collector need not look at it during calls
    tasks = [
        asyncio.create_task(_repeat(work, seconds))
        for work, seconds in (
            (lambda: reap(service.store, at=service.clock()), service.settings.reap_every_seconds),
            (service.models.refresh, service.settings.refresh_every_seconds),
        )
        if seconds > 0
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        service.store.close()


async def _repeat(work: Callable[[], object], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(work)
        except (DBAPIError, OSError) as failure:
            _log.error("will try again in %.0f s: %s", seconds, type(failure).__name__)
