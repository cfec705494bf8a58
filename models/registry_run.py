"""A training as MLflow keeps it: one run with its figures, plots and the model in it, then a version of its name.

Works on the MLflow that the registry hands it; MLflow is imported by the registry alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from models.signature import example_of, flat_metrics, flat_params
from models.store_place import artifacts_of

if TYPE_CHECKING:
    from models.bundle import Bundle

REQUIREMENTS = ("lightgbm", "mlflow", "numba", "numpy", "pandas", "pyarrow", "scikit-learn")


def registered_run(
    mlflow: Any,
    bundle: Bundle,
    *,
    home: Path,
    evaluation: Mapping[str, Any],
    params: Mapping[str, Any],
    tags: Mapping[str, str],
) -> str:
    """Log the run with the model in it, then make the version with all its tags; return its number.

    Parameters
    ----------
    mlflow
        MLflow, pointed at the home.
    home
        The home, with all links resolved.
    """
    from models.charts import model_plots

    client = mlflow.MlflowClient()
    every_tag = {**tags, "content_hash": bundle.content_hash, "kind": bundle.kind}
    with (
        tempfile.TemporaryDirectory() as temporary,
        mlflow.start_run(
            experiment_id=_experiment(client, bundle.name, home=home),
            run_name=f"{bundle.name} {bundle.content_hash[:8]}",
            tags=every_tag,
        ) as run,
    ):
        mlflow.log_params(flat_params(params))
        mlflow.log_metrics(flat_metrics(evaluation))
        mlflow.log_dict(dict(evaluation), "evaluation.json")
        for name, figure in model_plots(evaluation).items():
            mlflow.log_figure(figure, f"plots/{name}.png")
        example = example_of(bundle)
        logged = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(Path(__file__).with_name("pyfunc_model.py")),
            artifacts={"bundle": str(bundle.write(Path(temporary) / "bundle"))},
            signature=mlflow.models.infer_signature(example, bundle.score(example)),
            input_example=example,
            pip_requirements=[f"{name}=={installed(name)}" for name in REQUIREMENTS],
        )
    if bundle.name not in {one.name for one in client.search_registered_models(max_results=1000)}:
        client.create_registered_model(bundle.name)
    place = _bundle_in(client.get_logged_model(logged.model_id).artifact_location)
    made = client.create_model_version(
        bundle.name,
        logged.model_uri,
        run_id=run.info.run_id,
        tags={**every_tag, "bundle": place.relative_to(home).as_posix()},
        model_id=logged.model_id,
    )
    return str(made.version)


def _experiment(client: Any, name: str, *, home: Path) -> str:
    """Return the id of the name's experiment, its artifacts at an absolute place within the home."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    return str(client.create_experiment(name, artifact_location=artifacts_of(home)))


def _bundle_in(location: str) -> Path:
    """Return the bundle folder within a logged model's artifacts."""
    return Path(unquote(urlparse(location).path)) / "artifacts" / "bundle"
