"""Watches: each change is told once, to whom it concerns, and nothing that may not be told."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from archive.errors import LockedError, UsageError
from archive.ledger import ChangeRow
from archive.models import DecisionRow
from archive.opening import open_to_write
from archive.records import ChangeKind, Decision, Status
from archive.store import Archive
from search.errors import NotSent, WatchError
from search.index import Index
from search.watch_book import held, load
from tests.exporting import run, settings
from tests.mailbox import Mailbox, mailbox
from tests.specimens import NOON, SOURCE, decision, later, page


@contextmanager
def _writing(home: Path) -> Iterator[Archive]:
    config = settings(home)
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        yield archive
        Index(config.index_dir).follow(archive)


def _add(home: Path, *wanted: Decision, minute: int = 0) -> None:
    with _writing(home) as archive:
        source_id = archive.register(SOURCE)
        for one in wanted:
            body = f"{one.reference} {one.summary} {minute}".encode()
            held_page = archive.save_page(page(one.reference, body, fetched_at=later(minute)))
            known = archive.known_id(source_id, one.reference)
            previous = None if known is None else archive.find(one.reference).decision
            archive.save_decision(source_id, one, [held_page], at=later(minute), previous=previous)


def _take_down(home: Path, reference: str, kind: ChangeKind, minute: int) -> None:
    """What a crawl writes when the site has a decision no longer."""
    status = Status(kind.value)
    with _writing(home) as archive:
        number = archive.find(reference).id
        with archive.engine.begin() as connection:
            connection.execute(
                update(DecisionRow)
                .where(DecisionRow.id == number)
                .values(status=status.value, status_since=later(minute))
            )
            connection.execute(
                insert(ChangeRow).values(decision_id=number, kind=kind.value, at=later(minute))
            )


def _about(reference: str, words: str, **changes: Any) -> Decision:
    return replace(decision(reference, summary=words, **changes), findings=())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    _add(tmp_path / "home", _about("24 001 001", "A dog barked all night."))
    return tmp_path / "home"


def _ok(home: Path, *words: str) -> str:
    done = run(home, "watch", *words)
    if done.exception is not None:
        raise done.exception
    return done.stdout


def _failed(home: Path, *words: str) -> BaseException:
    error = run(home, "watch", *words).exception
    assert error is not None
    return error


def _mailed(home: Path, box: Mailbox) -> None:
    (home / "config.toml").write_text(
        f'mail_server = "127.0.0.1:{box.port}"\nmail_security = "none"\n'
        'mail_from = "archive@example.org"\npublic_url = "https://decisions.example.org"\n'
    )


def test_what_was_there_before_is_not_told(home: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    assert _ok(home, "run") == ""


def test_a_new_decision_is_told_once_and_by_the_watch_that_found_it(home: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    _ok(home, "add", "drains", "drain")
    _add(home, _about("24 001 002", "The dog barked again."), _about("24 001 003", "A roof."))
    told = _ok(home, "run")
    assert "24 001 002" in told
    assert "found by: dogs" in told
    assert "24 001 003" not in told
    assert SOURCE.attribution in told
    assert _ok(home, "run") == ""


def test_two_watches_of_one_place_tell_a_change_once_and_name_both(home: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    _ok(home, "add", "barking", "barked")
    _add(home, _about("24 001 002", "The dog barked again."))
    told = _ok(home, "run")
    assert told.count("* Northmoor District Council (24 001 002)") == 1
    assert "found by: dogs, barking" in told


def test_an_amended_text_is_told_even_if_it_answers_no_more(home: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    _add(home, _about("24 001 001", "An animal was heard."), minute=5)
    told = _ok(home, "run")
    assert "Amended by the Ombudsman" in told
    assert "(version 2)" in told


def test_a_withdrawn_decision_is_told_without_its_words(home: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    _take_down(home, "24 001 001", ChangeKind.WITHDRAWN, 9)
    told = _ok(home, "run")
    assert "24 001 001" in told
    assert "barked" not in told
    assert "Northmoor" not in told
    # Who begins to watch now has seen nothing of it and is told nothing of it.
    _ok(home, "add", "late", "dog")
    _take_down(home, "24 001 001", ChangeKind.WITHDRAWN, 10)
    assert "late" not in _ok(home, "run")


def test_a_restricted_decision_is_told_without_its_words(home: Path) -> None:
    _ok(home, "add", "all")
    _add(home, _about("24 001 002", "The dog barked again."))
    assert run(home, "restrict", "24 001 002", "--reason", "a question").exception is None
    told = _ok(home, "run")
    assert "24 001 002" in told
    assert "barked" not in told


def test_filters_are_kept_with_a_watch(home: Path) -> None:
    _ok(home, "add", "upheld ones", "--outcome", "upheld", "--from", "2025", "--remedy-min", "100")
    (kept,) = json.loads(_ok(home, "list", "--json"))["watches"]
    assert kept["asked"] == {
        "outcomes": ["upheld"],
        "first": "2025-01-01",
        "remedy_min": 10_000,
    }
    assert "upheld ones" in _ok(home, "list")
    _ok(home, "rm", "Upheld", "ones")
    assert load(settings(home).watches_file) == []


def test_the_mail_says_the_same_twice_and_is_addressed(home: Path) -> None:
    with mailbox() as box:
        _mailed(home, box)
        _ok(home, "add", "dogs", "dog", "--mail", "me@example.org")
        _add(home, _about("24 001 002", "The <b>dog</b> barked\r\nBcc: you@example.org"))
        assert _ok(home, "run") == ""
        (mail,) = box.mails
        assert _ok(home, "run") == ""
        assert len(box.raw) == 1
    assert (mail["To"], mail["From"]) == ("me@example.org", "archive@example.org")
    assert mail["Bcc"] is None
    assert "1 new" in mail["Subject"]
    plain = mail.get_body(("plain",))
    rich = mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    link = "https://decisions.example.org/decision/lgsco/24-001-002"
    assert link in plain.get_content()
    assert f'href="{link}"' in rich.get_content()
    assert "<b>dog" not in rich.get_content()


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "END"])
def test_a_mail_that_was_not_taken_is_sent_next_time_and_others_are_not_held_up(
    home: Path, word: str
) -> None:
    with mailbox() as box:
        _mailed(home, box)
        _ok(home, "add", "by mail", "dog", "--mail", "me@example.org")
        _ok(home, "add", "on screen", "dog")
        _add(home, _about("24 001 002", "The dog barked again."))
        box.refuse = word
        done = run(home, "watch", "run")
        assert isinstance(done.exception, NotSent)
        assert done.exception.exit_code == 3
        assert "found by: on screen" in done.stdout
        assert box.raw == []
        box.refuse = None
        assert _ok(home, "run") == ""
        assert len(box.raw) == 1


def test_no_server_is_told_and_nothing_is_lost(home: Path) -> None:
    with mailbox() as box:
        _mailed(home, box)
    _ok(home, "add", "dogs", "dog", "--mail", "me@example.org")
    _add(home, _about("24 001 002", "The dog barked again."))
    before = load(settings(home).watches_file)
    assert isinstance(_failed(home, "run"), NotSent)
    assert load(settings(home).watches_file) == before


def test_a_file_gets_a_digest_once_though_the_run_was_cut_short(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "alerts.txt"
    _ok(home, "add", "dogs", "dog", "--file", str(target))
    book = settings(home).watches_file
    before = book.read_bytes()
    _add(home, _about("24 001 002", "The dog barked again."))
    _ok(home, "run")
    book.write_bytes(before)  # As if it had been killed before it could remember.
    _ok(home, "run")
    assert target.read_text().count("24 001 002") == 1
    assert "alerts" in settings(home).copies_file.read_text()


def test_nothing_is_sent_that_could_not_be_noted(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with mailbox() as box:
        _mailed(home, box)
        _ok(home, "add", "noise", "noise", "--mail", "me@example.org")
        _add(home, _about("24 001 009", "noise"), minute=9)
        with monkeypatch.context() as patch:
            patch.setattr("search.watch_book.os.fsync", full)
            assert "make room" in str(_failed(home, "run"))
        assert box.mails == []
        _ok(home, "run")
        assert len(box.mails) == 1


def test_a_trial_run_sends_and_remembers_nothing(home: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    _add(home, _about("24 001 002", "The dog barked again."))
    assert "24 001 002" in _ok(home, "run", "--dry-run")
    assert "24 001 002" in _ok(home, "run")


def test_many_changes_come_in_parts_and_a_part_that_was_sent_is_not_sent_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.watch_digest.PART", 2)
    with mailbox() as box:
        _mailed(home, box)
        _ok(home, "add", "dogs", "dog", "--mail", "me@example.org")
        _add(home, *(_about(f"24 002 00{n}", f"A dog, number {n}.") for n in range(5)))
        taken: list[int] = []

        def sent_twice_only(config: Any) -> Any:
            import smtplib

            if len(taken) == 2:
                raise OSError("the line is dead")
            taken.append(1)
            return smtplib.SMTP("127.0.0.1", box.port, timeout=20)

        with monkeypatch.context() as patch:
            patch.setattr("search.watch_post.connected", sent_twice_only)
            assert isinstance(_failed(home, "run"), NotSent)
        assert _ok(home, "run") == ""
        told = "".join(str(mail.get_body(("plain",))) for mail in box.mails)
    assert len(box.raw) == 3
    assert [told.count(f"* Northmoor District Council (24 002 00{n})") for n in range(5)] == [1] * 5


def test_after_a_restore_what_happened_since_is_told(home: Path, tmp_path: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    copy = tmp_path / "copy.db"
    assert run(home, "backup", str(copy)).exception is None
    _add(home, _about("24 001 002", "The dog barked again."), minute=10_000_000)
    assert run(home, "restore", str(copy), "--yes", "--force").exception is None
    _add(home, _about("24 001 003", "The dog barked once more."), minute=10_000_001)
    told = _ok(home, "run")
    assert "24 001 003" in told
    assert "restored from a backup" in told
    assert "24 001 001" not in told


def test_an_index_that_lags_delays_and_loses_nothing(home: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    with open_to_write(settings(home), now=NOON, tell=lambda _: None) as archive:
        one = _about("24 001 002", "The dog barked again.")
        held_page = archive.save_page(page(one.reference, b"new"))
        archive.save_decision(archive.register(SOURCE), one, [held_page], at=later(1))
    assert _ok(home, "run") == ""
    assert run(home, "index").exception is None
    assert "24 001 002" in _ok(home, "run")


@pytest.mark.parametrize(
    "words",
    [
        ("add",),
        ("add", "x" * 61, "dog"),
        ("add", "a\nb/c", "dog"),
        ("add", "dogs", "dog", "--mail", "me@example.org"),
        ("add", "dogs", "dog", "--file", "/nowhere/at/all.txt"),
        ("rm", "nobody"),
    ],
)
def test_what_cannot_be_meant_is_said(home: Path, words: tuple[str, ...]) -> None:
    assert isinstance(_failed(home, *words), UsageError)
    assert not settings(home).watches_file.exists()


@pytest.mark.parametrize(
    "given",
    ["nobody", "a@b\r\nBcc: c@d.org", "a b@c.org", "<a@c.org>", "é@c.org", "a@c.org, d@e.org"],
)
def test_an_address_is_one_address(home: Path, given: str) -> None:
    with mailbox() as box:
        _mailed(home, box)
    assert isinstance(_failed(home, "add", "dogs", "dog", "--mail", given), UsageError)


def test_a_name_is_taken_once(home: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    assert isinstance(_failed(home, "add", "DOGS", "drain"), UsageError)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'{"schema":2,"watches":[]}', b'{"schema":1,"watches":[{}]}', b"\xff"]
)
def test_a_spoilt_list_is_said_and_kept(home: Path, raw: bytes) -> None:
    path = settings(home).watches_file
    path.write_bytes(raw)
    assert isinstance(_failed(home, "run"), WatchError)
    assert isinstance(_failed(home, "add", "dogs", "dog"), WatchError)
    assert path.read_bytes() == raw


def test_only_the_owner_can_read_who_watches_what(home: Path) -> None:
    _ok(home, "add", "dogs", "dog")
    assert settings(home).watches_file.stat().st_mode & 0o077 == 0


def test_two_at_once_wait_for_each_other(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.watch_book.PATIENCE", 0.1)
    with held(settings(home).watches_file):
        assert isinstance(_failed(home, "add", "dogs", "dog"), LockedError)


def test_a_secret_is_not_sent_in_the_clear_to_another_machine(home: Path) -> None:
    (home / "secret").write_text("pass\n")
    (home / "config.toml").write_text(
        'mail_server = "mail.example.org"\nmail_security = "none"\nmail_from = "a@example.org"\n'
        'mail_user = "a"\nmail_password_file = "secret"\n'
    )
    _ok(home, "add", "dogs", "dog", "--mail", "me@example.org")
    _add(home, _about("24 001 002", "The dog barked again."))
    error = _failed(home, "run")
    assert isinstance(error, NotSent)
    assert "password" in str(error)
