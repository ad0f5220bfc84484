"""Bodies: one for all spellings of its name, with type, codes, days, successor, and who said so.

Revision ID: 0002
Revises: 0001

Every name there is becomes a spelling of its own body. Which of them are one by rule is not decided
here, because rules get better and a migration must not: the next step of the same writing command
settles it (``archive.body_settling``), and writes to the change log what moved.

Down again, every spelling of a title has a body of its own as before; what a person or an imported
file said about bodies has no place in the old schema and is only in the backup.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_FACTS: tuple[tuple[str, Any], ...] = (
    ("council_code", sa.String(16)),
    ("gss_code", sa.String(16)),
    ("started_on", sa.Date()),
    ("ended_on", sa.Date()),
    ("successor_id", KEY),
)


def upgrade() -> None:
    with op.batch_alter_table("body") as batch_op:
        for name in ("name_by", "type_by"):
            batch_op.add_column(sa.Column(name, sa.String(8), nullable=True))
        for name, kind in _FACTS:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
            batch_op.add_column(sa.Column(f"{name}_by", sa.String(8), nullable=True))
        batch_op.create_foreign_key(op.f("fk_body_successor_id"), "body", ["successor_id"], ["id"])
        batch_op.create_index("ix_body_successor_id", ["successor_id"])
        batch_op.create_index("ix_body_council_code", ["council_code"])
        batch_op.create_index("ix_body_gss_code", ["gss_code"])
    op.create_table(
        "body_name",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_id", KEY, nullable=False),
        sa.Column("said_by", sa.String(8), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "said_by IN ('rule', 'table', 'import', 'person')", name=op.f("ck_body_name_said_by")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_body_name_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_name")),
        sa.UniqueConstraint("name", name=op.f("uq_body_name_name")),
    )
    with op.batch_alter_table("body_name") as batch_op:
        batch_op.create_index("ix_body_name_key", ["key"])
        batch_op.create_index("ix_body_name_body_id", ["body_id"])
    op.execute("UPDATE body SET name_by = 'rule'")
    # The name stands for its key until the names are settled.
    op.execute(
        "INSERT INTO body_name (name, key, body_id, said_by) "
        "SELECT name, name, id, 'rule' FROM body"
    )


def downgrade() -> None:
    op.execute(
        "INSERT INTO body (name) SELECT d.body_name FROM decision d "
        "WHERE NOT EXISTS (SELECT 1 FROM body b WHERE b.name = d.body_name) "
        # In the order in which they were first met, on every database.
        "GROUP BY d.body_name ORDER BY MIN(d.id)"
    )
    op.execute(
        "UPDATE decision SET body_id = (SELECT b.id FROM body b WHERE b.name = decision.body_name)"
    )
    with op.batch_alter_table("body_name") as batch_op:
        batch_op.drop_index("ix_body_name_body_id")
        batch_op.drop_index("ix_body_name_key")
    op.drop_table("body_name")
    op.execute("UPDATE body SET successor_id = NULL")
    op.execute("DELETE FROM body WHERE id NOT IN (SELECT body_id FROM decision)")
    op.execute("DELETE FROM archive_meta WHERE key = 'body_rules'")
    with op.batch_alter_table("body") as batch_op:
        batch_op.drop_index("ix_body_gss_code")
        batch_op.drop_index("ix_body_council_code")
        batch_op.drop_index("ix_body_successor_id")
        batch_op.drop_constraint(op.f("fk_body_successor_id"), type_="foreignkey")
        for name, _ in reversed(_FACTS):
            batch_op.drop_column(f"{name}_by")
            batch_op.drop_column(name)
        for name in ("type_by", "name_by"):
            batch_op.drop_column(name)
