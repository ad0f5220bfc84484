"""The data dictionary says where a column's values come from, and by which rule.

Revision: 0007. The views, new ones among them, are made anew after every migration; nothing else
changes here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("data_dictionary", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("origin", sa.String(length=16), nullable=False, server_default="archive")
        )
        batch_op.add_column(sa.Column("rule", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("data_dictionary", schema=None) as batch_op:
        batch_op.drop_column("rule")
        batch_op.drop_column("origin")
    op.execute("DELETE FROM archive_meta WHERE key = 'views_version'")
