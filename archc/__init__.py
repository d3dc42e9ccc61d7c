"""archc: a compiler for network architectures.

A short YAML spec in; a checked, summarised, trainable ``torch.nn.Module`` out::

    arch = archc.load("specs/resnet18.yaml", classes=10)
    print(arch.summary())
    model = arch.compile()

What is here is imported when it is used: the command line begins before anything else is imported,
so that Ctrl-C never ends in a traceback.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archc.architecture import Architecture, SpecError, check, compile, load
    from archc.diagnostics import Diagnostic, Label
    from archc.problems.base import Severity
    from archc.source import Source, Span
    from archc.version import __version__
    from archc.weights.errors import CheckpointError

__all__ = [
    "Architecture",
    "CheckpointError",
    "Diagnostic",
    "Label",
    "Severity",
    "Source",
    "Span",
    "SpecError",
    "__version__",
    "check",
    "compile",
    "load",
]

# Each may import those before it.
_MODULES = ("version", "source", "problems.base", "diagnostics", "weights.errors", "architecture")


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            names = vars(import_module(f"{__name__}.{module}"))
            if name in names:
                globals()[name] = names[name]
                return names[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
