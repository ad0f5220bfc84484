"""Where an archive lies, for people who call from Python: a home, a file or a server.

The settings are those of the commands: environment, ``config.toml``, defaults. Nothing is read
before one of these functions is called.
"""

from __future__ import annotations

import os
from pathlib import Path

from archive.config import Config, load_config, sqlite_path, sqlite_url
from archive.errors import ConfigError, DatabaseUnusable


def default_home() -> Path:
    """The data directory of this person on this system."""
    import platformdirs

    return Path(platformdirs.user_data_dir("decisions", appauthor=False))


def settings_for(place: str | Path | None) -> Config:
    """The settings of an archive at ``place``, which is

    - None: the archive that the commands use (``DECISIONS_HOME``, ``DECISIONS_DATABASE_URL``, else
      the data directory of this person);
    - a directory: a home, as after ``--home``, with the database in it, whatever the environment
      says;
    - a file: a database such as ``decisions.db`` or a research copy;
    - a text with ``://``: a database URL, as after ``--database``.

    Raises ConfigError for settings that cannot be understood, DatabaseUnusable for a path where
    there is nothing.
    """
    flags: dict[str, str | None] = {}
    environ: dict[str, str] = dict(os.environ)
    if isinstance(place, str) and "://" in place:
        flags["database_url"] = place
        path = sqlite_path(place)
        if path is not None:
            flags["home"] = str(path.parent)
    elif place is not None:
        path = _there(place)
        environ.pop("DECISIONS_DATABASE_URL", None)
        if path.is_dir():
            flags["home"] = str(path)
        else:
            flags |= {"home": str(path.parent), "database_url": sqlite_url(path)}
    return load_config(flags=flags, environ=environ, default_home=default_home, cwd=Path.cwd())


def _there(place: str | Path) -> Path:
    try:
        path = Path(place).expanduser().absolute()
        found = path.exists()
    except (RuntimeError, OSError, ValueError) as error:
        raise ConfigError(f"{str(place)!r} is no place for files ({error})") from error
    if not found:
        raise DatabaseUnusable(
            f"there is no archive at {path}; give its home directory or its file, or make one with "
            "`decisions crawl`"
        )
    return path
