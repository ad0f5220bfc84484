"""The search room: a disposable full-text index over the archive. See docs/architecture.md."""
