"""What is read at once from an index: the order of need, and who led how much since when.

`outbox.need_at` is written when a row falls due. An assignment knows its session's times, none
once that is cancelled; triggers keep them true, so the release before does so as well.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_INSTANT = sa.DateTime(timezone=True)
_TIMES = """
    UPDATE assignments SET (starts_at, ends_at) =
        (SELECT s.starts_at, s.ends_at FROM sessions s
        WHERE s.session_id = assignments.session_id AND s.status <> 'cancelled')
"""
SQLITE = (
    f"""
    CREATE TRIGGER assignments_times AFTER INSERT ON assignments BEGIN
        {_TIMES} WHERE assignment_id = NEW.assignment_id;
    END
    """,
    f"""
    CREATE TRIGGER sessions_moved AFTER UPDATE OF starts_at, ends_at, status ON sessions
    WHEN OLD.starts_at <> NEW.starts_at OR OLD.ends_at <> NEW.ends_at OR NEW.status = 'cancelled'
    BEGIN
        {_TIMES} WHERE session_id = NEW.session_id;
    END
    """,
)
# A session that moves at this instant is waited for.
POSTGRESQL = (
    """
    CREATE FUNCTION assignments_times() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT s.starts_at, s.ends_at INTO NEW.starts_at, NEW.ends_at
        FROM sessions s WHERE s.session_id = NEW.session_id AND s.status <> 'cancelled' FOR SHARE;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER assignments_times BEFORE INSERT ON assignments
    FOR EACH ROW EXECUTE FUNCTION assignments_times()
    """,
    f"""
    CREATE FUNCTION sessions_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {_TIMES} WHERE session_id = NEW.session_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER sessions_moved AFTER UPDATE OF starts_at, ends_at, status ON sessions
    FOR EACH ROW WHEN (
        OLD.starts_at <> NEW.starts_at OR OLD.ends_at <> NEW.ends_at OR NEW.status = 'cancelled'
    )
    EXECUTE FUNCTION sessions_moved()
    """,
)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("need_at", _INSTANT))
    for name in ("starts_at", "ends_at"):
        op.add_column("assignments", sa.Column(name, _INSTANT))
    op.execute(_TIMES)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    _index("ix_outbox_need", "outbox", ["need_at", "due_at", "seq"], "state IN ('pending')")
    led = ["person_id", "starts_at", "ends_at", "status"]
    _index("ix_assignments_led", "assignments", led, "status IN ('accepted', 'offered')")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    text = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=text, postgresql_where=text)


def downgrade() -> None:
    """The release before sorts what is due, and looks each session up."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in (("assignments_times", "assignments"), ("sessions_moved", "sessions")):
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_assignments_led", table_name="assignments")
    for name in ("ends_at", "starts_at"):
        op.drop_column("assignments", name)
    op.drop_index("ix_outbox_need", table_name="outbox")
    op.drop_column("outbox", "need_at")
