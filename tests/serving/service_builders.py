"""A small real model, a service over a temporary home, and clients with keys, as plain functions."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.book import Book
from features.build import build_features
from features.observations import observe
from models.boosting import BoostSettings
from models.bundle import Bundle
from models.components import fit_component
from models.release_keys import signing_key
from models.releases import Pointer, Release, point_to, write_release
from models.sample import Sample
from models.splits import split_sample
from models.training import bundle_of
from serving.app import create_app
from serving.auth import Role, create_key
from serving.online import Slices
from serving.releases import ReleasedModels
from serving.routes.access import Service
from serving.settings import ServiceSettings
from serving.store import Store
from tests.builders import CHINA, at, loan, payment, table_of
from tests.serving.worklist_builders import NOON

with warnings.catch_warnings():
    # Starlette asks for httpx2, which is not in the lock; its client works with httpx until it is.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

MORNING = date(2024, 8, 1)


def borrower_tables(number: int, *, paid: int, late_days: int = 0) -> dict[str, list[dict[str, Any]]]:
    """Return the raw rows of one borrower who paid the first ``paid`` of six monthly instalments."""
    ours = {"loan_id": f"L-{number}"}
    due = [pd.Timestamp(2024, 2, 15) + pd.DateOffset(months=n) for n in range(6)]
    payments = [
        payment(
            payment_id=f"P-{number}-{n}", paid_on=str((due[n] + timedelta(days=late_days)).date()), **ours
        )
        for n in range(paid)
    ]
    instalments = [
        {**ours, "number": n + 1, "due_on": str(d.date()), "principal_due": 10_000, "interest_due": 500}
        | {"fee_due": 0, "revision": 1, "known_at": at("2024-01-15")}
        for n, d in enumerate(due)
    ]
    loans = [loan(borrower_id=f"B-{number}", **ours)]
    tables = {"loans": loans, "instalments": instalments, "payments": payments}
    return {name: rows for name, rows in tables.items() if rows}


def portfolio(borrowers: int = 240) -> dict[str, list[dict[str, Any]]]:
    """Return the raw rows of many borrowers, who paid 3 to 6 instalments, more or less late."""
    merged: dict[str, list[dict[str, Any]]] = {"loans": [], "instalments": [], "payments": []}
    for number in range(borrowers):
        rows = borrower_tables(number, paid=3 + number % 4, late_days=number % 9)
        for name, part in rows.items():
            merged[name] += part
    return merged


@cache
def whole_book() -> Book:
    """Return the book of the portfolio."""
    return Book.from_tables({n: table_of(n, rows) for n, rows in portfolio().items()}, manifest=CHINA)


@cache
def small_bundle(name: str = "roll_30", seed: int = 1) -> Bundle:
    """Return a real bundle, learnt in a moment from the portfolio."""
    book = whole_book()
    table = build_features(book, observe(book, as_of=[MORNING]))
    n = len(table.frame)
    risk = table.frame["dpd_now"].to_numpy(np.float64)
    draw = np.random.default_rng(seed).random(n)
    borrowers = table.frame["borrower_id"].to_numpy(object)
    sample = Sample(
        X=table.frame[[spec.name for spec in table.catalogue.specs]],
        y=(draw < 0.1 + 0.8 * (risk > np.median(risk))).astype(np.float64),
        weight=np.ones(n),
        ids=borrowers,
        group=borrowers,
        as_of=np.full(n, 19_936, np.int32),
        bucket=table.frame["bucket"].to_numpy(object),
        dpd=risk,
        amount=None,
        catalogue=table.catalogue,
        target=name,
        risk_sign=1,
        window="30d",
        losses=(),
        source_digest=table.book_digest,
    )
    split = split_sample(sample, seed=seed)
    main = fit_component(
        sample.labelled(split.train),
        calibrate=sample.labelled(split.calibrate),
        name="main",
        catalogue=sample.catalogue,
        risk_sign=1,
        seed=seed,
        threads=1,
        settings=BoostSettings(rate=0.2, leaves=7, depth=3, rows_in_leaf=5, rounds=20, patience=20),
    )
    return bundle_of((main,), sample=sample, split=split, seed=seed, kind="classifier", cutoffs=[0.3, 0.6])


def release_into(home: Path, bundle: Bundle, *, version: str = "1") -> Path:
    """Release the bundle in a home as an approved model is, and return the release folder."""
    key = signing_key(home / "keys")
    folder = bundle.write(home / "bundles" / bundle.content_hash)
    released = write_release(
        folder,
        releases=home / "releases",
        name=bundle.name,
        version=version,
        content_hash=bundle.content_hash,
        approved_by=("sue", "tom"),
        key=key,
    )
    put_in_force(home, bundle, version=version)
    return released


def put_in_force(home: Path, bundle: Bundle, *, version: str = "1") -> None:
    """Point the bundle's name to its release."""
    pointer = Pointer(bundle.name, version, bundle.content_hash, approval="0" * 64)
    point_to(pointer, releases=home / "releases", key=signing_key(home / "keys"))


class FakeModels(ReleasedModels):
    """Models in force without a release folder."""

    def refresh(self) -> Any:
        """Return what is in force; nothing is looked at."""
        return self.in_force


def models_of(home: Path, *bundles: Bundle) -> FakeModels:
    """Return models in force, given rather than released."""
    from serving.releases import InForce

    models = FakeModels(home)
    models.in_force = InForce({bundle.name: bundle for bundle in bundles})
    return models


class Desk:
    """A service over a temporary home, its store, and clients with keys."""

    def __init__(self, client: TestClient, service: Service) -> None:
        self.client = client
        self.service = service
        self._tokens: dict[str, str] = {}

    @property
    def store(self) -> Store:
        """Return the worklist store."""
        return self.service.store

    def key(self, name: str, role: Role) -> dict[str, str]:
        """Return the header with the key of that name."""
        if name not in self._tokens:
            self._tokens[name] = create_key(self.store, name=name, role=role, at=NOON)
        return {"X-API-Key": self._tokens[name]}


@contextmanager
def desk(
    home: Path,
    *bundles: Bundle,
    clock: Callable[[], datetime] = lambda: NOON,
    slices: Slices | None = None,
    released: bool = False,
    trial: Callable[[Release], bool] | None = None,
    body_bytes: int = 1_048_576,
) -> Iterator[Desk]:
    """Give a service whose clock stands at noon unless told otherwise."""
    settings = ServiceSettings(
        home, f"sqlite:///{home / 'worklist.db'}", body_bytes, reap_every_seconds=0, refresh_every_seconds=0
    )
    models = ReleasedModels(home, trial=trial) if released else models_of(home, *bundles)
    app = create_app(home, clock=clock, settings=settings, slices=slices, models=models)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(client, app.state.service)


def score_body(tables: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return a lawful request to score one borrower."""
    body = {"as_of": MORNING.isoformat(), "country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}
    return {**body, "tables": borrower_tables(7, paid=4) if tables is None else tables, **changes}


def raw_json(body: Any) -> bytes:
    """Return JSON as a careless client writes it: NaN, infinity and lone surrogates included."""
    return json.dumps(body, allow_nan=True).encode()
