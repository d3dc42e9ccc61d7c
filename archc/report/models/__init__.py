"""The JSON documents of archc as pydantic models: one file each, for programs that read them.

::

    from archc.report.models import Summary

    summary = Summary.model_validate_json(text)  # what `archc summary --format json` prints
    summary.layers[0].output_shape

A model is frozen and rejects unknown fields. `version` changes when a field is renamed or removed;
a field may be added without a new version, by a release of archc whose model knows it.

Models are imported when they are asked for: archc prints JSON without pydantic.
"""

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archc.report.models.benchmark import Benchmark
    from archc.report.models.check import Check
    from archc.report.models.difference import Difference
    from archc.report.models.effective_field import EffectiveField
    from archc.report.models.evaluation import Evaluation
    from archc.report.models.fields import Fields
    from archc.report.models.fit import Fit
    from archc.report.models.predictions import Predictions
    from archc.report.models.run import Run
    from archc.report.models.summary import Summary

__all__ = [
    "Benchmark",
    "Check",
    "Difference",
    "EffectiveField",
    "Evaluation",
    "Fields",
    "Fit",
    "Predictions",
    "Run",
    "Summary",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    file = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return getattr(import_module(f"{__name__}.{file}"), name)
