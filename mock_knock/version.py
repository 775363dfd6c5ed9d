"""The version of the distribution `mock-knock`."""

__version__ = "0.1.0"
