"""The whole job by the real command in processes of its own, then plain SQL as a researcher's.

Starts the look-alike in this process, crawls it, searches, shows, exports, and reads the file. What
a process of its own shows is shown with SQLite; with a server the commands run in this one.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.commanding import run as run_here
from tests.databases import DATABASES, Server, file_url, plain, settle
from tests.site import Site, expected_json, invent
from tests.test_decisions_command import run

CASES = invent(80, seed=11)


@dataclass(frozen=True)
class Crawled:
    """A home that was filled from a site that is still up."""

    home: Path
    site: Site
    summary: dict[str, object]
    url: str
    run: Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module", params=DATABASES)
def crawled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crawled]:
    home = tmp_path_factory.mktemp("crawled")
    url, command = file_url(home), run
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("server")
        # Empty: the command makes the schema, as it does for a person.
        url = server.new(empty=True)
        settle(home, url)
        command = run_here
    with Site(CASES) as site:
        done = command(
            "crawl", "--base-url", site.url, "--delay", "0", "--since", "all", "--json", home=home
        )
        assert done.returncode == 0, done.stderr
        yield Crawled(home, site, json.loads(done.stdout), url, partial(command, home=home))


def test_the_summary_counts_right(crawled: Crawled) -> None:
    references = {case.reference for case in CASES}
    assert crawled.summary["schema"] == 1
    assert crawled.summary["new"] == len(references)
    assert crawled.summary["failed"] == 0
    assert crawled.summary["index"] == {"documents": len(references), "written": len(references)}


def test_the_tables_hold_what_the_site_told(crawled: Crawled) -> None:
    rows = plain(crawled.url, "SELECT reference, title, outcome_raw, decided_on FROM v_decision")
    assert set(rows) == {
        (case.reference, case.title, case.outcome, case.decided_on.isoformat()) for case in CASES
    }
    case = CASES[10]
    truth = expected_json(case)
    sections = plain(
        crawled.url,
        "SELECT s.kind, s.heading FROM section s JOIN decision d ON d.id = s.decision_id "
        "WHERE d.reference = ? ORDER BY s.position",
        [case.reference],
    )
    assert sections == [(s["kind"], s["heading"]) for s in truth["sections"]]


def test_search_finds_and_says_where(crawled: Crawled) -> None:
    done = crawled.run("search", "data protection", "--json")
    assert done.returncode == 0, done.stderr
    shape = json.loads(done.stdout)
    assert shape["schema"] == 1
    assert shape["total"] == len(shape["hits"]) or shape["total"] > 10
    hit = shape["hits"][0]
    for key in (
        "source",
        "reference",
        "title",
        "body",
        "category",
        "subcategory",
        "outcome",
        "decided_on",
        "kind",
        "status",
        "url",
        "score",
        "snippets",
    ):
        assert key in hit
    snippet = hit["snippets"][0]
    for start, end in snippet["marks"]:
        assert snippet["text"][start:end].lower().startswith(("data", "protect"))


def test_search_agrees_with_a_plain_reading_of_the_tables(crawled: Crawled) -> None:
    shape = json.loads(crawled.run("search", '"data protection"', "--json", "-n", "500").stdout)
    rows = plain(
        crawled.url,
        "SELECT DISTINCT reference FROM (SELECT reference, text FROM v_paragraph UNION ALL "
        "SELECT reference, summary FROM v_decision) AS said "
        "WHERE LOWER(text) LIKE '%data protection%'",
    )
    assert {hit["reference"] for hit in shape["hits"]} == {row[0] for row in rows}
    assert rows


def test_show_prints_the_numbers_of_the_page(crawled: Crawled) -> None:
    case = next(case for case in CASES if case.kind == "statement")
    done = crawled.run("show", case.reference.replace(" ", "-"))
    assert done.returncode == 0
    assert case.title in done.stdout
    assert "\n  1. " in done.stdout
    assert "Back to top" not in done.stdout
    shape = json.loads(crawled.run("show", case.reference, "--json").stdout)
    truth = expected_json(case)
    assert shape["sections"] == truth["sections"]
    assert "Local Government and Social Care Ombudsman" in shape["attribution"]


def test_show_one_section_and_markdown(crawled: Crawled) -> None:
    case = next(case for case in CASES if case.kind == "statement")
    only = crawled.run("show", case.reference, "--section", "complaint").stdout
    assert "The complaint" in only
    assert "Final decision" not in only
    markdown = crawled.run("show", case.reference, "--markdown").stdout
    assert markdown.startswith("# ")
    assert "\n## " in markdown
    wrong = crawled.run("show", case.reference, "--section", "nonsense")
    assert (wrong.returncode, "complaint" in wrong.stderr) == (1, True)


def test_exports_hold_one_row_a_decision(crawled: Crawled, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    done = crawled.run("export", "csv", "--output", str(target))
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(target.read_bytes().decode("utf-8"), newline="")))
    assert {row["reference"] for row in rows} == {case.reference for case in CASES}
    assert all("Ombudsman" in row["attribution"] for row in rows)
    lines = crawled.run("export", "jsonl").stdout.splitlines()
    assert {json.loads(line)["reference"] for line in lines} == {c.reference for c in CASES}
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "out.csv",
        "out.csv.datapackage.json",
    ]


def test_status_is_content_and_notices_age_and_index(crawled: Crawled) -> None:
    done = crawled.run("status", "--max-age", "36h")
    assert done.returncode == 0, done.stderr
    assert "in step" in done.stdout
    shape = json.loads(crawled.run("status", "--json").stdout)
    assert shape["decisions"] == len({case.reference for case in CASES})
    late = crawled.run("status", "--max-age", "0h")
    assert late.returncode == 1


def test_reparse_changes_nothing_when_the_parser_is_the_same(crawled: Crawled) -> None:
    done = crawled.run("reparse", "--json")
    assert done.returncode == 0, done.stderr
    shape = json.loads(done.stdout)
    assert (shape["changed"], shape["failed"]) == (0, 0)
    assert shape["read"] == len({case.reference for case in CASES})


def test_a_second_crawl_brings_nothing_new(crawled: Crawled) -> None:
    done = crawled.run("crawl", "--base-url", crawled.site.url, "--delay", "0", "--json")
    assert done.returncode == 0, done.stderr
    shape = json.loads(done.stdout)
    assert (shape["new"], shape["changed"]) == (0, 0)
    assert "decision" not in shape["requests"]


def test_a_lost_index_is_said_and_made_again(crawled: Crawled) -> None:
    index = crawled.home / "index"
    index.rename(crawled.home / "moved")
    try:
        lost = crawled.run("search", "damp")
        assert lost.returncode == 1
        assert "decisions index" in lost.stderr
        assert crawled.run("index").returncode == 0
        assert crawled.run("search", "council").returncode == 0
    finally:
        if not index.exists():
            (crawled.home / "moved").rename(index)


def test_doctor_understands_the_look_alike(crawled: Crawled) -> None:
    done = crawled.run("doctor", "--base-url", crawled.site.url, DECISIONS_CONTACT="a@b.example")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "decision sections" in done.stdout
    assert (crawled.home / "doctor" / "decision.html").exists()


def test_the_real_sample_is_found_after_a_crawl(samples: Path, tmp_path: Path) -> None:
    page = (samples / "20-011-198.html").read_bytes()
    source = next(case for case in CASES if case.kind == "statement")
    from dataclasses import replace
    from datetime import date

    case = replace(
        source,
        reference="20 011 198",
        body="Hampshire County Council",
        category="Children's care services",
        subcategory="Other",
        outcome="Closed after initial enquiries",
        decided_on=date(2021, 3, 11),
    )
    with Site([case]) as site:
        site.serve(case, page)
        done = run("crawl", "--base-url", site.url, "--delay", "0", "--since", "all", home=tmp_path)
        assert done.returncode == 0, done.stderr
    shape = json.loads(run("search", "data protection", "--json", home=tmp_path).stdout)
    assert [hit["reference"] for hit in shape["hits"]] == ["20 011 198"]
    assert {snippet["paragraph"] for snippet in shape["hits"][0]["snippets"]} <= {2, 6, 7, 8}
    rows = plain(file_url(tmp_path), "SELECT kind, heading FROM section ORDER BY position")
    assert [kind for kind, _ in rows] == [
        "complaint",
        "powers",
        "method",
        "findings",
        "analysis",
        "final_decision",
    ]
