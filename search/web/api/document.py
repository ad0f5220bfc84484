"""The description of the API in OpenAPI 3.1, made from the tables. Pure."""

from __future__ import annotations

import re
from typing import Any

from archive import __version__
from search.web.api.answering import ROOT
from search.web.api.calls import CALLS, IN_PATH, Call, Parameter
from search.web.api.shapes import schemas

TITLE = "An archive of Ombudsman decisions"

ABOUT = """\
Read-only. Every answer carries `schema` (the version of its shape; new keys do not raise it) and
`attribution` (to stand wherever a text is passed on). A text that the Ombudsman withdrew, or about
which a question is open, comes as its reference, its date and a `notice`; its words are in no
answer, no count of a search and no list. Lists have `next` and `Link` headers. Every answer has an
`ETag`: send it back as `If-None-Match`, and what is still good costs you 304 and no body."""

ERRORS = {
    "400": "A parameter, or the query, cannot be meant; the message says which and what can be.",
    "404": "Nothing is held under that address.",
    "414": "The address is too long: all parameters together have 8,000 characters at most.",
    "503": "It took too long, too much is asked at once, or the archive cannot be read just now; "
    "see `Retry-After`.",
}


def document(server: str = "/") -> dict[str, Any]:
    """The whole description; ``server`` is where the room is reached."""
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": __version__, "description": ABOUT},
        "servers": [{"url": server}],
        "paths": {ROOT + call.path: {"get": _operation(call)} for call in CALLS},
        "components": {
            "schemas": schemas(),
            "responses": {
                f"Error{status}": {"description": words, "content": _json("Error")}
                for status, words in ERRORS.items()
            },
        },
    }


def in_path(call: Call) -> list[str]:
    """The names in braces of a call's address."""
    return re.findall(r"\{(\w+)\}", call.path)


def repeated(each: Parameter) -> str:
    """What it means to give a parameter more than once, as a sentence that follows another."""
    if not each.many:
        return ""
    return f" May be repeated: {'all' if each.all_of else 'any'} of them."


def _operation(call: Call) -> dict[str, Any]:
    parameters = [_parameter(name, IN_PATH[name], "path") for name in in_path(call)]
    parameters += [_parameter(name, each, "query") for name, each in call.takes.items()]
    return {
        "operationId": call.name,
        "summary": call.words,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {
                    "ETag": {"schema": {"type": "string"}, "description": "Of this very state."},
                    "Link": {
                        "schema": {"type": "string"},
                        "description": "Pages, terms (RFC 8288).",
                    },
                },
                "content": _json(call.answer),
            },
            "304": {"description": "What you have is still good."},
            **{status: {"$ref": f"#/components/responses/Error{status}"} for status in ERRORS},
            "431": {
                "description": "The request is longer still; the server says so in a line of text.",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
        },
    }


def _parameter(name: str, each: Parameter, where: str) -> dict[str, Any]:
    schema = dict(each.schema)
    if each.many:
        schema = {"type": "array", "items": schema, "maxItems": 20}
    found: dict[str, Any] = {
        "name": name,
        "in": where,
        "required": where == "path",
        "description": each.words + repeated(each),
        "schema": schema,
    }
    # Of a list, an example is a list.
    found["example"] = [each.example] if each.many else each.example
    if each.many:
        found |= {"style": "form", "explode": True}
    return found


def _json(shape: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
