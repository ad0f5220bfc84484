"""What a person corrects in the remedies outlives every reading of the page.

Revision: 0004. Columns are spelt out here and do not follow the models when those change.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "remedy_correction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("correction", sa.String(length=16), nullable=False),
        sa.Column("fits", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("paragraph_sha256", sa.String(length=64), nullable=False),
        sa.Column("paragraph_number", sa.Integer(), nullable=True),
        sa.Column("paragraph_ordinal", sa.Integer(), nullable=False),
        sa.Column("section_position", sa.Integer(), nullable=False),
        sa.Column("char_start", sa.Integer(), nullable=False),
        sa.Column("char_end", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("occurrences", sa.Integer(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount_pence", KEY, nullable=True),
        sa.Column("rate_pence", KEY, nullable=True),
        sa.Column("rate_period", sa.String(length=16), nullable=True),
        sa.Column("share_percent", sa.Float(), nullable=True),
        sa.Column("payee", sa.Text(), nullable=True),
        sa.Column("is_total", sa.Boolean(), nullable=False),
        sa.Column("deadline", sa.String(length=16), nullable=True),
        sa.Column("per_person", sa.Boolean(), nullable=False),
        sa.Column("machine_then", sa.Text(), nullable=False),
        sa.Column("machine_now", sa.Text(), nullable=False),
        sa.Column("beside", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "correction IN ('changed', 'removed', 'added')",
            name=op.f("ck_remedy_correction_correction"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_remedy_correction_decision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy_correction")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("remedy_correction", schema=None) as batch_op:
        batch_op.create_index("ix_remedy_correction_decision_id", ["decision_id"], unique=False)
    with op.batch_alter_table("remedy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("correction_id", KEY, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_remedy_correction_id"),
            "remedy_correction",
            ["correction_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_index("ix_remedy_correction_id", ["correction_id"], unique=False)


def downgrade() -> None:
    """Corrections are lost. Decisions that had any are read anew by the next ``reparse``."""
    op.execute(
        "UPDATE decision SET reading_sha256 = '' WHERE id IN "
        "(SELECT decision_id FROM remedy_correction WHERE undone_at IS NULL)"
    )
    with op.batch_alter_table("remedy", schema=None) as batch_op:
        batch_op.drop_index("ix_remedy_correction_id")
        batch_op.drop_constraint(op.f("fk_remedy_correction_id"), type_="foreignkey")
        batch_op.drop_column("correction_id")
    with op.batch_alter_table("remedy_correction", schema=None) as batch_op:
        batch_op.drop_index("ix_remedy_correction_decision_id")
    op.drop_table("remedy_correction")
