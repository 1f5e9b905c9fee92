"""The program's own databases, for every integration test."""

from tests.databases import (
    engine,
    postgres_ready,
    postgres_reused,
    ready_url,
    sqlite_ready,
    sqlite_template,
    uow,
)

__all__ = [
    "engine",
    "postgres_ready",
    "postgres_reused",
    "ready_url",
    "sqlite_ready",
    "sqlite_template",
    "uow",
]
