"""The first schema: decisions, captures, versions, changes, listings.

Revision: 0001. Columns are spelt out here and do not follow the models when those change.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "archive_meta",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_archive_meta")),
    )
    op.create_table(
        "body",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("name", name=op.f("uq_body_name")),
    )
    op.create_table(
        "data_dictionary",
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("column_name", sa.String(length=64), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "column_name", name=op.f("pk_data_dictionary")),
    )
    op.create_table(
        "page",
        sa.Column("id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body_zstd", sa.LargeBinary(), nullable=True),
        sa.Column("body_page_id", KEY, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["body_page_id"], ["page.id"], name=op.f("fk_page_body_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
    )
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index("ix_page_sha256", ["sha256"], unique=False)
        batch_op.create_index("ix_page_url", ["url"], unique=False)

    op.create_table(
        "source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("enumeration", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("key", name=op.f("uq_source_key")),
    )
    op.create_table(
        "crawl",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("received_bytes", KEY, nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("amended", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_crawl_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl")),
    )
    op.create_table(
        "listing_window",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("stated", sa.Integer(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("mismatches", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'proven', 'unproven', 'disputed', 'split')",
            name=op.f("ck_listing_window_state"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_listing_window_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_window")),
        sa.UniqueConstraint(
            "source_id",
            "body",
            "first_day",
            "last_day",
            name=op.f("uq_listing_window_source_id_body_first_day_last_day"),
        ),
    )
    op.create_table(
        "decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("reference_key", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body_id", KEY, nullable=False),
        sa.Column("body_name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("subcategory", sa.Text(), nullable=True),
        sa.Column("category_raw", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("outcome_raw", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_on_raw", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("satisfied_on", sa.Date(), nullable=True),
        sa.Column("satisfied_on_raw", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_crawl_id", KEY, nullable=True),
        sa.Column("lag_days", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("reading_sha256", sa.String(length=64), nullable=False),
        sa.Column("shared_sha256", sa.String(length=64), nullable=True),
        sa.Column("parser_version", sa.String(length=32), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('statement', 'report')", name=op.f("ck_decision_kind")),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'not_upheld', 'closed', 'unknown')",
            name=op.f("ck_decision_outcome"),
        ),
        sa.CheckConstraint(
            "status IN ('live', 'expired', 'withdrawn')", name=op.f("ck_decision_status")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_decision_body_id")),
        sa.ForeignKeyConstraint(
            ["first_crawl_id"], ["crawl.id"], name=op.f("fk_decision_first_crawl_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_decision_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("source_id", "reference", name=op.f("uq_decision_source_id_reference")),
        sa.UniqueConstraint(
            "source_id", "reference_key", name=op.f("uq_decision_source_id_reference_key")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_body_id", ["body_id"], unique=False)
        batch_op.create_index("ix_decision_decided_on", ["decided_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_decision_first_crawl_id"), ["first_crawl_id"], unique=False
        )
        batch_op.create_index("ix_decision_last_seen_at", ["last_seen_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_decision_shared_sha256"), ["shared_sha256"], unique=False
        )

    op.create_table(
        "decision_link",
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_decision_link_decision_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["decision.id"],
            name=op.f("fk_decision_link_other_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", "other_id", "kind", name=op.f("pk_decision_link")),
    )
    with op.batch_alter_table("decision_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_link_other_id"), ["other_id"], unique=False)

    op.create_table(
        "decision_url",
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_decision_url_decision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", "url", name=op.f("pk_decision_url")),
    )
    op.create_table(
        "finding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("outcome_raw", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'not_upheld', 'closed', 'unknown')",
            name=op.f("ck_finding_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_finding_decision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint(
            "decision_id", "position", name=op.f("uq_finding_decision_id_position")
        ),
    )
    op.create_table(
        "listed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("reference_key", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("outcome_raw", sa.Text(), nullable=True),
        sa.Column("subcategory", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_on_raw", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("first_listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lag_days", sa.Integer(), nullable=True),
        sa.Column("last_listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("missing_runs", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", KEY, nullable=True),
        sa.CheckConstraint(
            "state IN ('wanted', 'held', 'failed', 'unavailable', 'gone')",
            name=op.f("ck_listed_state"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_listed_decision_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_listed_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed")),
        sa.UniqueConstraint("source_id", "url", name=op.f("uq_listed_source_id_url")),
    )
    with op.batch_alter_table("listed", schema=None) as batch_op:
        batch_op.create_index("ix_listed_decided_on", ["decided_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_listed_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index("ix_listed_reference_key", ["reference_key"], unique=False)
        batch_op.create_index("ix_listed_state", ["state"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("parser_version", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_revision_decision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("decision_id", "number", name=op.f("uq_revision_decision_id_number")),
    )
    op.create_table(
        "section",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_section_decision_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["section.id"], name=op.f("fk_section_parent_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint(
            "decision_id", "position", name=op.f("uq_section_decision_id_position")
        ),
    )
    with op.batch_alter_table("section", schema=None) as batch_op:
        batch_op.create_index("ix_section_kind", ["kind"], unique=False)
        batch_op.create_index("ix_section_parent_id", ["parent_id"], unique=False)

    op.create_table(
        "change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision_id", KEY, nullable=True),
        sa.CheckConstraint(
            "kind IN ('added', 'amended', 'withdrawn', 'expired', 'restored', 'erased', 'derived')",
            name=op.f("ck_change_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revision.id"],
            name=op.f("fk_change_revision_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_decision_id", ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "paragraph",
        sa.Column("id", KEY, nullable=False),
        sa.Column("section_id", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_paragraph_section_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paragraph")),
        sa.UniqueConstraint("section_id", "ordinal", name=op.f("uq_paragraph_section_id_ordinal")),
    )
    op.create_table(
        "revision_page",
        sa.Column("revision_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_revision_page_page_id")),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revision.id"],
            name=op.f("fk_revision_page_revision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("revision_id", "position", name=op.f("pk_revision_page")),
    )
    with op.batch_alter_table("revision_page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_page_page_id"), ["page_id"], unique=False)

    op.create_table(
        "citation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("paragraph_id", KEY, nullable=False),
        sa.Column("char_start", sa.Integer(), nullable=False),
        sa.Column("char_end", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("provision", sa.Text(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paragraph_id"],
            ["paragraph.id"],
            name=op.f("fk_citation_paragraph_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation")),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index("ix_citation_paragraph_id", ["paragraph_id"], unique=False)

    op.create_table(
        "remedy",
        sa.Column("id", KEY, nullable=False),
        sa.Column("paragraph_id", KEY, nullable=False),
        sa.Column("char_start", sa.Integer(), nullable=False),
        sa.Column("char_end", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount_pence", KEY, nullable=True),
        sa.Column("rate_pence", KEY, nullable=True),
        sa.Column("rate_period", sa.String(length=16), nullable=True),
        sa.Column("share_percent", sa.Float(), nullable=True),
        sa.Column("payee", sa.Text(), nullable=True),
        sa.Column("is_total", sa.Boolean(), nullable=False),
        sa.Column("deadline", sa.String(length=16), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["paragraph_id"],
            ["paragraph.id"],
            name=op.f("fk_remedy_paragraph_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
    )
    with op.batch_alter_table("remedy", schema=None) as batch_op:
        batch_op.create_index("ix_remedy_paragraph_id", ["paragraph_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("remedy", schema=None) as batch_op:
        batch_op.drop_index("ix_remedy_paragraph_id")

    op.drop_table("remedy")
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.drop_index("ix_citation_paragraph_id")

    op.drop_table("citation")
    with op.batch_alter_table("revision_page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_page_page_id"))

    op.drop_table("revision_page")
    op.drop_table("paragraph")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_revision_id"))
        batch_op.drop_index("ix_change_decision_id")

    op.drop_table("change")
    with op.batch_alter_table("section", schema=None) as batch_op:
        batch_op.drop_index("ix_section_parent_id")
        batch_op.drop_index("ix_section_kind")

    op.drop_table("section")
    op.drop_table("revision")
    with op.batch_alter_table("listed", schema=None) as batch_op:
        batch_op.drop_index("ix_listed_state")
        batch_op.drop_index("ix_listed_reference_key")
        batch_op.drop_index(batch_op.f("ix_listed_decision_id"))
        batch_op.drop_index("ix_listed_decided_on")

    op.drop_table("listed")
    op.drop_table("finding")
    op.drop_table("decision_url")
    with op.batch_alter_table("decision_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_link_other_id"))

    op.drop_table("decision_link")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_shared_sha256"))
        batch_op.drop_index("ix_decision_last_seen_at")
        batch_op.drop_index(batch_op.f("ix_decision_first_crawl_id"))
        batch_op.drop_index("ix_decision_decided_on")
        batch_op.drop_index("ix_decision_body_id")

    op.drop_table("decision")
    op.drop_table("listing_window")
    op.drop_table("crawl")
    op.drop_table("source")
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index("ix_page_url")
        batch_op.drop_index("ix_page_sha256")

    op.drop_table("page")
    op.drop_table("data_dictionary")
    op.drop_table("body")
    op.drop_table("archive_meta")
