"""The API gives what the commands print, describes it all, and tells nothing that is withheld."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from archive import restrictions
from archive.config import Config
from archive.opening import open_to_write
from search.index import Index
from search.web.api import decisions, figures, lists
from search.web.api.calls import CALLS, IN_PATH
from search.web.api.document import document, in_path
from search.web.api.shapes import SHAPES, schema_of
from search.web.application import create_app
from search.web.asking import MANY, ONE
from tests.exporting import WITHDRAWN, fill, run, settings
from tests.specimens import NOON, decision, later, page
from tests.web import client, over

ROOT = "/api/v1"
HERE = f"{ROOT}/decision/lgsco"
HUSHED = "Quibblethorpe"
RESTRICTED = "24 009 999"


def get(room: FlaskClient, path: str, status: int = 200) -> Any:
    response = room.get(path)
    assert response.status_code == status, response.text
    return response.get_json()


def printed(home: Path, *words: str) -> Any:
    done = run(home, *words)
    assert done.stdout, done.output
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def room(room_home: Path) -> FlaskClient:
    return client(room_home)


@pytest.fixture(scope="module")
def secret_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a word that stands only in texts that are not passed on."""
    home = tmp_path_factory.mktemp("secret")
    body = f"{HUSHED} Care Limited"
    told: dict[str, Any] = {"body": body, "summary": f"Miss {HUSHED} complained."}
    told |= {"category": f"{HUSHED} matters"}
    fill(
        home,
        [
            decision("24 001 234"),
            decision(WITHDRAWN, title=f"{body} ({WITHDRAWN})", **told),
            decision(RESTRICTED, title=f"{HUSHED} Home ({RESTRICTED})", **told),
        ],
    )
    config = settings(home)
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        number = archive.find(RESTRICTED).id
        restrictions.restrict(archive.engine, number, HUSHED, by=HUSHED, at=NOON)
        amended = decision("24 001 234", summary="It was amended.", text_sha256="1" * 64)
        held = archive.save_page(page("24 001 234", b"<html>second</html>"))
        archive.save_decision(
            archive.source_id("lgsco"), amended, [held], at=later(90), previous=decision()
        )
        Index(config.index_dir).follow(archive)
    return home


# The shapes of the commands


def same(given: Any, told: Any, *ours: str) -> None:
    """Every key of the command with its value, and these keys besides."""
    assert {key: given[key] for key in told} == told
    assert set(given) - set(told) == set(ours)


def test_a_search_answers_as_the_command_does(room: FlaskClient, room_home: Path) -> None:
    given = get(room, f"{ROOT}/search?q=housing&facet=outcome&facet=year&limit=3")
    told = printed(
        room_home, "search", "housing", "--facet", "outcome", "--facet", "year", "-n", "9", "--json"
    )
    shown = [hit for hit in told["hits"] if hit["status"] != "withdrawn"][:3]
    # The withdrawn one is the operator's alone.
    assert given["total"] == told["total"] - 1
    assert [hit["reference"] for hit in given["hits"]] == [hit["reference"] for hit in shown]
    for key in ("schema", "query", "understood", "behind", "suggestions"):
        assert given[key] == told[key]
    assert given["hits"][0]["snippets"] == shown[0]["snippets"]
    assert set(given) - set(told) == {"offset", "limit", "next", "attribution"}


def test_a_decision_answers_as_the_command_does(room: FlaskClient, room_home: Path) -> None:
    given = get(room, f"{HERE}/24-001-234")
    same(given, printed(room_home, "show", "24 001 234", "--json"), "notice", "page")
    assert given["page"] == "http://localhost/decision/lgsco/24-001-234"


def test_the_current_version_by_its_number_is_the_decision(room: FlaskClient) -> None:
    assert get(room, f"{HERE}/24-001-234@1") == get(room, f"{HERE}/24-001-234")


def test_history_and_citations_answer_as_the_commands_do(
    room: FlaskClient, room_home: Path
) -> None:
    given = get(room, f"{HERE}/24-001-234/history")
    same(given, printed(room_home, "history", "24 001 234", "--json"), "notice", "attribution")
    for style in ("oscola", "apa", "plain", "bibtex", "ris"):
        given = get(room, f"{HERE}/24-001-234/cite?style={style}&paragraph=2")
        told = printed(
            room_home, "cite", "24 001 234", "--style", style, "--paragraph", "2", "--json"
        )
        same(given, told, "notice", "attribution")


def test_similar_decisions_answer_as_the_command_does(room: FlaskClient, room_home: Path) -> None:
    # To the operator: for others what tells a decision apart is reckoned without withheld texts.
    everything = client(room_home, include_withdrawn=True)
    given = get(everything, f"{HERE}/24-002-345/similar?limit=2")
    told = printed(room_home, "similar", "24 002 345", "-n", "2", "--json")
    assert given["words"] == told["words"]
    assert [hit["reference"] for hit in given["hits"]] == [hit["reference"] for hit in told["hits"]]
    given = get(room, f"{HERE}/24-002-345/similar?limit=9")
    assert given["hits"]
    assert all(hit["status"] != "withdrawn" for hit in given["hits"])


def test_figures_coverage_and_councils_answer_as_the_commands_do(
    room: FlaskClient, room_home: Path
) -> None:
    given = get(room, f"{ROOT}/stats?by=body,year&kind=statement")
    words = ("--by", "body,year", "--kind", "statement", "--as-shown")
    told = printed(room_home, "stats", *words, "--json")
    same(given | {"today": None}, told | {"today": None})
    given = get(room, f"{ROOT}/coverage")
    told = printed(room_home, "coverage", "--json")
    assert given["total"] == told["total"]
    same(given["revisits"], told["revisits"])
    given = get(room, f"{ROOT}/bodies?q=castleholme")
    (told,) = printed(room_home, "bodies", "castleholme", "--json")["bodies"]
    same(given["bodies"][0], told, "slug", "page")
    assert get(room, f"{ROOT}/body/{given['bodies'][0]['slug']}")["name"] == told["name"]


def test_status_says_what_the_command_says_and_nothing_of_the_machine(
    room: FlaskClient, room_home: Path
) -> None:
    given, told = get(room, f"{ROOT}/status"), printed(room_home, "status", "--json")
    # Of these only what is shown is counted: the command has the withdrawn decision among them.
    shown = {"outcomes", "kinds", "councils_and_providers", "paragraphs"}
    for key in set(told) - {"home", "trouble", "index"} - shown:
        assert given[key] == told[key]
    local = get(client(room_home, include_withdrawn=True), f"{ROOT}/status")
    assert {key: local[key] for key in shown} == {key: told[key] for key in shown}
    assert sum(given["outcomes"].values()) == sum(told["outcomes"].values()) - 1
    assert given["index"]["in_step"] is True
    assert str(room_home) not in json.dumps(given)


def test_changes_are_given_in_pages_by_number(room: FlaskClient, room_home: Path) -> None:
    told = printed(room_home, "changes", "--json")["changes"]
    found: list[Any] = []
    path: str | None = f"{ROOT}/changes?limit=4"
    while path is not None:
        response = room.get(path)
        given = response.get_json()
        found += given["changes"]
        assert len(given["changes"]) <= 4
        assert ('rel="next"' in response.headers["Link"]) == (given["next"] is not None)
        path = given["next"] and given["next"].removeprefix("http://localhost")
    assert [one["id"] for one in found] == [one["id"] for one in told]
    assert found[0] == told[0] | {"notice": None}
    assert get(room, f"{ROOT}/changes?after={told[-1]['id']}")["changes"] == []
    assert get(room, f"{ROOT}/changes?since=2027")["changes"] == []


def test_the_pages_of_a_search_are_its_hits_once_each(room: FlaskClient) -> None:
    total = get(room, f"{ROOT}/search")["total"]
    found: list[str] = []
    path: str | None = f"{ROOT}/search?limit=3&body=northmoor&body=castleholme"
    while path is not None:
        parts = urlsplit(path)
        given = get(room, f"{parts.path}?{parts.query}")
        assert given["understood"] == "body:northmoor OR body:castleholme"
        found += (hit["reference"] for hit in given["hits"])
        path = given["next"]
    assert len(found) == len(set(found)) == total


def test_every_answer_carries_the_attribution_and_the_terms(room: FlaskClient) -> None:
    for path in EXAMPLES:
        response = room.get(path)
        assert "Local Government" in response.get_json()["attribution"]
        assert '</about>; rel="license"' in response.headers["Link"]


# What cannot be meant, and what there is not


@pytest.mark.parametrize(
    "path",
    [
        "/search?colour=red",
        "/search?outcome=",
        "/search?q=%20",
        "/search?q=(",
        "/search?outcome=won",
        "/search?limit=51",
        "/search?limit=1&limit=2",
        "/search?from=2025&to=2024",
        "/search?q=%00",
        "/decision/lgsco/24-001-234?q=x",
        "/decision/lgsco/24-001-234@0",
        "/decision/lgsco/24-001-234@x",
        "/decision/lgsco/24-001-234/cite?style=mla",
        "/decision/lgsco/24-001-234/cite?paragraph=1&place=p2",
        "/decision/lgsco/24-001-234/similar?q=(",
        "/decision/lgsco/24-001-234/similar?offset=5",
        "/changes?after=-1",
        "/changes?since=yesterday",
        "/bodies?type=empire",
        "/stats?by=colour",
        "/stats?year=25",
        "/stats?rank=maybe",
        "/stats?from=2025&to=2024",
        "/coverage?months=3",
        "/status?home=1",
        "/openapi.json?x=1",
    ],
)
def test_what_cannot_be_meant_is_said_so(room: FlaskClient, path: str) -> None:
    told = get(room, ROOT + path, 400)
    assert told["schema"] == 1
    assert told["error"]["status"] == 400
    assert told["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/decision/lgsco/99-999-999",
        "/decision/nobody/24-001-234",
        "/decision/lgsco/24-001-234@9",
        "/decision/lgsco/24-001-234/cite?paragraph=99",
        "/decision/lgsco/%00",
        "/body/nobody",
        "/stats?body=nobody",
        "/stats?source=nobody",
        "/coverage?source=nobody",
        "/nothing",
    ],
)
def test_what_there_is_not_is_said_so(room: FlaskClient, path: str) -> None:
    assert get(room, ROOT + path, 404)["error"]["status"] == 404


def test_nothing_can_be_written(room: FlaskClient) -> None:
    response = room.post(f"{ROOT}/search")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.get_json()["error"]["status"] == 405


# What is not passed on


def every_answer(room: FlaskClient) -> Iterator[str]:
    for reference in (WITHDRAWN, RESTRICTED, "24 001 234"):
        here = f"{HERE}/{reference.replace(' ', '-')}"
        for path in (here, f"{here}@1", f"{here}/history", f"{here}/similar", f"{here}/cite"):
            yield path
        yield f"{here}/cite?style=bibtex&place=p1"
    for path in (
        *("/search", f"/search?q={HUSHED}", "/search?facet=body&facet=outcome"),
        *(f"/search?q={HUSHED}~", f"/search?begins={HUSHED[:5]}", f"/search?body={HUSHED}"),
        *("/changes", "/bodies", f"/bodies?q={HUSHED}", f"/body/{HUSHED.lower()}-care-limited"),
        *("/coverage", "/status", "/stats?by=body", "/stats?by=category,outcome"),
    ):
        yield ROOT + path


def test_no_answer_has_a_word_of_a_text_that_is_withheld(secret_home: Path) -> None:
    room = client(secret_home)
    for path in every_answer(room):
        text = room.get(path).text
        assert "complained" not in text, path
        assert 'sha256":"' not in text or "24-001-234" in path, path
        # What was asked is said again.
        if HUSHED.lower() not in path.lower():
            assert HUSHED.lower() not in text.lower(), path


def test_a_withheld_text_comes_as_reference_date_and_notice(secret_home: Path) -> None:
    room = client(secret_home)
    for reference in (WITHDRAWN, RESTRICTED):
        here = f"{HERE}/{reference.replace(' ', '-')}"
        told = get(room, here)
        assert told["reference"] == reference
        assert told["decided_on"] == "2025-06-09"
        assert told["notice"]
        assert set(told) == set(SHAPES["Withheld"])
        assert get(room, f"{here}/cite?paragraph=1") == told
        assert get(room, f"{here}/cite?paragraph=99") == told
        assert get(room, f"{here}/similar")["hits"] == []
        assert get(room, f"{here}/history")["events"][0]["title"] is None


def test_a_search_tells_nothing_of_what_is_withheld(secret_home: Path) -> None:
    room = client(secret_home)
    for asked in (f"q={HUSHED}", f"body={HUSHED}", "status=withdrawn", f"begins={HUSHED[:6]}"):
        told = get(room, f"{ROOT}/search?{asked}")
        assert (told["total"], told["restricted"], told["hits"]) == (0, 0, [])
    assert get(room, f"{ROOT}/bodies")["total"] == 1
    get(room, f"{ROOT}/body/quibblethorpe-care-limited", 404)


def test_who_is_counted_is_found_among_those_that_are_shown(secret_home: Path) -> None:
    room = client(secret_home)
    for name in (f"{HUSHED} Care Limited", f"{HUSHED} Care", f"{HUSHED.lower()}-care-limited"):
        told = room.get(f"{ROOT}/stats", query_string={"body": name})
        assert told.status_code == 404
        assert told.get_json()["error"]["message"].count(HUSHED) == name.count(HUSHED)
    for name in ("Quibblethorp Care Limited", "Care"):
        assert HUSHED not in room.get(f"{ROOT}/stats", query_string={"body": name}).text
    for name in ("northmoor-district-council", "NORTHMOOR DISTRICT COUNCIL"):
        told = room.get(f"{ROOT}/stats", query_string={"body": name}).get_json()
        assert told["asked"]["bodies"] == ["Northmoor District Council"]
        assert told["total"]["decisions"] == 1


@pytest.mark.parametrize(
    "asked",
    [
        f"body={HUSHED}", f"body={HUSHED}+Care", f"body={HUSHED}+Care+Limited",
        f"category={HUSHED}", f"category={HUSHED}+matters",
    ],
)  # fmt: skip
def test_figures_know_no_name_that_stands_only_on_what_is_withheld(
    secret_home: Path, asked: str
) -> None:
    told = get(client(secret_home), f"{ROOT}/stats?{asked}", 404)["error"]["message"]
    echoed = repr(asked.rpartition("=")[2].replace("+", " "))
    assert HUSHED not in told.replace(echoed, "")


def test_status_counts_outcomes_and_councils_of_what_is_shown(secret_home: Path) -> None:
    told = get(client(secret_home), f"{ROOT}/status")
    assert told["decisions"] == sum(told["statuses"].values())
    shown = get(client(secret_home), f"{ROOT}/search?facet=outcome")
    assert sum(told["outcomes"].values()) == sum(told["kinds"].values()) == shown["total"]
    assert told["councils_and_providers"] == get(client(secret_home), f"{ROOT}/bodies")["total"]


def test_an_earlier_version_is_a_date_and_a_notice(secret_home: Path) -> None:
    told = get(client(secret_home), f"{HERE}/24-001-234@1")
    assert (told["version"], told["versions"]) == (1, 2)
    assert told["notice"]
    assert "form" not in json.dumps(told)


def test_the_local_operator_may_see_what_was_withdrawn_but_nothing_restricted(
    secret_home: Path,
) -> None:
    room = client(secret_home, include_withdrawn=True)
    told = get(room, f"{HERE}/{WITHDRAWN.replace(' ', '-')}")
    assert HUSHED in told["summary"]
    assert "No longer" in told["notice"]
    assert get(room, f"{ROOT}/search?q={HUSHED}")["total"] == 1
    assert "summary" not in get(room, f"{HERE}/{RESTRICTED.replace(' ', '-')}")


# The description


EXAMPLES = [
    f"{HERE}/24-001-234",
    f"{HERE}/23-000-001",
    f"{HERE}/{WITHDRAWN.replace(' ', '-')}",
    f"{HERE}/24-001-234/history",
    f"{HERE}/24-001-234/cite",
    f"{HERE}/24-001-234/similar",
    f"{ROOT}/search?q=housing",
    f"{ROOT}/search?q=tution+housng&facet=body&facet=category&facet=section",
    f"{ROOT}/search?outcome=upheld&sort=remedy",
    f"{ROOT}/changes",
    f"{ROOT}/bodies",
    f"{ROOT}/body/northmoor-district-council",
    f"{ROOT}/stats",
    f"{ROOT}/stats?by=body",
    f"{ROOT}/stats?by=month,outcome",
    f"{ROOT}/stats?outcome=upheld&by=remedy",
    f"{ROOT}/coverage",
    f"{ROOT}/status",
]


def call_of(path: str) -> Any:
    asked = urlsplit(path).path.removeprefix(ROOT).split("/")
    for call in CALLS:
        parts = call.path.split("/")
        if len(parts) == len(asked) and all(
            one == other or one.startswith("{") for one, other in zip(parts, asked, strict=True)
        ):
            return call
    raise AssertionError(path)


def validator(shape: str) -> Draft202012Validator:
    schema = {**schema_of(shape), "components": document()["components"]}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("path", EXAMPLES)
def test_answers_are_as_they_are_described(room: FlaskClient, path: str) -> None:
    validator(call_of(path).answer).validate(get(room, path))


def test_answers_with_everything_in_them_are_as_described(secret_home: Path) -> None:
    room = client(secret_home)
    config = settings(secret_home)
    assert config.database_url
    for path in every_answer(room):
        response = room.get(path)
        shape = call_of(path).answer if response.status_code == 200 else "Error"
        validator(shape).validate(response.get_json())


def test_errors_are_as_described(room: FlaskClient) -> None:
    for path, status in ((f"{ROOT}/search?q=(", 400), (f"{ROOT}/nothing", 404)):
        validator("Error").validate(get(room, path, status))


def test_every_example_covers_a_call_and_every_call_has_one() -> None:
    assert {call_of(path).name for path in EXAMPLES} == {call.name for call in CALLS}


def test_shapes_are_closed_and_their_names_lead_somewhere() -> None:
    told = document()
    for name, schema in told["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        if "properties" in schema:
            assert schema["additionalProperties"] is False, name
    for reference in _references(told):
        at: Any = told
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]
    assert set(told["components"]["schemas"]) == set(SHAPES)


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_the_description_names_every_route_and_no_other(room_home: Path) -> None:
    app = create_app(over(settings(room_home)))
    routes = {
        str(rule).replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if str(rule).startswith(ROOT)
    }
    told = document()
    assert set(told["paths"]) | {f"{ROOT}/openapi.json"} == routes
    for path, item in told["paths"].items():
        named = {one["name"] for one in item["get"]["parameters"] if one["in"] == "path"}
        assert all(f"{{{name}}}" in path for name in named)
    names = [item["get"]["operationId"] for item in told["paths"].values()]
    assert len(set(names)) == len(names)


def test_the_description_has_the_parameters_that_are_read() -> None:
    read = {
        "search": {*ONE, *MANY},
        "similar": {*ONE, *MANY} - {*decisions.NOT_OF_SIMILAR},
        "cite": set(decisions.CITE),
        "changes": set(lists.CHANGES),
        "bodies": set(lists.BODIES),
        "stats": {*figures.STATS, *figures.STATS_MANY},
        "coverage": set(figures.COVERAGE),
    }
    for call in CALLS:
        assert set(call.takes) == read.get(call.name, set()), call.name
        assert set(in_path(call)) <= set(IN_PATH)
        for name, each in call.takes.items():
            many = {"search": MANY, "similar": MANY, "stats": figures.STATS_MANY}
            assert each.many == (name in many.get(call.name, ()))


def test_every_example_and_every_named_value_of_a_parameter_is_understood(
    room: FlaskClient,
) -> None:
    for call in CALLS:
        path = call.path.replace("{source}", "lgsco").replace("{reference}", "24-001-234")
        path = ROOT + path.replace("{slug}", "northmoor-district-council")
        for name, each in call.takes.items():
            for value in (each.example, *each.schema.get("enum", ())):
                response = room.get(path, query_string={name: value})
                assert response.status_code in (200, 404), (path, name, value, response.text)
                Draft202012Validator(dict(each.schema)).validate(value)


def test_the_description_stands_at_its_address(room: FlaskClient) -> None:
    told = get(room, f"{ROOT}/openapi.json")
    assert told["openapi"].startswith("3.1")
    assert told["servers"] == [{"url": "http://localhost"}]
    told = get(client_at("https://archive.example"), f"{ROOT}/openapi.json")
    assert told["servers"] == [{"url": "https://archive.example"}]


def client_at(url: str) -> FlaskClient:
    return client(Path("nowhere"), public_url=url)


def test_the_page_for_people_names_every_call(room: FlaskClient) -> None:
    text = room.get("/api").text
    for call in CALLS:
        assert f'id="call-{call.name}"' in text
        for name in call.takes:
            assert f"<code>{name}</code>" in text


# Hostile texts and odd archives


def test_hostile_texts_come_back_verbatim(room: FlaskClient) -> None:
    for reference in ("24 005 000", "24 005 005"):
        response = room.get(f"{HERE}/{reference.replace(' ', '-')}")
        assert response.data.isascii()
        number = int(reference[-1])
        from tests.exporting import HOSTILE

        assert response.get_json()["title"] == HOSTILE[number]


def test_two_ombudsmen_may_use_one_reference(tmp_path: Path) -> None:
    from dataclasses import replace

    from tests.specimens import SOURCE

    other = replace(SOURCE, key="spso", name="Another Ombudsman", attribution="© Another")
    config = settings(tmp_path)
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        for info, summary in ((SOURCE, "About noise."), (other, "About tuition.")):
            one = replace(decision(summary=summary, findings=()), source=info.key)
            held = archive.save_page(page(body=summary.encode()))
            archive.save_decision(archive.register(info), one, [held], at=NOON)
        Index(config.index_dir).follow(archive)
    room = client(tmp_path)
    assert get(room, f"{ROOT}/decision/spso/24-001-234")["summary"] == "About tuition."
    assert get(room, f"{ROOT}/decision/lgsco/24-001-234")["attribution"] == SOURCE.attribution
    assert get(room, f"{ROOT}/search")["attribution"] == f"{SOURCE.attribution}; © Another"
    get(room, f"{ROOT}/stats", 400)
    assert get(room, f"{ROOT}/stats?source=spso")["source"] == "spso"


def test_an_archive_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    response = client(tmp_path).get(f"{ROOT}/status")
    assert response.status_code == 503
    assert response.headers["Retry-After"]


def test_an_archive_on_either_database_answers(tmp_path: Path, database_url: str) -> None:
    config = Config(home=tmp_path / "home", database_url=database_url)
    fill(config.home, [decision("24 001 234"), decision(WITHDRAWN)], config)
    room = create_app(over(config)).test_client()
    for path in (*EXAMPLES, "/changes.atom", "/search.csv?q=housing&passages=1"):
        if "24-002" in path or "23-000" in path:
            continue
        first = room.get(path)
        assert first.status_code == 200, (path, first.text)
        again = room.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304, path
        if path.startswith(ROOT):
            validator(call_of(path).answer).validate(first.get_json())


# The page of the manual


def examples() -> list[str]:
    page = Path(__file__).resolve().parents[1] / "docs" / "api.md"
    return re.findall(r"^GET (\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_example_of_the_manual_is_answered(room: FlaskClient) -> None:
    asked = examples()
    for path in asked:
        response = room.get(path)
        assert response.status_code == 200, (path, response.text)
        response.close()
    parts = {urlsplit(path).path for path in asked}
    for call in CALLS:
        pattern = re.sub(r"\{\w+\}", "[^/]+", ROOT + call.path)
        assert any(re.fullmatch(pattern, part) for part in parts), call.name
