"""Outlook: what we last wrote, the watch on the mailbox, questions. New tables alone.

Events that were made before are known from here on, with nothing that could differ yet: the
first look at each takes it as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _written()
    _watches()
    _questions()
    _known_before()


def _written() -> None:
    op.create_table(
        "written_events",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("sent", sa.JSON(), nullable=False),
        sa.Column("held", sa.JSON(), nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_written_events")),
    )
    op.create_index(op.f("ix_written_events_ends_at"), "written_events", ["ends_at"])


def _watches() -> None:
    op.create_table(
        "mailbox_watches",
        sa.Column("watch_id", sa.Text(), nullable=False),
        sa.Column("renew_at", _INSTANT, nullable=False),
        sa.Column("reconcile_at", _INSTANT, nullable=False),
        sa.Column("subscription_id", sa.Text()),
        sa.Column("client_state", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("expires_at", _INSTANT),
        sa.Column("delta_link", sa.Text()),
        sa.Column("window_ends_at", _INSTANT),
        sa.Column("reconciled_at", _INSTANT),
        sa.Column("lease_until", _INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text()),
        sa.PrimaryKeyConstraint("watch_id", name=op.f("pk_mailbox_watches")),
    )


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answered_at", _INSTANT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "topic IN ('moved', 'deleted', 'declined', 'lead_declined')",
            name=op.f("ck_questions_topic"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'answered', 'overtaken')",
            name=op.f("ck_questions_status"),
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_questions")),
        sa.UniqueConstraint("key", name=op.f("uq_questions_key")),
    )
    op.create_index(
        "ix_questions_open",
        "questions",
        ["subject"],
        sqlite_where=sa.text("status IN ('open')"),
        postgresql_where=sa.text("status IN ('open')"),
    )


def _known_before() -> None:
    """What is booked and not over. The end of an interview or a cohort is not a column."""
    for table, key, ends, states in (
        ("sessions", "session_id", "ends_at", ("booked",)),
        ("interviews", "interview_id", "starts_at", ("booked",)),
        ("cohorts", "cohort_id", "created_at", ("open", "running")),
    ):
        names = ("event_id", "status", key, ends)
        made = sa.table(table, *(sa.column(name, sa.Text()) for name in names))
        written = sa.table(
            "written_events",
            *(sa.column(name, sa.Text()) for name in ("event_id", "subject")),
            *(sa.column(name, sa.JSON()) for name in ("times", "sent", "held")),
            *(sa.column(name, _INSTANT) for name in ("written_at", "ends_at")),
        )
        nothing = [sa.literal([], sa.JSON()).label(name) for name in ("times", "sent", "held")]
        found = sa.select(
            made.c.event_id,
            sa.literal(f"{table[:-1]}:", sa.Text()).concat(made.c[key]),
            *nothing,
            made.c[ends],
            made.c[ends] if table != "cohorts" else sa.null(),
        ).where(made.c.event_id.is_not(None), made.c.status.in_(states))
        op.execute(sa.insert(written).from_select([c.name for c in written.c], found))


def downgrade() -> None:
    op.drop_table("questions")
    op.drop_table("mailbox_watches")
    op.drop_table("written_events")
