"""Indexes for what years of history made slow: who was met last, what may be forgotten, who led."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INDEXES = (
    (
        "ix_people_met",
        "people",
        ["welcomed_at"],
        "welcomed_at IS NOT NULL AND service_url IS NOT NULL",
    ),
    ("ix_seats_taken", "seats", ["session_id", "ticket"], "status IN ('confirmed', 'offered')"),
    ("ix_seats_waiting", "seats", ["session_id", "ticket"], "status IN ('waitlisted')"),
    ("ix_outbox_finished", "outbox", ["done_at"], "state IN ('sent', 'skipped')"),
    (
        "ix_assignments_accepted",
        "assignments",
        ["person_id", "session_id"],
        "status IN ('accepted')",
    ),
)


def upgrade() -> None:
    for name, table, columns, where in INDEXES:
        op.create_index(
            name,
            table,
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    """The same answers, slower."""
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table_name=table)
