"""Which paragraphs are standard wording.

Revision: 0005. Nothing is marked here: `decisions index` works the marks out.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "boilerplate",
        sa.Column("paragraph_id", KEY, autoincrement=False, nullable=False),
        sa.Column("cluster", sa.String(length=16), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["paragraph_id"],
            ["paragraph.id"],
            name=op.f("fk_boilerplate_paragraph_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("paragraph_id", name=op.f("pk_boilerplate")),
    )
    with op.batch_alter_table("boilerplate", schema=None) as batch_op:
        batch_op.create_index("ix_boilerplate_cluster", ["cluster"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("boilerplate", schema=None) as batch_op:
        batch_op.drop_index("ix_boilerplate_cluster")
    op.drop_table("boilerplate")
    op.execute("DELETE FROM archive_meta WHERE key = 'boilerplate'")
