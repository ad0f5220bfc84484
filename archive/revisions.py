"""The schemas that were ever released, oldest first, as the migrations have them."""

from __future__ import annotations

from pathlib import Path


def released() -> tuple[str, ...]:
    """Revision numbers, oldest first."""
    from alembic.script import ScriptDirectory

    import migrations

    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    return tuple(reversed([script.revision for script in scripts.walk_revisions()]))
