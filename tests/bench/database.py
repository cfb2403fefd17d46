"""A database for one run: made, and dropped again."""

import os
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

NAME = "drillbook_bench"
DEFAULT_URL = "postgres://postgres@127.0.0.1:5432/drillbook"


class Unavailable(Exception):
    """There is no PostgreSQL to measure on."""


class BenchDatabase:
    """An empty database beside the one that TEST_DATABASE_URL or DATABASE_URL names."""

    def __init__(self) -> None:
        base = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL") or DEFAULT_URL
        parts = urlsplit(base)
        if not parts.scheme.startswith("postgres"):
            raise Unavailable(f"DATABASE_URL names no PostgreSQL: it begins with {base[:6]!r}.")
        self.url = parts._replace(path=f"/{NAME}").geturl()
        try:
            self._server = psycopg.connect(
                parts._replace(path="/postgres").geturl(), autocommit=True, connect_timeout=3
            )
        except psycopg.OperationalError as away:
            where = f"{parts.hostname}:{parts.port or 5432}"
            reason = str(away).strip().splitlines()[0]
            raise Unavailable(f"PostgreSQL does not answer at {where}: {reason}") from away

    def create(self) -> None:
        """Make it, in place of one that an earlier run kept.

        Raises:
            Unavailable: another run is using it.
        """
        try:
            self._run("DROP DATABASE IF EXISTS {}")
        except psycopg.errors.ObjectInUse as used:
            raise Unavailable(f"The database {NAME} is in use. Is another run going on?") from used
        self._run("CREATE DATABASE {}")

    def drop(self) -> None:
        """Remove it with whoever is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def close(self) -> None:
        """Leave the server."""
        self._server.close()

    def settle(self) -> None:
        """Do now what would otherwise happen in the background while something is measured."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        self._server.execute("CHECKPOINT")

    def backends(self, application: str) -> list[int]:
        """The process ids of the connections that call themselves so."""
        rows = self._server.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = %s",
            [NAME, application],
        )
        return [pid for (pid,) in rows]

    def _run(self, statement: str) -> None:
        self._server.execute(sql.SQL(statement).format(sql.Identifier(NAME)))
