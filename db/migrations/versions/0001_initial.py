"""The first schema: reference data, accounts, cases, journal, search.

Statements that the table definitions cannot say are written out, as they were when this schema was made.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE case_search USING fts5(grams, content='', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
)
POSTGRESQL = (
    "CREATE TABLE case_search (district_id integer NOT NULL, id bigint NOT NULL, grams text[] NOT NULL,"
    " CONSTRAINT pk_case_search PRIMARY KEY (district_id, id))",
    "CREATE INDEX ix_case_search_grams ON case_search USING gin (grams)",
    "CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
    "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal"
    " FOR EACH ROW EXECUTE FUNCTION journal_append_only()",
    "CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal"
    " FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()",
    "ALTER TABLE cases SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01)",
)
AUDIT_SQLITE = tuple(
    f"CREATE TRIGGER tr_audit_no_{verb} BEFORE {verb.upper()} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    for verb in ("update", "delete")
)
AUDIT_POSTGRESQL = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER tr_audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER tr_audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("org_code", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object", sa.String(length=254), nullable=False),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_district_id_at", ["district_id", "at"], unique=False)
        batch_op.create_index("ix_audit_district_id_user_id_at", ["district_id", "user_id", "at"], unique=False)

    op.create_table(
        "calendar_days",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("holiday_name", sa.String(length=40), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "case_units",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "unit_code", "case_id", name=op.f("pk_case_units")),
    )
    with op.batch_alter_table("case_units", schema=None) as batch_op:
        batch_op.create_index("ix_case_units_case", ["district_id", "case_id", "unit_code"], unique=False)

    op.create_table(
        "cases",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("category_id", sa.String(length=12), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report_day", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("street_code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("standard_id", sa.String(length=24), nullable=True),
        sa.Column("limit_value", sa.SmallInteger(), nullable=True),
        sa.Column("limit_unit", sa.String(length=12), nullable=True),
        sa.Column("external_source", sa.String(length=40), nullable=True),
        sa.Column("external_no", sa.String(length=120), nullable=True),
        sa.Column("reporter_user", sa.BigInteger(), nullable=True),
        sa.Column("reporter_org", sa.String(length=24), nullable=True),
        sa.Column("citizen", sa.Boolean(), nullable=False),
        sa.Column("social", sa.Boolean(), nullable=False),
        sa.Column("estate", sa.Boolean(), nullable=False),
        sa.Column("after_hours", sa.Boolean(), nullable=False),
        sa.Column("self_action", sa.String(length=16), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("station_code", sa.String(length=24), nullable=True),
        sa.Column("committee_code", sa.String(length=24), nullable=True),
        sa.Column("lng_e6", sa.Integer(), nullable=True),
        sa.Column("lat_e6", sa.Integer(), nullable=True),
        sa.Column("route", sa.String(length=1), nullable=False),
        sa.Column("unit_code", sa.String(length=24), nullable=True),
        sa.Column("issuer_code", sa.String(length=24), nullable=True),
        sa.Column("first_unit", sa.String(length=24), nullable=True),
        sa.Column("responsible_unit", sa.String(length=24), nullable=True),
        sa.Column("partners", sa.String(length=200), nullable=False),
        sa.Column("rule_id", sa.String(length=40), nullable=True),
        sa.Column("fallback", sa.Boolean(), nullable=False),
        sa.Column("fallback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_unit", sa.String(length=24), nullable=True),
        sa.Column("dispatches", sa.Integer(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("reworks", sa.Integer(), nullable=False),
        sa.Column("reopens", sa.Integer(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("supervisions", sa.Integer(), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unit_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.BigInteger(), nullable=True),
        sa.Column("handled_unit", sa.String(length=24), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_day", sa.Integer(), nullable=True),
        sa.Column("called_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_yellow_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_exact", sa.Boolean(), nullable=False),
        sa.Column("accept_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handle_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_yellow_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_exact", sa.Boolean(), nullable=False),
        sa.Column("handled_on_time", sa.Boolean(), nullable=True),
        sa.Column("whole_on_time", sa.Boolean(), nullable=True),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("satisfaction", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "(done_at IS NULL) = (status NOT IN ('appraised','not_accepted','voided'))", name=op.f("ck_cases_done")
        ),
        sa.CheckConstraint("status <> 'dispatched' OR unit_code IS NOT NULL", name=op.f("ck_cases_ordered_has_unit")),
        sa.CheckConstraint(
            "status IN ('reported','accepted','filed','dispatched','handling','handled','checked','closed','appraised','not_accepted','voided')",
            name=op.f("ck_cases_status_known"),
        ),
        sa.CheckConstraint("(lng_e6 IS NULL) = (lat_e6 IS NULL)", name=op.f("ck_cases_point_whole")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_cases")),
        sa.UniqueConstraint("district_id", "no", name=op.f("uq_cases_district_id_no")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_class_point", ["district_id", "category_id", "lat_e6", "lng_e6"], unique=False)
        batch_op.create_index(
            "ix_cases_open_committee",
            ["district_id", "committee_code", "step", "stage_due_at", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_district",
            ["district_id", "step", "stage_due_at", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_point",
            ["district_id", "lng_e6", "lat_e6"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_station",
            ["district_id", "station_code", "step", "stage_due_at", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_street",
            ["district_id", "street_code", "step", "stage_due_at", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_unit",
            ["district_id", "unit_code", "step", "stage_due_at", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index("ix_cases_recent", ["district_id", "id"], unique=False)
        batch_op.create_index("ix_cases_recent_committee", ["district_id", "committee_code", "id"], unique=False)
        batch_op.create_index("ix_cases_recent_station", ["district_id", "station_code", "id"], unique=False)
        batch_op.create_index(
            "ix_cases_open_reporter",
            ["district_id", "reporter_org", "step", "stage_due_at", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index("ix_cases_recent_reporter", ["district_id", "reporter_org", "id"], unique=False)
        batch_op.create_index("ix_cases_recent_street", ["district_id", "street_code", "id"], unique=False)
        batch_op.create_index(
            "uq_cases_external",
            ["district_id", "external_source", "external_no"],
            unique=True,
            sqlite_where=sa.text("external_no IS NOT NULL"),
            postgresql_where=sa.text("external_no IS NOT NULL"),
        )

    op.create_table(
        "categories",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("standard_ref", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("big_code", sa.String(length=4), nullable=False),
        sa.Column("big_name", sa.String(length=60), nullable=False),
        sa.Column("big_name_en", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("legacy_2013_code", sa.String(length=8), nullable=False),
        sa.Column("mirror_of", sa.String(length=8), nullable=False),
        sa.Column("alias", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("pinyin", sa.String(length=200), nullable=False),
        sa.Column("initials", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("district_id", "standard_ref", "id", name=op.f("pk_categories")),
    )
    op.create_table(
        "channels",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("channel_group", sa.String(length=12), nullable=False),
        sa.Column("external_no_required", sa.Boolean(), nullable=False),
        sa.Column("demo_share_pct", sa.Float(), nullable=False),
        sa.Column("seed_phrase", sa.String(length=200), nullable=False),
        sa.Column("seed_phrase_2", sa.String(length=200), nullable=False),
        sa.Column("other_name", sa.String(length=100), nullable=False),
        sa.Column("shanghai_source_id", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("district_id", "code", name=op.f("pk_channels")),
    )
    op.create_table(
        "checklist_items",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("section", sa.String(length=20), nullable=False),
        sa.Column("veto", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("seed_phrase", sa.String(length=300), nullable=False),
        sa.Column("seed_phrase_2", sa.String(length=300), nullable=False),
        sa.Column("evidence", sa.String(length=40), nullable=False),
        sa.Column("check_text", sa.Text(), nullable=False),
        sa.Column("time_window", sa.String(length=40), nullable=False),
        sa.Column("threshold", sa.String(length=120), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_checklist_items")),
    )
    op.create_table(
        "clauses",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("screen", sa.String(length=120), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("checklist_items", sa.String(length=60), nullable=False),
        sa.Column("kpis", sa.String(length=200), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_clauses")),
    )
    op.create_table(
        "counters",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "name", "day", name=op.f("pk_counters")),
    )
    op.create_table(
        "district_settings",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("case_prefix", sa.String(length=8), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column(
            "periods", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "limits", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "outline", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("attribution", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("district_id", name=op.f("pk_district_settings")),
    )
    op.create_table(
        "drafts",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "user_id", "form", "part", name=op.f("pk_drafts")),
    )
    op.create_table(
        "glossary_terms",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.Column("term_en", sa.String(length=160), nullable=False),
        sa.Column("code_name", sa.String(length=60), nullable=False),
        sa.Column("term_group", sa.String(length=40), nullable=False),
        sa.Column("in_opinion", sa.Boolean(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("district_id", "term", name=op.f("pk_glossary_terms")),
    )
    op.create_table(
        "kpi_texts",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("numerator", sa.Text(), nullable=False),
        sa.Column("denominator", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_kpi_texts")),
    )
    op.create_table(
        "login_failures",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_login_failures")),
    )
    with op.batch_alter_table("login_failures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_login_failures_district_id_address_at", ["district_id", "address", "at"], unique=False
        )

    op.create_table(
        "login_throttle",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("login_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "login_hash", name=op.f("pk_login_throttle")),
    )
    op.create_table(
        "organisations",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("parent_code", sa.String(length=24), nullable=True),
        sa.Column("street_code", sa.String(length=12), nullable=True),
        sa.Column("agency", sa.String(length=40), nullable=True),
        sa.Column("fallback_for", sa.String(length=12), nullable=True),
        sa.Column("direct_dispatch", sa.Boolean(), nullable=False),
        sa.Column("has_login", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("committee_code", sa.String(length=12), nullable=True),
        sa.Column("later_name", sa.String(length=100), nullable=False),
        sa.Column("seed_phrase", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("parent_code IS NULL OR parent_code <> code", name=op.f("ck_organisations_not_own_parent")),
        sa.ForeignKeyConstraint(
            ["district_id", "parent_code"],
            ["organisations.district_id", "organisations.code"],
            name=op.f("fk_organisations_district_id_parent_code_organisations"),
        ),
        sa.PrimaryKeyConstraint("district_id", "code", name=op.f("pk_organisations")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index("ix_organisations_district_id_parent_code", ["district_id", "parent_code"], unique=False)

    op.create_table(
        "photo_bytes",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("thumb", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "sha256", name=op.f("pk_photo_bytes")),
    )
    op.create_table(
        "reference_revision",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("district_id", name=op.f("pk_reference_revision")),
    )
    op.create_table(
        "score_components",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("score_id", sa.String(length=40), nullable=False),
        sa.Column("score_name", sa.String(length=80), nullable=False),
        sa.Column("score_name_en", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kpi_id", sa.String(length=60), nullable=False),
        sa.Column("transform", sa.Text(), nullable=False),
        sa.Column("weight_percent", sa.Float(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_score_components")),
    )
    op.create_table(
        "streets",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code_2015", sa.String(length=12), nullable=False),
        sa.Column("district_2015", sa.String(length=40), nullable=False),
        sa.Column("area_km2", sa.Float(), nullable=False),
        sa.Column("label_lon", sa.Float(), nullable=False),
        sa.Column("label_lat", sa.Float(), nullable=False),
        sa.Column(
            "ring", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("district_id", "code", name=op.f("pk_streets")),
    )
    op.create_table(
        "users",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("lang", sa.String(length=10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_users")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index("uq_users_district_id_login", ["district_id", "login"], unique=True)

    op.create_table(
        "contacts",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("masked", sa.String(length=60), nullable=False),
        sa.Column("phone_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["district_id", "case_id"], ["cases.district_id", "cases.id"], name="fk_contacts_case"),
        sa.PrimaryKeyConstraint("district_id", "case_id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index("ix_contacts_phone", ["district_id", "phone_hash"], unique=False)

    op.create_table(
        "journal",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_role", sa.String(length=24), nullable=False),
        sa.Column("actor_org", sa.String(length=24), nullable=False),
        sa.Column("status_from", sa.String(length=16), nullable=True),
        sa.Column("status_to", sa.String(length=16), nullable=False),
        sa.Column(
            "answers", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "changes", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "because", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("command_key", sa.String(length=64), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["district_id", "case_id"], ["cases.district_id", "cases.id"], name="fk_journal_case"),
        sa.PrimaryKeyConstraint("district_id", "case_id", "seq", name=op.f("pk_journal")),
        sa.UniqueConstraint("district_id", "command_key", name=op.f("uq_journal_district_id_command_key")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("ix_journal_day", ["district_id", "day", "move"], unique=False)

    op.create_table(
        "login_sessions",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("org_code", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "user_id"],
            ["users.district_id", "users.id"],
            name=op.f("fk_login_sessions_district_id_user_id_users"),
        ),
        sa.PrimaryKeyConstraint("district_id", "token_hash", name=op.f("pk_login_sessions")),
    )
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_login_sessions_district_id_expires_at", ["district_id", "expires_at"], unique=False)
        batch_op.create_index("ix_login_sessions_district_id_user_id", ["district_id", "user_id"], unique=False)

    op.create_table(
        "login_tickets",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticket_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("org_code", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=2000), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "user_id"],
            ["users.district_id", "users.id"],
            name=op.f("fk_login_tickets_district_id_user_id_users"),
        ),
        sa.PrimaryKeyConstraint("district_id", "ticket_hash", name=op.f("pk_login_tickets")),
    )
    op.create_table(
        "memberships",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("org_code", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "user_id"],
            ["users.district_id", "users.id"],
            name=op.f("fk_memberships_district_id_user_id_users"),
        ),
        sa.PrimaryKeyConstraint("district_id", "user_id", "role", "org_code", name=op.f("pk_memberships")),
    )
    op.create_table(
        "photos",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id", "case_id"], ["cases.district_id", "cases.id"], name="fk_photos_case"),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_photos")),
    )
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.create_index("ix_photos_case", ["district_id", "case_id", "seq"], unique=False)

    op.create_table(
        "responsibility_rules",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code_prefix", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=True),
        sa.Column("street_code", sa.String(length=12), nullable=True),
        sa.Column("org", sa.String(length=24), nullable=True),
        sa.Column("agency", sa.String(length=40), nullable=True),
        sa.Column("station", sa.String(length=16), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN org IS NULL THEN 0 ELSE 1 END) + (CASE WHEN agency IS NULL THEN 0 ELSE 1 END) + (CASE WHEN station IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_responsibility_rules_one_owner"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "org"],
            ["organisations.district_id", "organisations.code"],
            name=op.f("fk_responsibility_rules_district_id_org_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "street_code"],
            ["streets.district_id", "streets.code"],
            name=op.f("fk_responsibility_rules_district_id_street_code_streets"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_responsibility_rules")),
    )
    op.create_table(
        "standards",
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("standard_ref", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("category_id", sa.String(length=12), nullable=False),
        sa.Column("condition", sa.String(length=200), nullable=False),
        sa.Column("condition_en", sa.String(length=300), nullable=False),
        sa.Column("limit_value", sa.SmallInteger(), nullable=False),
        sa.Column("limit_unit", sa.String(length=12), nullable=False),
        sa.Column("closing_condition", sa.String(length=200), nullable=False),
        sa.Column("closing_condition_en", sa.String(length=300), nullable=False),
        sa.Column("basis", sa.String(length=60), nullable=False),
        sa.Column("wording", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("limit_value > 0", name=op.f("ck_standards_limit_positive")),
        sa.ForeignKeyConstraint(
            ["district_id", "standard_ref", "category_id"],
            ["categories.district_id", "categories.standard_ref", "categories.id"],
            name=op.f("fk_standards_district_id_standard_ref_category_id_categories"),
        ),
        sa.PrimaryKeyConstraint("district_id", "standard_ref", "id", name=op.f("pk_standards")),
    )
    with op.batch_alter_table("standards", schema=None) as batch_op:
        batch_op.create_index("ix_standards_district_id_category_id", ["district_id", "category_id"], unique=False)

    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE + AUDIT_SQLITE if sqlite else POSTGRESQL + AUDIT_POSTGRESQL:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    op.execute("DROP TABLE case_search")
    with op.batch_alter_table("standards", schema=None) as batch_op:
        batch_op.drop_index("ix_standards_district_id_category_id")

    op.drop_table("standards")
    op.drop_table("responsibility_rules")
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_index("ix_photos_case")

    op.drop_table("photos")
    op.drop_table("memberships")
    op.drop_table("login_tickets")
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_login_sessions_district_id_user_id")
        batch_op.drop_index("ix_login_sessions_district_id_expires_at")

    op.drop_table("login_sessions")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_day")

    op.drop_table("journal")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index("ix_contacts_phone")

    op.drop_table("contacts")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index("uq_users_district_id_login")

    op.drop_table("users")
    op.drop_table("streets")
    op.drop_table("score_components")
    op.drop_table("reference_revision")
    op.drop_table("photo_bytes")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_index("ix_organisations_district_id_parent_code")

    op.drop_table("organisations")
    op.drop_table("login_throttle")
    with op.batch_alter_table("login_failures", schema=None) as batch_op:
        batch_op.drop_index("ix_login_failures_district_id_address_at")

    op.drop_table("login_failures")
    op.drop_table("kpi_texts")
    op.drop_table("glossary_terms")
    op.drop_table("drafts")
    op.drop_table("district_settings")
    op.drop_table("counters")
    op.drop_table("clauses")
    op.drop_table("checklist_items")
    op.drop_table("channels")
    op.drop_table("categories")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cases_external",
            sqlite_where=sa.text("external_no IS NOT NULL"),
            postgresql_where=sa.text("external_no IS NOT NULL"),
        )
        batch_op.drop_index("ix_cases_recent_street")
        batch_op.drop_index("ix_cases_recent_station")
        batch_op.drop_index("ix_cases_recent_committee")
        batch_op.drop_index("ix_cases_recent_reporter")
        batch_op.drop_index(
            "ix_cases_open_reporter",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.drop_index("ix_cases_recent")
        batch_op.drop_index(
            "ix_cases_open_unit", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )
        batch_op.drop_index(
            "ix_cases_open_street", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )
        batch_op.drop_index(
            "ix_cases_open_station",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_cases_open_point", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )
        batch_op.drop_index(
            "ix_cases_open_district",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_cases_open_committee",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.drop_index("ix_cases_class_point")

    op.drop_table("cases")
    with op.batch_alter_table("case_units", schema=None) as batch_op:
        batch_op.drop_index("ix_case_units_case")

    op.drop_table("case_units")
    op.drop_table("calendar_days")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_district_id_user_id_at")
        batch_op.drop_index("ix_audit_district_id_at")

    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_append_only()")
        op.execute("DROP FUNCTION refuse_change()")
