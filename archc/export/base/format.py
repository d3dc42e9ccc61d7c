"""What every export format defines."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from archc.doors import Kind

if TYPE_CHECKING:
    from archc.export.base.request import Request  # it imports torch


class Format(Kind):
    """A format that a network is exported to, named as its files' suffix."""

    required = ("write",)

    takes: ClassVar[tuple[str, ...]]
    """The options of `archc export` that this format uses, beside those that all formats share."""
    passes: ClassVar[tuple[str, ...]] = ()
    """The passes and bundles of ``--optimize inference``, if the format takes ``optimize``."""

    def write(self, request: "Request", path: Path) -> None:
        """Write the file and, where it must, others beside it whose names begin with its name.

        Raises:
            ExportError: the format cannot hold the network, or its libraries are missing.
            OSError: a file cannot be written.
        """
        raise NotImplementedError
