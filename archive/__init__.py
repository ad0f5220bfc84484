"""The archive room: the one place where decisions are kept. See docs/architecture.md."""

__version__ = "0.1.0"
