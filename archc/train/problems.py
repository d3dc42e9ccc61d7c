"""What can stop training, apart from a disk."""

from archc.diagnostics import Diagnostics


class UnfitDataError(Exception):
    """The data or a schedule cannot be used, or does not fit; `diagnostics` say where."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics


class RunError(Exception):
    """A run directory, a device or a set of options that cannot be used; one line."""
