"""Several replicas: limits kept together, and a structure that the release before can use.

0002 took `facilitators.active` away, which the first release reads and writes: it is given
back, kept in step with `standing` while both releases run (docs/decisions/0036).
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

IN_STEP = """
    CREATE FUNCTION facilitators_in_step() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.standing = OLD.standing AND NEW.active <> OLD.active THEN
            NEW.standing := CASE WHEN NEW.active THEN 'active' ELSE 'paused' END;
        ELSIF TG_OP = 'INSERT' AND NEW.standing = 'active' AND NOT NEW.active THEN
            NEW.standing := 'paused';
        ELSE
            NEW.active := NEW.standing = 'active';
        END IF;
        RETURN NEW;
    END $$
"""
TRIGGER = """
    CREATE TRIGGER facilitators_in_step BEFORE INSERT OR UPDATE ON facilitators
    FOR EACH ROW EXECUTE FUNCTION facilitators_in_step()
"""
SHARED = ("send_budget", "send_threads", "mailbox_places")


def upgrade() -> None:
    _limits()
    _first_release()
    op.create_table(
        "compatibility",
        sa.Column("oldest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("oldest", name=op.f("pk_compatibility")),
    )
    op.execute("INSERT INTO compatibility (oldest) VALUES ('0001')")


def _limits() -> None:
    op.create_table(
        "send_budget",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_send_budget")),
    )
    op.create_table(
        "send_threads",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("sent", sa.ARRAY(sa.Float()).with_variant(sa.JSON(), "sqlite"), nullable=False),
        sa.Column("half_hour", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_send_threads")),
    )
    op.create_table(
        "mailbox_places",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text()),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "place", name=op.f("pk_mailbox_places")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in SHARED:
            op.execute(f"ALTER TABLE {table} SET UNLOGGED")


def _first_release() -> None:
    with op.batch_alter_table("facilitators") as roster:
        for name, usual in (("standing", "active"), ("wish", "usual")):
            roster.alter_column(
                name, existing_type=sa.Text(), existing_nullable=False, server_default=usual
            )
    op.add_column(
        "facilitators",
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
    )
    op.execute("UPDATE facilitators SET active = (standing = 'active')")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(IN_STEP)
        op.execute(TRIGGER)


def downgrade() -> None:
    """Back to one process that keeps its limits to itself."""
    for table in ("compatibility", *SHARED):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER facilitators_in_step ON facilitators")
        op.execute("DROP FUNCTION facilitators_in_step()")
    with op.batch_alter_table("facilitators") as roster:
        for name in ("standing", "wish"):
            roster.alter_column(
                name, existing_type=sa.Text(), existing_nullable=False, server_default=None
            )
        roster.drop_column("active")
