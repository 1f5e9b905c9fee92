"""Facilitators: candidates, training, rounds of asking; a standing in place of a yes or no."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _applications()
    _interviews()
    _self_identification()
    _training()
    _roster()
    _standing()


def _applications() -> None:
    op.create_table(
        "applications",
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("experience", sa.Text(), nullable=False),
        sa.Column("motivation", sa.Text(), nullable=False),
        sa.Column("manager_id", sa.Text(), nullable=False),
        sa.Column("reference_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text()),
        sa.Column("agent_other", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text()),
        sa.Column("proposal_by", sa.Text()),
        sa.Column("proposal_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "proposal IN ('accept', 'keep', 'decline')", name=op.f("ck_applications_proposal")
        ),
        sa.CheckConstraint("side IN ('union', 'employer')", name=op.f("ck_applications_side")),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'supported', 'referenced', 'interview', 'kept', 'accepted', 'in_orientation', 'active', 'declined', 'withdrawn')",
            name=op.f("ck_applications_status"),
        ),
        sa.CheckConstraint(
            "applicant_id NOT IN (manager_id, reference_id)",
            name=op.f("ck_applications_not_their_own_word"),
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_applications")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_applications_year_number")),
    )
    op.create_index(
        op.f("ix_applications_applicant_id_created_at"),
        "applications",
        ["applicant_id", "created_at"],
    )
    op.create_index(op.f("ix_applications_status_region"), "applications", ["status", "region"])
    op.create_index(
        "uq_applications_open",
        "applications",
        ["applicant_id"],
        unique=True,
        sqlite_where=sa.text(
            "status IN ('accepted', 'in_orientation', 'interview', 'kept', 'referenced', 'submitted', 'supported')"
        ),
        postgresql_where=sa.text(
            "status IN ('accepted', 'in_orientation', 'interview', 'kept', 'referenced', 'submitted', 'supported')"
        ),
    )
    op.create_table(
        "application_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_application_counters")),
    )
    op.create_table(
        "endorsements",
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("tell_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('manager', 'reference')", name=op.f("ck_endorsements_kind")),
        sa.CheckConstraint(
            "status IN ('asked', 'supported', 'declined')", name=op.f("ck_endorsements_status")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_endorsements_application_id_applications"),
        ),
        sa.PrimaryKeyConstraint("application_id", "kind", name=op.f("pk_endorsements")),
    )
    op.create_index(
        op.f("ix_endorsements_person_id_asked_at"), "endorsements", ["person_id", "asked_at"]
    )
    op.create_index(
        "ix_endorsements_silent",
        "endorsements",
        ["tell_at"],
        sqlite_where=sa.text("tell_at IS NOT NULL"),
        postgresql_where=sa.text("tell_at IS NOT NULL"),
    )


def _interviews() -> None:
    op.create_table(
        "interviews",
        sa.Column("interview_id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("coordinator_id", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True)),
        sa.Column("booking_asked", sa.Boolean(), nullable=False),
        sa.Column("event_id", sa.Text()),
        sa.Column("join_url", sa.Text()),
        sa.Column("fault", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('offered', 'booking', 'booked', 'held', 'cancelled')",
            name=op.f("ck_interviews_status"),
        ),
        sa.CheckConstraint(
            "ending IN ('', 'none_suits', 'cannot', 'lapsed', 'cancelled', 'unbooked', 'decided')",
            name=op.f("ck_interviews_ending"),
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_interviews_minutes")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_interviews_application_id_applications"),
        ),
        sa.PrimaryKeyConstraint("interview_id", name=op.f("pk_interviews")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_interviews_transaction_id")),
    )
    op.create_index(
        op.f("ix_interviews_application_id_created_at"),
        "interviews",
        ["application_id", "created_at"],
    )
    op.create_index(
        "ix_interviews_picked",
        "interviews",
        ["starts_at"],
        sqlite_where=sa.text("status IN ('booked', 'booking')"),
        postgresql_where=sa.text("status IN ('booked', 'booking')"),
    )
    op.create_index(
        "ix_interviews_offered",
        "interviews",
        ["answer_by"],
        sqlite_where=sa.text("status IN ('offered')"),
        postgresql_where=sa.text("status IN ('offered')"),
    )
    op.create_index(
        "uq_interviews_ahead",
        "interviews",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('booked', 'booking', 'offered')"),
        postgresql_where=sa.text("status IN ('booked', 'booking', 'offered')"),
    )


def _self_identification() -> None:
    op.create_table(
        "self_identifications",
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_self_identifications_application_id_applications"),
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_self_identifications")),
    )
    op.create_table(
        "self_identification_readings",
        sa.Column("reading_id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_self_identification_readings_application_id_applications"),
        ),
        sa.PrimaryKeyConstraint("reading_id", name=op.f("pk_self_identification_readings")),
    )
    op.create_index(
        op.f("ix_self_identification_readings_application_id_at"),
        "self_identification_readings",
        ["application_id", "at"],
    )


def _training() -> None:
    op.create_table(
        "cohorts",
        sa.Column("cohort_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("starts", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("balance_sides", sa.Boolean(), nullable=False),
        sa.Column("balance_regions", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("booking_asked", sa.Boolean(), nullable=False),
        sa.Column("event_id", sa.Text()),
        sa.Column("join_url", sa.Text()),
        sa.Column("fault", sa.Text()),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("marked", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('planned', 'open', 'running', 'completed', 'cancelled')",
            name=op.f("ck_cohorts_status"),
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_cohorts_capacity")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_cohorts_minutes")),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_cohorts")),
        sa.UniqueConstraint("code", name=op.f("uq_cohorts_code")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_cohorts_transaction_id")),
    )
    op.create_index(op.f("ix_cohorts_status"), "cohorts", ["status"])
    op.create_table(
        "training_seats",
        sa.Column("cohort_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True)),
        sa.Column("attended", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "status IN ('waitlisted', 'offered', 'confirmed', 'declined', 'expired', 'left', 'completed', 'incomplete')",
            name=op.f("ck_training_seats_status"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_training_seats_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.cohort_id"], name=op.f("fk_training_seats_cohort_id_cohorts")
        ),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_training_seats")),
    )
    op.create_index(
        op.f("ix_training_seats_person_id_asked_at"), "training_seats", ["person_id", "asked_at"]
    )


def _roster() -> None:
    op.create_table(
        "absences",
        sa.Column("absence_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_absences_ends_after_start")),
        sa.PrimaryKeyConstraint("absence_id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_person_id_to_on"), "absences", ["person_id", "to_on"])
    op.create_table(
        "rounds",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('running', 'settled', 'stopped', 'exhausted')",
            name=op.f("ck_rounds_status"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_rounds_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_rounds")),
    )
    op.create_index(
        "ix_sessions_ahead",
        "sessions",
        ["starts_at", "session_id"],
        sqlite_where=sa.text("status IN ('booked', 'booking', 'planned', 'staffed')"),
        postgresql_where=sa.text("status IN ('booked', 'booking', 'planned', 'staffed')"),
    )


def _standing() -> None:
    """Who was active is active; who was not is paused: nobody is taken for retired unasked."""
    op.add_column("facilitators", sa.Column("standing", sa.Text()))
    op.add_column("facilitators", sa.Column("since_at", sa.DateTime(timezone=True)))
    op.add_column("facilitators", sa.Column("wish", sa.Text()))
    op.add_column("facilitators", sa.Column("wish_until_on", sa.Date()))
    op.execute(
        "UPDATE facilitators SET wish = 'usual',"
        " standing = CASE WHEN active THEN 'active' ELSE 'paused' END"
    )
    with op.batch_alter_table("facilitators") as roster:
        roster.alter_column("standing", existing_type=sa.Text(), nullable=False)
        roster.alter_column("wish", existing_type=sa.Text(), nullable=False)
        roster.drop_column("active")
        roster.create_check_constraint(
            op.f("ck_facilitators_standing"), "standing IN ('active', 'paused', 'retired')"
        )
        roster.create_check_constraint(
            op.f("ck_facilitators_wish"), "wish IN ('fewer', 'usual', 'more')"
        )
    op.create_index(op.f("ix_facilitators_region"), "facilitators", ["region"])


def downgrade() -> None:
    """Back to a yes or no; what the tables of this release hold is lost."""
    op.drop_index(op.f("ix_facilitators_region"), "facilitators")
    op.drop_index("ix_sessions_ahead", "sessions")
    op.add_column("facilitators", sa.Column("active", sa.Boolean()))
    op.execute("UPDATE facilitators SET active = (standing = 'active')")
    with op.batch_alter_table("facilitators") as roster:
        roster.alter_column("active", existing_type=sa.Boolean(), nullable=False)
        for name in ("standing", "wish"):
            roster.drop_constraint(op.f(f"ck_facilitators_{name}"), type_="check")
        for name in ("standing", "since_at", "wish", "wish_until_on"):
            roster.drop_column(name)
    for table in (
        "rounds",
        "absences",
        "training_seats",
        "cohorts",
        "self_identification_readings",
        "self_identifications",
        "interviews",
        "endorsements",
        "application_counters",
        "applications",
    ):
        op.drop_table(table)
