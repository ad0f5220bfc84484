"""Getting a digest to where it goes: a mailbox by SMTP, a file, or the screen.

Sent means that the server took it, or that it is on the disk. Whatever fails raises ``NotSent``,
and the digest is made again next time. A server that took a mail but was not heard to say so gets
it twice with one Message-ID; a file gets a digest once, whatever happens.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as MAIL_RULES
from email.utils import format_datetime
from pathlib import Path

from archive import copies
from archive.config import Config
from archive.errors import ArchiveError, UsageError
from search.errors import NotSent
from search.watch_book import STDOUT
from search.watch_digest import Digest, html, text

SECONDS = 30.0
"""For each step of talking to a mail server."""

PORTS = {"starttls": 587, "tls": 465, "none": 25}
LONGEST_ADDRESS = 254

Connect = Callable[[Config], smtplib.SMTP]


def destination(mail: str | None, file: str | None, config: Config) -> str:
    """Where a watch goes, as ``search.watch_book`` keeps it. Raises UsageError.

    A mail address must be one; a file must lie in a directory that is there and be none of ours.
    """
    if mail is not None and file is not None:
        raise UsageError("--mail and --file exclude each other; take one, or make two watches")
    if mail is not None:
        if config.mail_server is None or config.mail_from is None:
            raise UsageError(
                f"no mail can be sent yet: put mail_server and mail_from into {config.config_file}"
            )
        return f"mail:{address(mail)}"
    if file is None or file == STDOUT:
        return STDOUT
    try:
        path = Path(file).absolute()
        fits = path.parent.is_dir() and not path.is_dir() and not file.endswith(("/", os.sep))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be a file's name here ({error})") from error
    if not fits:
        raise UsageError(f"{path} cannot be a file: its directory must be there, and it none")
    if any(path == own or own in path.parents for own in config.own_files):
        raise UsageError(f"{path} belongs to the archive itself; name another place")
    return f"file:{path}"


def address(given: str) -> str:
    """A mail address as one can be written to. Raises UsageError."""
    text = given.strip()
    try:
        if not text.isascii() or len(text) > LONGEST_ADDRESS or "\n" in text or "\r" in text:
            raise ValueError("it has characters that no address has, or too many")
        found = Address(addr_spec=text)
        if not found.username or ("." not in found.domain and found.domain != "localhost"):
            raise ValueError("it lacks a name or a domain")
    except (ValueError, MessageError, IndexError) as error:
        raise UsageError(f"{given!r} is no mail address ({error})") from None
    return str(found.addr_spec)


def post(
    config: Config,
    digest: Digest,
    *,
    now: datetime,
    show: Callable[[str], None],
    connect: Connect | None = None,
) -> None:
    """Send a digest. ``show`` prints what goes to the screen. Raises NotSent."""
    kind, _, place = digest.to.partition(":")
    if digest.to == STDOUT:
        show(text(digest))
    elif kind == "file":
        _append(config, Path(place), digest, now)
    elif kind == "mail":
        _mail(config, place, digest, now, connect or connected)
    else:
        raise NotSent(f"{digest.to!r} is no place that a digest can go to")


def message(config: Config, to: str, digest: Digest, now: datetime) -> EmailMessage:
    """The mail: plain text and HTML that say the same."""
    sender = config.mail_from or ""
    mail = EmailMessage(policy=MAIL_RULES)
    mail["Subject"] = " ".join(digest.subject.split())
    mail["From"] = sender
    mail["To"] = to
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{digest.id}@{sender.rpartition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text(digest))
    mail.add_alternative(html(digest), subtype="html")
    return mail


def connected(config: Config) -> smtplib.SMTP:
    """A connection to the mail server of the settings, logged in where they say so.

    Raises NotSent for settings that cannot be used, OSError and smtplib.SMTPException.
    """
    host, port, security = server_of(config)
    password = _password(config)
    if password is not None and security == "none" and host not in ("localhost", "127.0.0.1"):
        raise NotSent("a password is not sent to another machine without mail_security")
    context = ssl.create_default_context()
    if security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if security == "starttls":
            server.starttls(context=context)
        if config.mail_user is not None and password is not None:
            server.login(config.mail_user, password)
    except BaseException:
        server.close()
        raise
    return server


def server_of(config: Config) -> tuple[str, int, str]:
    """Name, port and security of the mail server. Raises NotSent."""
    security = config.mail_security
    if security not in PORTS:
        raise NotSent(f"mail_security is {security!r}; it can be {', '.join(PORTS)}")
    if config.mail_server is None or config.mail_from is None:
        raise NotSent(f"mail_server and mail_from are not set; put them into {config.config_file}")
    host, colon, port = config.mail_server.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        return config.mail_server.strip("[]"), PORTS[security], security
    if not port.isdigit() or not 0 < int(port) < 65_536:
        raise NotSent(f"mail_server is {config.mail_server!r}; write NAME or NAME:PORT")
    return host.strip("[]"), int(port), security


def _password(config: Config) -> str | None:
    if config.mail_user is None:
        return None
    if config.mail_password_file is None:
        raise NotSent("mail_user is set, but mail_password_file is not")
    path = config.home / Path(config.mail_password_file).expanduser()
    try:
        return path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise NotSent(f"the password cannot be read from {path} ({error})") from error


def _mail(config: Config, to: str, digest: Digest, now: datetime, connect: Connect) -> None:
    try:
        mail = message(config, to, digest, now)
        server = connect(config)
        try:
            refused = server.send_message(mail)
        finally:
            # What it says to a goodbye changes nothing any more.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
    except (OSError, smtplib.SMTPException, ValueError, MessageError) as error:
        raise NotSent(
            f"the mail to {to} was not taken by {config.mail_server} ({error}); it is tried again "
            "next time"
        ) from error
    if refused:
        raise NotSent(f"{config.mail_server} refused {to}; it is tried again next time")


def _append(config: Config, path: Path, digest: Digest, now: datetime) -> None:
    """Add a digest to a file; not once more where it is there already."""
    try:
        # Whoever erases a decision must find every file that may hold words of it.
        copies.note(config, "alerts", path, now)
        with path.open("a+b") as file:
            file.seek(0)
            if f"Digest {digest.id}".encode() in file.read():
                return
            file.write(f"{text(digest)}\n".encode())
            file.flush()
            os.fsync(file.fileno())
    except (OSError, ArchiveError) as error:
        raise NotSent(f"{path} was not written ({error}); it is tried again next time") from error
