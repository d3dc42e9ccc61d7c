"""archc: a compiler for network architectures.

A short YAML spec in; a checked, summarised, trainable ``torch.nn.Module`` out::

    arch = archc.load("specs/resnet18.yaml", classes=10)
    print(arch.summary())
    model = arch.compile()
"""

from archc.architecture import Architecture, SpecError, check, compile, load
from archc.diagnostics import Diagnostic, Label
from archc.problems.base import Severity
from archc.source import Source, Span
from archc.weights.errors import CheckpointError

__version__ = "0.1.0"

__all__ = [
    "Architecture",
    "CheckpointError",
    "Diagnostic",
    "Label",
    "Severity",
    "Source",
    "Span",
    "SpecError",
    "check",
    "compile",
    "load",
]
