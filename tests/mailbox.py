"""A mail server on loopback that takes what it is told to take: enough SMTP for ``smtplib``."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Mailbox:
    """``refuse``: the word (``MAIL``, ``RCPT``, ``DATA``, ``END``) that is answered with no."""

    port: int = 0
    refuse: str | None = None
    raw: list[bytes] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=policy.default) for one in self.raw]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        timeout = 20

        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            self.say("220 loopback")
            while line := self.rfile.readline():
                word = line.split()[0].upper().decode() if line.split() else ""
                if word in ("EHLO", "HELO"):
                    self.say("250 loopback")
                elif word == "QUIT":
                    self.say("221 bye")
                    return
                elif word == box.refuse:
                    self.say("451 not now")
                elif word == "DATA":
                    self.say("354 go on")
                    self.take()
                else:
                    self.say("250 fine")

        def take(self) -> None:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                if not line:
                    return
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            if box.refuse == "END":
                self.say("451 no room")
                return
            box.raw.append(b"".join(lines))
            self.say("250 taken")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
