"""Models and their runs, for data scientists: what is registered, what is in force, where MLflow shows it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from models.model_list import ListedModel, ModelListDamaged, read_model_list
from serving.console.model_pairs import pair_of
from serving.console.model_shelf import (
    challengers_of,
    figures_of,
    judged_rows,
    run_address,
    shelves_of,
    version_address,
)
from serving.console.pages import page
from serving.console.session import Person, signed_in
from serving.errors import ApiProblem
from serving.routes.access import Service, Serving

router = APIRouter(include_in_schema=False)
Reader = Annotated[Person, Depends(signed_in("read_models"))]


@router.get("/console/models")
def list_models(request: Request, service: Serving, person: Reader) -> Response:
    """Show every registered name with its versions, and whether its champion is what scores."""
    listed, unreadable = _listed(service)
    url = service.settings.mlflow_url
    return page(
        request,
        "models.html",
        person=person,
        shelves=shelves_of(listed, in_force=service.models.in_force),
        unreadable=unreadable,
        figures=lambda model: figures_of(model.metrics),
        run_address=lambda model: run_address(url, model),
        mlflow=url,
    )


@router.get("/console/models/{name}/{version}")
def show_model(name: str, version: str, request: Request, service: Serving, person: Reader) -> Response:
    """Show one version: what it is, who approved it, how well it does, and its pages in MLflow."""
    listed, _ = _listed(service)
    shelves = shelves_of(listed, in_force=service.models.in_force)
    found = [
        (shelf, model)
        for shelf in shelves
        for model in shelf.models
        if (model.name, model.version) == (name, version)
    ]
    if not found:
        raise ApiProblem(
            404,
            "not-found",
            "There is nothing here",
            "Expected a registered version of a model, found another. See /console/models.",
        )
    shelf, model = found[0]
    url = service.settings.mlflow_url
    return page(
        request,
        "model.html",
        person=person,
        shelf=shelf,
        model=model,
        rows=judged_rows(model.metrics),
        challengers=challengers_of(model.metrics),
        pair=pair_of(model, shelf),
        run=run_address(url, model),
        version=version_address(url, model),
        mlflow=url,
    )


def _listed(service: Service) -> tuple[tuple[ListedModel, ...], bool]:
    """Return the registered models, and True when their list cannot be read."""
    try:
        return read_model_list(service.settings.home), False
    except (ModelListDamaged, OSError):
        return (), True
