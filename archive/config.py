"""Settings, from flags, environment, file and defaults, in that order; read once by decisions.py.

Nothing here reads the process environment by itself: the caller passes it in, so a test passes its
own. The file is ``config.toml`` in the data directory; a key it does not know is an error, because
a misspelt ``contact`` would otherwise be silently ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import unquote

from archive.errors import ConfigError
from archive.file_names import names_directory

ENV_PREFIX = "DECISIONS_"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a command may need to know. Paths are absolute.

    ``delay`` is in seconds between requests; ``contact`` is an e-mail or web address that the
    publisher can write to, sent in the user agent. ``quality_limits`` are limits for ``decisions
    quality`` as a person writes them: ``left_aside=5%, unheaded=3%``. ``kept_backups`` is how
    many of the copies made before schema upgrades stay. ``public_url`` is where people reach the
    reading room; the ``mail_…`` settings say how alerts are sent (``search.watch_post``), the
    password from a file of its own, so that no listing of the settings can show it.
    """

    home: Path
    database_url: str
    contact: str | None = None
    delay: float = 3.0
    quality_limits: str = ""
    kept_backups: int = 2
    public_url: str | None = None
    mail_server: str | None = None
    mail_security: str = "starttls"
    mail_user: str | None = None
    mail_password_file: str | None = None
    mail_from: str | None = None
    origins: tuple[tuple[str, str], ...] = ()

    @property
    def index_dir(self) -> Path:
        """The directory of the full-text index."""
        return self.home / "index"

    @property
    def lock_file(self) -> Path:
        """The kernel lock that everything that writes holds."""
        return self.home / "decisions.lock"

    @property
    def backup_dir(self) -> Path:
        """Where automatic backups before a schema upgrade are kept."""
        return self.home / "backups"

    @property
    def log_file(self) -> Path:
        """The JSON-lines log of crawls."""
        return self.home / "crawl.jsonl"

    @property
    def copies_file(self) -> Path:
        """Where files with texts of the archive were written to (``archive.copies``)."""
        return self.home / "copies.jsonl"

    @property
    def erased_file(self) -> Path:
        """The list of erasures beside the archive, which outlives the database file."""
        database = self.sqlite_path
        return (self.home if database is None else database.parent) / "erased.jsonl"

    @property
    def watches_file(self) -> Path:
        """The watches of this home and how far each has been told (``search.watch_book``)."""
        return self.home / "watches.json"

    @property
    def config_file(self) -> Path:
        """The settings file, whether it exists or not."""
        return self.home / "config.toml"

    @property
    def own_files(self) -> tuple[Path, ...]:
        """Files and directories of the archive itself, which nothing else may be written to.

        What SQLite keeps beside a database is as much the database as the file of its name.
        """
        own = [self.index_dir, self.backup_dir, self.config_file, self.lock_file, self.log_file]
        own += [self.copies_file, self.erased_file, self.watches_file]
        database = self.sqlite_path
        if database is not None:
            names = [database.name + ending for ending in ("", "-wal", "-shm", "-journal")]
            own += [database.with_name(name) for name in (*names, self.lock_file.name)]
        return tuple(own)

    @property
    def sqlite_path(self) -> Path | None:
        """The database file, or None where the database is a server."""
        return sqlite_path(self.database_url)


SQLITE_PREFIX = "sqlite:///"


def sqlite_path(database_url: str) -> Path | None:
    """The file of a ``sqlite:///…`` URL, None for any other database.

    Everything after the prefix is the path as it stands, so that any file name works; options
    after a question mark are not taken.
    """
    if not database_url.startswith(SQLITE_PREFIX):
        return None
    return Path(database_url.removeprefix(SQLITE_PREFIX))


_SECRET_OPTION = re.compile(r"([?&](?:ssl)?password=)([^&]*)", re.IGNORECASE)


def _user_part(database_url: str) -> tuple[str, str, str]:
    """A server's URL in three: up to ``://``, user and password (or nothing), the rest."""
    scheme, mark, rest = database_url.partition("://")
    head, question, options = rest.partition("?")
    if "@" in head:
        user, _, place = head.rpartition("@")
        return scheme + mark, user, "@" + place + question + options
    if "@" in rest and ":" in head:
        # A password with a question mark in it as it is: better too little shown than too much.
        user, _, place = rest.rpartition("@")
        return scheme + mark, user, "@" + place
    return scheme + mark, "", rest


def shown_url(database_url: str) -> str:
    """A database URL for a screen or a log: a password in it becomes stars."""
    if sqlite_path(database_url) is not None or "://" not in database_url:
        return database_url
    scheme, user, rest = _user_part(database_url)
    name, colon, _ = user.partition(":")
    return scheme + name + (":***" if colon else "") + _SECRET_OPTION.sub(r"\1***", rest)


def scrubbed(text: str, database_url: str) -> str:
    """A driver's message without any password of this URL, nor a part of one it misread."""
    if sqlite_path(database_url) is not None:
        return text
    secrets = [found[1] for found in _SECRET_OPTION.findall(database_url)]
    _, colon, password = _user_part(database_url)[1].partition(":")
    if colon:
        secrets += [password, *(part for part in re.split(r"[/?#@:]", password) if len(part) > 2)]
    secrets += [unquote(secret) for secret in secrets]
    for secret in sorted(filter(None, set(secrets)), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def sqlite_url(path: Path) -> str:
    """The database URL for a file."""
    return SQLITE_PREFIX + str(path)


_SETTINGS = {
    "database_url": str,
    "contact": str,
    "delay": float,
    "quality_limits": str,
    "kept_backups": int,
    "public_url": str,
    "mail_server": str,
    "mail_security": str,
    "mail_user": str,
    "mail_password_file": str,
    "mail_from": str,
}
"""Settings that a person may write in the file or the environment, and their type."""


def load_config(
    *,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    default_home: Callable[[], Path],
    cwd: Path,
) -> Config:
    """Build the settings. ``flags`` holds only what was given on the command line; where nothing
    names a home, ``default_home`` is asked.

    Raises ConfigError naming the setting, its source and what would be right.
    """
    origins: dict[str, str] = {}
    home_value = flags.get("home")
    if home_value is not None:
        origins["home"] = "--home"
    elif environ.get(ENV_PREFIX + "HOME"):
        home_value, origins["home"] = environ[ENV_PREFIX + "HOME"], ENV_PREFIX + "HOME"
    else:
        home_value, origins["home"] = default_home(), "default"
    home = _place(str(home_value), cwd, origins["home"])

    from_file = _read_file(home / "config.toml")
    values: dict[str, object] = {}
    for name, kind in _SETTINGS.items():
        flag, env = flags.get(name), environ.get(ENV_PREFIX + name.upper())
        if flag is not None:
            values[name], origins[name] = flag, "--" + _FLAG_NAMES.get(name, name)
        elif env:
            values[name], origins[name] = env, ENV_PREFIX + name.upper()
        elif name in from_file:
            values[name], origins[name] = from_file[name], str(home / "config.toml")
        else:
            origins[name] = "default"
            continue
        values[name] = _convert(name, values[name], kind, origins[name])
    values["database_url"] = given_url(values.get("database_url"), home=home, cwd=cwd)
    return Config(home=home, origins=tuple(sorted(origins.items())), **values)  # type: ignore[arg-type]  # checked by _convert


_FLAG_NAMES = {"database_url": "database"}


def _place(text: str, cwd: Path, origin: str) -> Path:
    try:
        return (cwd / Path(text).expanduser()).resolve()
    except (RuntimeError, OSError, ValueError) as error:
        raise ConfigError(f"{origin}: {text!r} is no place for files ({error})") from error


def given_url(given: object, *, home: Path, cwd: Path) -> str:
    """A database URL as a person gave it (None: the home's own file), its path made absolute.

    Raises ConfigError for what is none.
    """
    if given is None:
        return sqlite_url(home / "decisions.db")
    url = str(given)
    path = sqlite_path(url)
    if path is not None:
        if path.name in ("", ":memory:") or names_directory(url):
            raise ConfigError(f"{url}: an archive needs a file, as in sqlite:////data/decisions.db")
        return sqlite_url(_place(str(path), cwd, "database"))
    if "://" not in url or url.startswith(("sqlite:", "sqlite+")):
        raise ConfigError(
            f"{shown_url(url)!r} is no database URL; write sqlite:///PATH or postgresql://HOST/NAME"
        )
    return url


def _read_file(path: Path) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); mend or remove it") from error
    import tomllib  # not for those who have no such file

    try:
        loaded: dict[str, object] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    unknown = sorted(set(loaded) - set(_SETTINGS))
    if unknown:
        raise ConfigError(
            f"{path}: unknown setting {', '.join(unknown)}; known are {', '.join(_SETTINGS)}"
        )
    return loaded


def _convert(name: str, value: object, kind: type, origin: str) -> object:
    if kind is float:
        try:
            number = float(str(value))
        except ValueError:
            number = float("nan")
        if not 0 <= number <= 3600:
            raise ConfigError(f"{origin}: {name} must be seconds from 0 to 3600, not {value!r}")
        return number
    if kind is int:
        text = str(value)
        if isinstance(value, bool) or not re.fullmatch(r"[1-9][0-9]?", text, re.ASCII):
            raise ConfigError(
                f"{origin}: {name} must be a whole number from 1 to 99, not {value!r}"
            )
        return int(text)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{origin}: {name} must be a non-empty text, not {value!r}")
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in value):
        raise ConfigError(f"{origin}: {name} holds a control character")
    return value.strip()


def setting_names() -> tuple[str, ...]:
    """The names of all settings, for ``decisions config`` and the docs."""
    return tuple(item.name for item in fields(Config) if item.name != "origins")
