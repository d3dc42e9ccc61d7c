"""The version, which the package's metadata and written files read from here."""

__version__ = "0.1.0"
