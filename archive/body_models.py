"""The tables of councils and providers, and of the spellings of their names."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped

from archive.records import Said
from archive.tables import KEY, Base, column, one_of


def _said(about: str) -> Any:
    return column(
        String(8), f"Who says {about}: rule, table, import or person", derived=True, example="rule"
    )


class BodyRow(Base):
    __tablename__ = "body"
    __table_args__ = (
        Index("ix_body_successor_id", "successor_id"),
        Index("ix_body_council_code", "council_code"),
        Index("ix_body_gss_code", "gss_code"),
    )
    id: Mapped[int] = column(KEY, "Number of the council or provider", primary_key=True)
    name: Mapped[str] = column(
        Text,
        "Its one name, for all spellings; always one of body_name.name",
        unique=True,
        derived=True,
        example="Hampshire County Council",
        rule="Spellings with the same body_name.key are one; persons and imports outweigh the rule",
    )
    name_by: Mapped[str | None] = _said("the name; rule: a spelling of the titles")
    type: Mapped[str | None] = column(
        String(32),
        "Type of authority or provider: district, county, unitary, london_borough, metropolitan, "
        "combined_authority, nhs, care_provider, school, other; empty: cannot be told",
        derived=True,
        example="county",
        rule="Words of the name and our table of councils; persons and imports outweigh them",
    )
    type_by: Mapped[str | None] = _said("the type")
    council_code: Mapped[str | None] = column(
        String(16),
        "Code of the council in a table that was imported",
        derived=True,
        example="HAM",
        rule="The file that was imported",
    )
    council_code_by: Mapped[str | None] = _said("the code")
    gss_code: Mapped[str | None] = column(
        String(16),
        "Code of the council's area, of the Office for National Statistics",
        derived=True,
        example="E10000014",
        rule="The file that was imported",
    )
    gss_code_by: Mapped[str | None] = _said("the GSS code")
    started_on: Mapped[date | None] = column(
        Date,
        "First day of the council",
        derived=True,
        unit="ISO date",
        example="2023-04-01",
        rule="Our table of councils, an import or a person",
    )
    started_on_by: Mapped[str | None] = _said("the first day")
    ended_on: Mapped[date | None] = column(
        Date,
        "Last day of the council",
        derived=True,
        unit="ISO date",
        example="2023-03-31",
        rule="Our table of councils, an import or a person",
    )
    ended_on_by: Mapped[str | None] = _said("the last day")
    successor_id: Mapped[int | None] = column(
        KEY,
        "The council that took over",
        ForeignKey("body.id"),
        derived=True,
        rule="Our table of councils, an import or a person",
    )
    successor_id_by: Mapped[str | None] = _said("the successor")


class BodyNameRow(Base):
    __tablename__ = "body_name"
    __table_args__ = (
        Index("ix_body_name_key", "key"),
        Index("ix_body_name_body_id", "body_id"),
        one_of("said_by", Said),
    )
    id: Mapped[int] = column(KEY, "Number of the spelling", primary_key=True)
    name: Mapped[str] = column(
        Text,
        "A spelling of a name, verbatim",
        unique=True,
        example="Hampshire County Council",
        verbatim=True,
    )
    key: Mapped[str] = column(
        Text,
        "The spelling without case, punctuation and the like; equal where only these differ",
        derived=True,
        example="hampshire county council",
        rule="archive/body_names.py",
    )
    body_id: Mapped[int] = column(
        KEY,
        "The council or provider of this name",
        ForeignKey("body.id"),
        derived=True,
        rule="The very spelling, else the key",
    )
    said_by: Mapped[str] = column(
        String(8),
        "Who says so: rule, table (ours), import (a file) or person",
        derived=True,
        example="rule",
    )
    before: Mapped[str | None] = column(
        Text,
        "What was known of its own body before a person merged that into this one, JSON",
        derived=True,
    )
