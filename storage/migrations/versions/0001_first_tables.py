"""First tables. Forward only: going back is restoring a backup."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "activities_seen",
        sa.Column("conversation_id", sa.String(length=512), nullable=False),
        sa.Column("activity_id", sa.String(length=512), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("owed", sa.Text()),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "activity_id", name=op.f("pk_activities_seen")),
    )
    op.create_index(op.f("ix_activities_seen_at"), "activities_seen", ["at"])
    op.create_index(
        "ix_activities_seen_owed",
        "activities_seen",
        ["at"],
        sqlite_where=sa.text("outcome = 'answering'"),
        postgresql_where=sa.text("outcome = 'answering'"),
    )
    op.create_table(
        "conversation_state",
        sa.Column("conversation_id", sa.String(length=512), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversation_state")),
    )
    op.create_table(
        "drafts",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "flow", name=op.f("pk_drafts")),
    )
    op.create_table(
        "facilitators",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("team", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("side IN ('union', 'employer')", name=op.f("ck_facilitators_side")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_facilitators")),
    )
    op.create_table(
        "grants",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Text()),
        sa.CheckConstraint("role IN ('coordinator', 'administrator')", name=op.f("ck_grants_role")),
        sa.CheckConstraint("side IN ('', 'union', 'employer')", name=op.f("ck_grants_side")),
        sa.PrimaryKeyConstraint("person_id", "role", "region", "side", name=op.f("pk_grants")),
    )
    op.create_table(
        "history",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_history")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_history_entry_id")),
    )
    op.create_index(op.f("ix_history_subject_at_seq"), "history", ["subject", "at", "seq"])
    op.create_table(
        "live_cards",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", "person_id", name=op.f("pk_live_cards")),
    )
    op.create_index(op.f("ix_live_cards_activity_id"), "live_cards", ["activity_id"])
    op.create_table(
        "outbox",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipient_id", sa.Text()),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("repeatable", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("lease_token", sa.Text()),
        sa.Column("receipt", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "(state IN ('leased', 'sending')) = (lease_token IS NOT NULL AND lease_until IS NOT NULL)",
            name=op.f("ck_outbox_lease"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'sending', 'sent', 'skipped', 'dead')",
            name=op.f("ck_outbox_state"),
        ),
        sa.CheckConstraint(
            "via IN ('chat', 'refresh', 'mail', 'activity', 'meeting')", name=op.f("ck_outbox_via")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
        sa.UniqueConstraint("row_id", name=op.f("uq_outbox_row_id")),
    )
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["done_at"],
        sqlite_where=sa.text("state IN ('dead')"),
        postgresql_where=sa.text("state IN ('dead')"),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at", "seq"],
        sqlite_where=sa.text("state IN ('pending')"),
        postgresql_where=sa.text("state IN ('pending')"),
    )
    op.create_index(
        "ix_outbox_leases",
        "outbox",
        ["lease_until", "seq"],
        sqlite_where=sa.text("lease_until IS NOT NULL"),
        postgresql_where=sa.text("lease_until IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_subject",
        "outbox",
        ["subject"],
        sqlite_where=sa.text("state IN ('pending')"),
        postgresql_where=sa.text("state IN ('pending')"),
    )
    op.create_table(
        "people",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("mail", sa.Text()),
        sa.Column("department", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("locale", sa.Text()),
        sa.Column("zone", sa.Text()),
        sa.Column("teams_zone", sa.Text()),
        sa.Column("conversation_id", sa.Text()),
        sa.Column("service_url", sa.Text()),
        sa.Column("welcomed_at", sa.DateTime(timezone=True)),
        sa.Column("unreachable_at", sa.DateTime(timezone=True)),
        sa.Column("muted", sa.JSON(), nullable=False),
        sa.Column("skipped_reminders", sa.JSON(), nullable=False),
        sa.Column("last_organization", sa.Text()),
        sa.Column("last_region", sa.Text()),
        sa.Column("last_team", sa.Text()),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people")),
    )
    op.create_table(
        "request_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_request_counters")),
    )
    op.create_table(
        "requests",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("requester_id", sa.Text(), nullable=False),
        sa.Column("counterpart_id", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("offering", sa.Text(), nullable=False),
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("preferred_at", sa.JSON(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("accessibility", sa.JSON(), nullable=False),
        sa.Column("accessibility_note", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("agreed_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("nudged_at", sa.DateTime(timezone=True)),
        sa.Column("declined_by", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("side IN ('union', 'employer')", name=op.f("ck_requests_side")),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'agreed', 'in_review', 'needs_information', 'approved', 'scheduled', 'completed', 'declined', 'withdrawn', 'expired')",
            name=op.f("ck_requests_status"),
        ),
        sa.CheckConstraint("visibility IN ('team', 'open')", name=op.f("ck_requests_visibility")),
        sa.CheckConstraint("participants > 0", name=op.f("ck_requests_participants")),
        sa.CheckConstraint("requester_id <> counterpart_id", name=op.f("ck_requests_joint")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_requests")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_requests_year_number")),
    )
    op.create_index(
        "ix_requests_awaiting",
        "requests",
        ["region", "agreed_at"],
        sqlite_where=sa.text("status IN ('agreed', 'approved', 'in_review', 'needs_information')"),
        postgresql_where=sa.text(
            "status IN ('agreed', 'approved', 'in_review', 'needs_information')"
        ),
    )
    op.create_index(
        op.f("ix_requests_counterpart_id_created_at"), "requests", ["counterpart_id", "created_at"]
    )
    op.create_index(
        "ix_requests_expiring",
        "requests",
        ["expires_at"],
        sqlite_where=sa.text("status IN ('submitted')"),
        postgresql_where=sa.text("status IN ('submitted')"),
    )
    op.create_index(
        op.f("ix_requests_requester_id_created_at"), "requests", ["requester_id", "created_at"]
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("offering", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("place", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("booking_asked", sa.Boolean(), nullable=False),
        sa.Column("event_id", sa.Text()),
        sa.Column("join_url", sa.Text()),
        sa.Column("booked_at", sa.DateTime(timezone=True)),
        sa.Column("fault", sa.Text()),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('planned', 'staffed', 'booking', 'booked', 'held', 'closed', 'cancelled')",
            name=op.f("ck_sessions_status"),
        ),
        sa.CheckConstraint("visibility IN ('team', 'open')", name=op.f("ck_sessions_visibility")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_sessions_capacity")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_sessions_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.request_id"], name=op.f("fk_sessions_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("code", name=op.f("uq_sessions_code")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_sessions_transaction_id")),
    )
    op.create_index(
        "ix_sessions_over",
        "sessions",
        ["ends_at"],
        sqlite_where=sa.text("status IN ('booked', 'booking', 'planned', 'staffed')"),
        postgresql_where=sa.text("status IN ('booked', 'booking', 'planned', 'staffed')"),
    )
    op.create_index(
        "ix_sessions_upcoming",
        "sessions",
        ["starts_at", "session_id"],
        sqlite_where=sa.text(
            "visibility IN ('open') AND status IN ('booked', 'booking', 'staffed')"
        ),
        postgresql_where=sa.text(
            "visibility IN ('open') AND status IN ('booked', 'booking', 'staffed')"
        ),
    )
    op.create_index(
        "uq_sessions_of_request",
        "sessions",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("request_id IS NOT NULL AND status <> 'cancelled'"),
        postgresql_where=sa.text("request_id IS NOT NULL AND status <> 'cancelled'"),
    )
    op.create_table(
        "assignments",
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("side IN ('union', 'employer')", name=op.f("ck_assignments_side")),
        sa.CheckConstraint(
            "status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn')",
            name=op.f("ck_assignments_status"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_assignments_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_assignments")),
    )
    op.create_index(
        "ix_assignments_offered",
        "assignments",
        ["answer_by"],
        sqlite_where=sa.text("status IN ('offered')"),
        postgresql_where=sa.text("status IN ('offered')"),
    )
    op.create_index(
        op.f("ix_assignments_person_id_offered_at"), "assignments", ["person_id", "offered_at"]
    )
    op.create_index(op.f("ix_assignments_session_id"), "assignments", ["session_id"])
    op.create_index(
        "uq_assignments_standing",
        "assignments",
        ["session_id", "side"],
        unique=True,
        sqlite_where=sa.text("status IN ('accepted', 'offered')"),
        postgresql_where=sa.text("status IN ('accepted', 'offered')"),
    )
    op.create_table(
        "seats",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_until", sa.DateTime(timezone=True)),
        sa.Column("added_by", sa.Text()),
        sa.CheckConstraint(
            "status IN ('confirmed', 'waitlisted', 'offered', 'left', 'declined', 'attended', 'absent')",
            name=op.f("ck_seats_status"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_seats_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_seats")),
        sa.UniqueConstraint("session_id", "ticket", name=op.f("uq_seats_session_id_ticket")),
    )
    op.create_index(
        "ix_seats_offered",
        "seats",
        ["offered_until"],
        sqlite_where=sa.text("status IN ('offered')"),
        postgresql_where=sa.text("status IN ('offered')"),
    )
    op.create_index(
        "ix_seats_standing",
        "seats",
        ["person_id"],
        sqlite_where=sa.text("status IN ('confirmed', 'offered', 'waitlisted')"),
        postgresql_where=sa.text("status IN ('confirmed', 'offered', 'waitlisted')"),
    )
