"""Where captures that somebody else made came from.

Revision: 0008. Columns are spelt out here and do not follow the models when those change.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "page_origin",
        sa.Column("page_id", KEY, autoincrement=False, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("container", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("dated_by", sa.String(length=16), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=16), nullable=False),
        sa.CheckConstraint("form IN ('file', 'warc', 'wacz')", name=op.f("ck_page_origin_form")),
        sa.CheckConstraint(
            "dated_by IN ('capture', 'list', 'address', 'page', 'file')",
            name=op.f("ck_page_origin_dated_by"),
        ),
        sa.CheckConstraint(
            "text IN ('version', 'same', 'earlier')", name=op.f("ck_page_origin_text")
        ),
        sa.ForeignKeyConstraint(
            ["page_id"],
            ["page.id"],
            name=op.f("fk_page_origin_page_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_page_origin_decision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_page_origin")),
    )
    with op.batch_alter_table("page_origin", schema=None) as batch_op:
        batch_op.create_index("ix_page_origin_decision_id", ["decision_id"], unique=False)


def downgrade() -> None:
    """The captures stay; only where they came from is forgotten."""
    with op.batch_alter_table("page_origin", schema=None) as batch_op:
        batch_op.drop_index("ix_page_origin_decision_id")
    op.drop_table("page_origin")
