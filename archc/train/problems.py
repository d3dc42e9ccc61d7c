"""Errors that end training, other than those of the file system."""

from archc.diagnostics import Diagnostics


class UnfitDataError(Exception):
    """Data or a schedule that cannot be used with the network; `diagnostics` say why and where."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics


class RunError(Exception):
    """A run directory, a device or a combination of options that cannot be used; one line."""
