"""Packages that an extra of the distribution installs, and what to say where one is missing."""

import re
from importlib import import_module, metadata

DISTRIBUTION = "archc-nn"
_OTHERWISE_CALLED = {"sklearn": "scikit-learn"}
_REQUIREMENT = re.compile(r"([\w.-]+)[^;]*;\s*extra == ['\"]([\w-]+)['\"]")


class MissingExtraError(ImportError):
    """A package that an extra installs is missing; the message has the command that installs it."""


def how_to_install(package: str) -> str:
    """Return the command that installs an optional package: ``pip install 'archc-nn[train]'``."""
    return f"pip install '{DISTRIBUTION}[{_extras().get(package, 'all')}]'"


def explained(error: ModuleNotFoundError) -> str | None:
    """Return one line on a missing optional package; None if the error is about anything else."""
    package = (error.name or "").partition(".")[0]
    distribution = _OTHERWISE_CALLED.get(package, package)
    if distribution not in _extras():
        return None
    return f"this needs {distribution}, which is not installed: {how_to_install(distribution)}"


def require(package: str) -> None:
    """Import an optional package.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import_module(package)
    except ModuleNotFoundError as error:
        line = explained(error)
        if line is None:
            raise
        raise MissingExtraError(line, name=error.name) from None


def _extras() -> dict[str, str]:
    """Return the smallest extra that installs each optional package, by the metadata."""
    try:
        required = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:  # a checkout that is not installed
        required = []
    brings: dict[str, list[str]] = {}
    for pair in filter(None, map(_REQUIREMENT.match, required)):
        brings.setdefault(pair[2], []).append(pair[1].lower())
    largest_first = sorted(brings, key=lambda extra: -len(brings[extra]))
    return {package: extra for extra in largest_first for package in brings[extra]}
