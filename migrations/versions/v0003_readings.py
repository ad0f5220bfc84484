"""Kinds of citations, sums for each person, and cross-references.

Revision: 0003. What is already held stays a statute and a sum for one until ``decisions reparse``
reads it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=16), nullable=False, server_default="statute")
        )
    with op.batch_alter_table("remedy", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("per_person", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_table(
        "cross_reference",
        sa.Column("id", KEY, nullable=False),
        sa.Column("paragraph_id", KEY, nullable=False),
        sa.Column("char_start", sa.Integer(), nullable=False),
        sa.Column("char_end", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("target_id", KEY, nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paragraph_id"],
            ["paragraph.id"],
            name=op.f("fk_cross_reference_paragraph_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["paragraph.id"],
            name=op.f("fk_cross_reference_target_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cross_reference")),
    )
    with op.batch_alter_table("cross_reference", schema=None) as batch_op:
        batch_op.create_index("ix_cross_reference_paragraph_id", ["paragraph_id"], unique=False)
        batch_op.create_index("ix_cross_reference_target_id", ["target_id"], unique=False)


def downgrade() -> None:
    """What has no place in the old schema is lost; every page is read anew by ``reparse``."""
    # Else the next reparse would find each reading the one it holds, and bring nothing back.
    op.execute("UPDATE decision SET reading_sha256 = ''")
    with op.batch_alter_table("cross_reference", schema=None) as batch_op:
        batch_op.drop_index("ix_cross_reference_target_id")
        batch_op.drop_index("ix_cross_reference_paragraph_id")

    op.drop_table("cross_reference")
    with op.batch_alter_table("remedy", schema=None) as batch_op:
        batch_op.drop_column("per_person")
    # Without the column everything would pass for a statute.
    op.execute("DELETE FROM citation WHERE kind <> 'statute'")
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.drop_column("kind")
