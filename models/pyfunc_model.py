"""The code MLflow runs when a data scientist loads a registered model; it reads the bundle beside it.

``mlflow.pyfunc.load_model("models:/roll_30@champion").predict(frame)`` answers with probability, margin
and band of each row. MLflow copies this file into the version and runs the copy, so the rooms of this
repository must be importable there. The service never comes this way: it reads signed releases.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from models.bundle import Bundle

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # MLflow 3.17 warns about its own type hints while it is imported
    from mlflow.models import set_model
    from mlflow.pyfunc import PythonModel, PythonModelContext


class BundleModel(PythonModel):  # type: ignore[misc]  # mlflow is read without types
    """A bundle as MLflow wants to see it."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the bundle, its digests checked first."""
        self.bundle = Bundle.load(Path(context.artifacts["bundle"]))

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Return the scores of each row: probability, margin and band, or those of a willful model."""
        return self.bundle.score(model_input)


set_model(BundleModel())
