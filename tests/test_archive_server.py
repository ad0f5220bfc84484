"""What only a server has: its lock, roles, replicas, passwords, and being somewhere else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from archive import database
from archive.config import Config, scrubbed, shown_url
from archive.dictionary import METADATA, entries
from archive.errors import (
    ArchiveError,
    DatabaseUnusable,
    LockedError,
    LockLost,
    SchemaMismatch,
    Unstorable,
)
from archive.evidence import open_evidence
from archive.lock import writer_lock
from archive.opening import open_to_follow, open_to_read, open_to_write
from archive.records import reference_key
from archive.server import parsed, server_engine
from archive.view_columns import VIEW_COLUMNS
from search.index import Index
from tests.commanding import run as run_here
from tests.databases import Server, columns, file_url, plain
from tests.site import Site, invent
from tests.specimens import NOON, SOURCE, decision, later, page
from tests.test_decisions_command import ROOT, run


def silent(*_: object) -> None:
    """Nobody wants to hear of an upgrade."""


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """A database with nothing in it."""
    made = server.new(empty=True)
    yield made
    server.drop(made)


@pytest.fixture
def config(tmp_path: Path, url: str) -> Config:
    return Config(home=tmp_path / "a", database_url=url)


def fill(config: Config, *references: str) -> None:
    with open_to_write(config, now=NOON, tell=silent) as archive:
        source_id = archive.register(SOURCE)
        for reference in references or ("24 001 234",):
            pages = [archive.save_page(page(reference))]
            archive.save_decision(source_id, decision(reference), pages, at=NOON)


def role(server: Server, url: str, name: str) -> str:
    """The same database by another role, which may only read."""
    place = url.partition("?")
    if (name,) not in server.run("SELECT rolname FROM pg_roles"):
        server.run(f"CREATE ROLE {name} LOGIN")
    server.run(
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}",
        database=place[0].rpartition("/")[2],
    )
    return url.replace("postgres:@", f"{name}@", 1)


# --- the schema -----------------------------------------------------------------------------------


def test_the_models_need_no_migration_on_a_server(config: Config) -> None:
    fill(config)
    engine = server_engine(config.database_url, pooled=False)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_every_schema_goes_up_and_down_with_rows_in_it(config: Config) -> None:
    fill(config)
    engine = database.migration_engine(config.database_url)
    revisions = [f"{number:04}" for number in range(1, int(database_head()) + 1)]
    for revision in [*reversed(revisions), *revisions]:
        database.migrate(engine, revision)
        assert database.revision_of(engine) == revision
    fill(config, "24 001 235")
    with open_to_read(config) as archive:
        assert archive.find("24 001 234").decision.title == decision().title
        assert archive.find("24 001 235").decision == decision("24 001 235")
    database.migrate(engine, "base")
    left = plain(
        config.database_url,
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE nspname = 'public'",
    )
    assert {name for (name,) in left} == {"alembic_version", "alembic_version_pkc"}


def database_head() -> str:
    from archive.models import SCHEMA_REVISION

    return SCHEMA_REVISION


def test_views_and_dictionary_are_those_of_a_file(config: Config) -> None:
    fill(config)
    for view, described in VIEW_COLUMNS.items():
        assert columns(config.database_url, view) == set(described)
    told = plain(config.database_url, "SELECT COUNT(*) FROM data_dictionary")
    assert told == [(len(entries()),)]


def test_all_text_is_compared_by_code_point_whatever_the_database_does(config: Config) -> None:
    fill(config)
    kept = plain(
        config.database_url,
        "SELECT collname, COUNT(*) > 50 FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid "
        "JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_collation k ON k.oid = attcollation "
        "WHERE nspname = 'public' AND relkind = 'r' AND attnum > 0 GROUP BY collname",
    )
    assert kept == [("C", 1)]


def test_a_failed_migration_leaves_the_old_schema(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(config)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(database, "finish_migration", fail)
        with pytest.raises(RuntimeError, match="power"):
            database.migrate(database.migration_engine(config.database_url), "base")
    with open_to_read(config) as archive:
        assert archive.find("24001234").decision == decision()


def test_a_database_of_something_else_is_not_touched(config: Config) -> None:
    plain(config.database_url, "CREATE TABLE recipes (name text)")
    for attempt in (open_to_read(config), open_to_write(config, now=NOON, tell=silent)):
        with pytest.raises(DatabaseUnusable, match="recipes"), attempt:
            pass
    assert columns(config.database_url, "recipes") == {"name"}
    assert columns(config.database_url, "decision") == set()


def test_before_the_first_crawl_it_says_how_to_begin(config: Config) -> None:
    with pytest.raises(DatabaseUnusable, match="decisions crawl"), open_to_read(config):
        pass


def test_a_newer_schema_is_refused(config: Config) -> None:
    fill(config)
    plain(config.database_url, "UPDATE alembic_version SET version_num = '9999'")
    for attempt in (open_to_read(config), open_to_write(config, now=NOON, tell=silent)):
        with pytest.raises(SchemaMismatch, match="update decisions"), attempt:
            pass


def test_a_database_that_cannot_hold_every_text_is_refused(server: Server, tmp_path: Path) -> None:
    server.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    config = Config(home=tmp_path, database_url=server.url("latin"))
    try:
        with (
            pytest.raises(DatabaseUnusable, match="UTF8"),
            open_to_write(config, now=NOON, tell=silent),
        ):
            pass
    finally:
        server.drop(config.database_url)


@pytest.mark.parametrize("text", ["a\x00b", "x" * 80])
def test_what_no_column_holds_costs_one_decision(config: Config, text: str) -> None:
    from dataclasses import replace

    with open_to_write(config, now=NOON, tell=silent) as archive:
        source_id = archive.register(SOURCE)
        bad = replace(decision(), parser_version=text)
        pages = [archive.save_page(page())]
        with pytest.raises(Unstorable, match="24 001 234"):
            archive.save_decision(source_id, bad, pages, at=NOON)
        assert archive.save_decision(source_id, decision(), pages, at=NOON).change == "added"


# --- the lock -------------------------------------------------------------------------------------

HOLD = """
import sys, time
from pathlib import Path
from archive.config import Config
from archive.lock import writer_lock
with writer_lock(Config(home=Path(sys.argv[1]), database_url=sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_of_two_machines_one_writes_and_a_dead_one_holds_nothing(
    config: Config, tmp_path: Path
) -> None:
    other = Config(home=tmp_path / "b", database_url=config.database_url)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(other.home), other.database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(LockedError, match="another machine"), writer_lock(config):
            pass
        done = run("--database", config.database_url, "reparse", home=config.home)
        assert (done.returncode, "another machine" in done.stderr) == (75, True)
        if os.name != "nt":
            holder.send_signal(signal.SIGKILL)
    finally:
        holder.kill()
        holder.communicate()
    # The server notices at once that the connection has gone; its process may take a moment.
    wait_for_nobody(config.database_url)
    with writer_lock(config):
        pass


def wait_for_nobody(url: str) -> None:
    import time

    for _ in range(200):
        if not plain(url, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"):
            return
        time.sleep(0.05)


def test_two_archives_in_one_database_do_not_meet(url: str, tmp_path: Path) -> None:
    homes = []
    for name in ("one", "two"):
        plain(url, f"CREATE SCHEMA {name}")
        options = f"{url}&options=-csearch_path%3D{name}"
        homes.append(Config(home=tmp_path / name, database_url=options))
    with writer_lock(homes[0]), writer_lock(homes[1]):
        pass
    fill(homes[0])
    fill(homes[1], "24 001 300", "24 001 301")
    with open_to_read(homes[0]) as archive:
        assert len(list(archive.stored_all())) == 1


def test_a_writer_whose_lock_went_writes_nothing_more(config: Config, tmp_path: Path) -> None:
    other = Config(home=tmp_path / "b", database_url=config.database_url)
    with open_to_write(config, now=NOON, tell=silent) as archive:
        number = archive.register(SOURCE)
        plain(
            config.database_url,
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'",
        )
        wait_for_nobody(config.database_url)
        with open_to_write(other, now=NOON, tell=silent) as second:
            second.save_page(page())
            with pytest.raises(LockLost, match="lock"):
                archive.save_page(page("24 001 235"))
            with pytest.raises(LockLost, match="lock"):
                archive.save_decision(number, decision(), [1], at=NOON)
            second.save_page(page("24 001 236"))
    urls = plain(config.database_url, "SELECT url FROM page ORDER BY id")
    assert [reference_key(address[-10:]) for (address,) in urls] == ["24001234", "24001236"]


def test_a_server_that_goes_in_the_middle_is_one_plain_error(config: Config) -> None:
    fill(config)
    with (  # noqa: PT012 - the error is made plain where the block ends
        pytest.raises(ArchiveError, match="nothing that was acknowledged is lost"),
        open_to_read(config) as archive,
    ):
        stream = archive.stored_all()
        next(stream)
        plain(
            config.database_url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        list(stream)


# --- readers --------------------------------------------------------------------------------------


def test_a_reader_sees_one_view_while_a_writer_writes(config: Config) -> None:
    fill(config)
    with open_evidence(config.database_url) as evidence:
        before = evidence.identity(), evidence.fingerprint()
        fill(config, "24 001 235")
        assert (evidence.identity(), evidence.fingerprint()) == before
    with open_evidence(config.database_url) as evidence:
        assert evidence.fingerprint().decisions == 2


def test_what_a_reader_does_cannot_write(config: Config) -> None:
    fill(config)
    with pytest.raises(DatabaseUnusable, match="read-only"), open_to_read(config) as archive:
        archive.save_page(page())


def test_a_role_that_may_only_read_is_enough_for_readers(
    server: Server, config: Config, tmp_path: Path
) -> None:
    fill(config, "24 001 234", "24 001 235")
    reader = role(server, config.database_url, "reader_only")
    home = tmp_path / "reader"

    def read(*words: str, code: int = 0) -> str:
        done = run_here("--database", reader, *words, home=home)
        assert done.returncode == code, done.stderr
        return done.stdout + (done.stderr if words[0] != "export" else "")

    said = read("index")
    assert "2 decisions" in said
    assert "only read" in said
    assert json.loads(read("search", "council", "--json"))["total"] == 2
    read("show", "24 001 234")
    assert len(read("export", "jsonl").splitlines()) == 2
    for words in (("status",), ("coverage",), ("history", "24 001 234"), ("bodies",)):
        read(*words)
    said = read("correct", "24 001 234", "--remedy", "1", "--amount", "1", code=1)
    assert "permission denied" in said
    assert "Traceback" not in said


# --- passwords ------------------------------------------------------------------------------------

URLS = (
    "postgresql://anna:s3cr3t@127.0.0.1:1/x",
    "postgresql://anna:s3cr3t@127.0.0.1:1/x?connect_timeout=1",
    "postgresql+psycopg://anna:s3cr3t@127.0.0.1:1/x",
    "postgres:///x?host=127.0.0.1&port=1&user=anna&password=s3cr3t",
    "postgresql://anna:s3/cr3t@127.0.0.1:1/x",
    "postgresql://anna:s3#cr3t@127.0.0.1:1/x",
    "postgresql://anna:s3?cr3t@127.0.0.1:1/x",
    "postgresql://anna:s3@cr3t@127.0.0.1:1/x",
    "postgresql://anna:s3%40cr3t@127.0.0.1:1/x",
    "postgresql://anna:s3cr3t@127.0.0.1:port/x",
    "postgresql://anna:s3cr3t@127.0.0.1:1/x?nonsense=1",
    "mysql://anna:s3cr3t@127.0.0.1/x",
    "sqlite+x://anna:s3cr3t@127.0.0.1/x",
)


@pytest.mark.parametrize("address", URLS)
def test_no_password_is_ever_shown(address: str, tmp_path: Path) -> None:
    said = ""
    for words in (("status",), ("index",), ("config",)):
        done = run_here("--database", address, *words, home=tmp_path)
        assert words == ("config",) or done.returncode != 0
        said += done.stdout + done.stderr
    assert "Traceback" not in said
    for piece in ("s3cr3t", "cr3t", "s3/", "s3#", "s3?", "s3@", "s3%"):
        assert piece not in said, said


def test_a_message_of_the_driver_loses_the_password() -> None:
    address = "postgresql://u:p%40ss@h/d"
    assert shown_url(address) == "postgresql://u:***@h/d"
    assert scrubbed('could not translate host name "p@ss"', address) == (
        'could not translate host name "***"'
    )
    assert shown_url("sqlite:////a:b@c.db") == "sqlite:////a:b@c.db"


def test_a_plain_postgresql_url_means_psycopg() -> None:
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        assert parsed(f"{scheme}://h/d").drivername == "postgresql+psycopg"


def test_without_the_driver_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    config = Config(home=tmp_path, database_url="postgresql://h/d")
    with pytest.raises(DatabaseUnusable, match=r"decisions\[postgres\]"), open_to_read(config):
        pass


# --- several machines -----------------------------------------------------------------------------


def test_two_machines_follow_one_archive_while_a_third_crawls(
    config: Config, tmp_path: Path
) -> None:
    cases = invent(30, seed=5)
    followers = [Config(tmp_path / name, config.database_url) for name in ("x", "y")]
    seen: list[list[int]] = [[], []]
    with Site(cases) as site:
        crawler = subprocess.Popen(
            [sys.executable, "-m", "decisions", "--home", str(config.home), "--database",
             config.database_url, "crawl", "--base-url", site.url, "--delay", "0.2", "--since",
             "all"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            while crawler.poll() is None:
                for follower, counts in zip(followers, seen, strict=True):
                    try:
                        with open_to_follow(follower, now=NOON, tell=silent) as archive:
                            report = Index(follower.index_dir).follow(archive)
                    except DatabaseUnusable:
                        continue  # The crawler has not made the schema yet.
                    assert report.documents >= (counts or [0])[-1]
                    counts.append(report.documents)
                if seen[0] and not refused(followers[1]):
                    break
            assert crawler.wait() == 0, crawler.stderr and crawler.stderr.read()
        finally:
            crawler.kill()
            crawler.communicate()
    with open_to_read(config) as archive:
        truth = {
            s.id: (reference_key(s.decision.reference), s.content_sha256)
            for s in archive.stored_all()
        }
        newest = archive.last_change_id()
        changes = [change.id for change in archive.changes(0)]
    assert len(truth) == len({case.reference for case in cases})
    assert changes == sorted(changes)
    for follower in followers:
        with open_to_follow(follower, now=later(9), tell=silent) as archive:
            Index(follower.index_dir).follow(archive)
        assert Index(follower.index_dir).held() == truth
        assert Index(follower.index_dir).state().cursor == newest
    assert Index(config.index_dir).held() == truth


def test_a_writer_waits_for_a_machine_that_has_the_lock_for_a_moment(
    config: Config, tmp_path: Path
) -> None:
    fill(config)
    other = Config(home=tmp_path / "b", database_url=config.database_url)
    begun = threading.Event()

    def follow() -> None:
        with writer_lock(other):
            begun.set()
            time.sleep(1)

    holding = threading.Thread(target=follow)
    holding.start()
    try:
        assert begun.wait(30)
        with pytest.raises(LockedError), writer_lock(config, patience=0.1):
            pass
        with open_to_write(config, now=NOON, tell=silent) as archive:
            assert archive.writable
    finally:
        holding.join()


def refused(config: Config) -> bool:
    """Whether this machine may not write just now."""
    try:
        with writer_lock(config):
            return False
    except LockedError:
        return True


def test_the_index_command_upgrades_when_nobody_else_writes(config: Config, tmp_path: Path) -> None:
    fill(config)
    database.migrate(database.migration_engine(config.database_url), "0004")
    other = Config(home=tmp_path / "b", database_url=config.database_url)
    with (
        writer_lock(other),
        pytest.raises(SchemaMismatch, match="writing command"),
        open_to_follow(config, now=NOON, tell=silent),
    ):
        pass
    with open_to_follow(config, now=NOON, tell=silent) as archive:
        assert archive.writable
    with writer_lock(other), open_to_follow(config, now=NOON, tell=silent) as archive:
        assert not archive.writable
    with (
        writer_lock(config),
        pytest.raises(LockedError),
        open_to_follow(config, now=NOON, tell=silent),
    ):
        pass


def test_commands_say_where_a_server_archive_lies(config: Config) -> None:
    fill(config)
    words = ("--database", config.database_url)
    told = run(*words, "config", home=config.home)
    assert config.database_url.partition(":@")[0] in told.stdout
    nowhere = run(*words, "path", "database", home=config.home)
    assert (nowhere.returncode, "server" in nowhere.stderr) == (1, True)
    assert file_url(config.home).removeprefix("sqlite:///") not in told.stdout
