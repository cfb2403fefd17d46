"""Where rows are kept: DATABASE_URL, or DB_ENGINE and its companions, or a SQLite file."""

from pathlib import Path
from typing import Any

import dj_database_url

from project.settings.environment import Environment, is_whole, refuse

ENGINES = ("postgresql", "sqlite3")
URL_FORM = "postgres://user:password@host:port/name or sqlite:///path"
CONNECT_SECONDS = 5
# Whoever is not answered soon reads from the primary; milliseconds, and seconds.
REPLICA_PATIENCE = {
    "connect_timeout": 1,
    "tcp_user_timeout": 3000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
}
SQLITE_TUNING = {
    "OPTIONS": {
        # Writers queue instead of failing half-way through a transaction.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
}


def database_from(env: Environment, *, fallback: Path) -> dict[str, Any]:
    """The settings of the one database.

    Args:
        fallback: the SQLite file that is used when no variable names a database.
    """
    url = env.text("DATABASE_URL", expected=URL_FORM)
    parts = _from_parts(env)
    tuning = _postgresql_tuning(env)
    database = _from_url(url) if url else parts or {"ENGINE": "sqlite3", "NAME": str(fallback)}
    given = database.pop("OPTIONS", {})
    if database["ENGINE"] == "sqlite3":
        tuning = SQLITE_TUNING
    database |= tuning | {"OPTIONS": tuning["OPTIONS"] | given}
    return database | {"ENGINE": f"django.db.backends.{database['ENGINE']}"}


def replica_from(env: Environment) -> dict[str, Any] | None:
    """The settings of the copy that is read where that may be seconds old; None without one."""
    url = env.text("DATABASE_REPLICA_URL", expected=URL_FORM)
    if not url:
        return None
    replica = _from_url(url, variable="DATABASE_REPLICA_URL")
    if replica["ENGINE"] == "postgresql":
        tuning = _postgresql_tuning(env)
        options = tuning["OPTIONS"] | REPLICA_PATIENCE | replica.pop("OPTIONS", {})
        replica |= tuning | {"OPTIONS": options}
    return replica | {
        "ENGINE": f"django.db.backends.{replica['ENGINE']}",
        "TEST": {"MIRROR": "default"},
    }


def _from_url(url: str, *, variable: str = "DATABASE_URL") -> dict[str, Any]:
    try:
        database = dict(dj_database_url.parse(url))
    except ValueError:
        database = {}
    engine = str(database.get("ENGINE")).rpartition(".")[2]
    if engine not in ENGINES or not database.get("NAME"):
        # The rest of it may hold a password.
        hint = "; write @ : / # ? % in a password as %40 %3A %2F %23 %3F %25"
        refuse(variable, URL_FORM, f"a value that begins with {url[:4]!r} and cannot be read{hint}")
    return database | {"ENGINE": engine}


def _from_parts(env: Environment) -> dict[str, Any] | None:
    engine = env.choice("DB_ENGINE", "", choices=ENGINES)
    parts = {
        "ENGINE": engine,
        "NAME": env.text("DB_NAME"),
        "USER": env.text("DB_USER"),
        "PASSWORD": env.text("DB_PASSWORD"),
        "HOST": env.text("DB_HOST"),
        "PORT": env.integer("DB_PORT", 5432, minimum=1, maximum=65_535),
    }
    if engine and not parts["NAME"]:
        refuse("DB_NAME", "the database's name, or a path for sqlite3", "nothing")
    return parts if engine else None


def _postgresql_tuning(env: Environment) -> dict[str, Any]:
    """Keep connections and prepared statements: both cost more to make than most queries to run."""
    threshold = _prepare_threshold(env)
    return {
        "CONN_MAX_AGE": env.integer("DB_CONN_MAX_AGE", 600, minimum=0, maximum=86_400),
        "CONN_HEALTH_CHECKS": True,
        # A pooler gives each transaction another connection, and neither outlives its own.
        "DISABLE_SERVER_SIDE_CURSORS": threshold is None,
        "OPTIONS": {
            "connect_timeout": CONNECT_SECONDS,
            "prepare_threshold": threshold,
            # Psycopg prepares only what is bound on the server; Django's default is the client.
            "server_side_binding": threshold is not None,
        },
    }


def _prepare_threshold(env: Environment) -> int | None:
    expected = "a whole number from 0 to 1000, or none"
    value = env.text("DB_PREPARE_THRESHOLD", "0", expected=expected)
    if value == "none":
        return None
    if not is_whole(value, minimum=0, maximum=1000):
        refuse("DB_PREPARE_THRESHOLD", expected, repr(value))
    return int(value)
