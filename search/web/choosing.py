"""Who may come to a reading room, and under which names: what the operator asked for, held against
what must not be. Pure.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from archive.errors import UsageError
from search.web.safety import host_name
from search.web.site import Choices

LOCAL = ("localhost", "127.0.0.1", "::1")


def choices_for(
    *,
    address: str,
    host: str,
    names: Sequence[str],
    public_url: str | None,
    proxy: str | None,
    include_withdrawn: bool,
    indexable: bool,
    contact: str | None,
) -> Choices:
    """The choices of a room that listens on ``address`` (``host`` as the operator named it).

    Others may come where it listens elsewhere than on this machine, is behind a proxy, or has a
    name for others: then there must be a contact, and withdrawn texts stay away. Raises UsageError.
    """
    if proxy is not None:
        _address(proxy)
    url = None if public_url is None else _public(public_url)
    allowed = [*LOCAL, *(_name(name) for name in names)]
    here = ipaddress.ip_address(address.partition("%")[0])
    if not here.is_unspecified:
        allowed += [str(here), _name(host)]
    if url is not None:
        allowed.append(_name(urlsplit(url).netloc))
    public = (
        not here.is_loopback or proxy is not None or set(allowed) - {*LOCAL, str(here)} != set()
    )
    if public and contact is None:
        raise UsageError(
            "others may come to this reading room, so it must say whom to write to: set a contact "
            "(DECISIONS_CONTACT, `contact` in config.toml, or `decisions --contact ADDRESS serve`)"
        )
    if public and include_withdrawn:
        raise UsageError(
            "--include-withdrawn is for the person at this machine; a reading room that others may "
            "come to does not show texts that the Ombudsman withdrew"
        )
    return Choices(
        hosts=tuple(dict.fromkeys(allowed)),
        include_withdrawn=include_withdrawn,
        indexable=indexable,
        public_url=url,
        contact=contact,
        public=public,
    )


def _name(text: str) -> str:
    """A name as it would stand in ``Host``. Raises UsageError."""
    bare = f"[{text}]" if text.count(":") > 1 and not text.startswith("[") else text
    name = host_name(bare)
    if not name:
        raise UsageError(f"{text!r} is no name of a machine, as decisions.example.org is")
    return name


def _public(url: str) -> str:
    """``scheme://host[:port]`` of an address that people use. Raises UsageError."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    plain = parts.path in ("", "/") and not parts.query and not parts.fragment
    if parts.scheme not in ("http", "https") or not plain or not host_name(parts.netloc):
        raise UsageError(
            f"--public-url {url!r}: write it as https://decisions.example.org, without a path"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _address(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise UsageError(
            f"--behind-proxy {text!r}: give the address that the web server in front connects "
            "from, as in 127.0.0.1"
        ) from None
