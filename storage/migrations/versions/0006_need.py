"""The order of need of what is due, from an index: set when a row falls due, empty before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("need_at", sa.DateTime(timezone=True)))
    pending = sa.text("state IN ('pending')")
    op.create_index(
        "ix_outbox_need",
        "outbox",
        ["need_at", "due_at", "seq"],
        sqlite_where=pending,
        postgresql_where=pending,
    )


def downgrade() -> None:
    """What is due is sorted by the release before."""
    op.drop_index("ix_outbox_need", table_name="outbox")
    op.drop_column("outbox", "need_at")
