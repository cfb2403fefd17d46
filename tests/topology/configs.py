"""The configurations of compose.yaml, with the addresses of this machine in their place."""

from pathlib import Path
from typing import Any

import yaml

from tests.crash.processes import ROOT


class Changed(Exception):
    """compose.yaml does not say any more what was to be replaced."""


def compose() -> dict[str, Any]:
    """compose.yaml, read."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return read


def content(name: str) -> str:
    """One of its configurations, as the program in the container finds it."""
    text: str = compose()["configs"][name]["content"]
    return text.replace("$$", "$")


def nginx(*, port: int, web: list[int], streams: int, directory: Path) -> str:
    """nginx.conf; ``resolve`` is left out, which older versions do not know."""
    return _replaced(
        content("nginx.conf"),
        {
            "listen 8080": f"listen 127.0.0.1:{port}",
            "server web-1:8000 resolve": f"server 127.0.0.1:{web[0]}",
            "server web-2:8000 resolve": f"server 127.0.0.1:{web[1]}",
            "server streams:8001 resolve": f"server 127.0.0.1:{streams}",
            "/tmp/": f"{directory}/",  # noqa: S108
        },
    )


def pgbouncer(*, port: int, database: int, directory: Path) -> str:
    """pgbouncer.ini."""
    return _replaced(
        content("pgbouncer.ini"),
        {
            "host=postgres port=5432": f"host=127.0.0.1 port={database}",
            "listen_addr = 0.0.0.0": "listen_addr = 127.0.0.1",
            "listen_port = 6432": f"listen_port = {port}",
            "/etc/drillbook/": f"{directory}/",
        },
    )


def userlist(*, password: str) -> str:
    """userlist.txt."""
    line = '"drillbook" "${POSTGRES_PASSWORD:?set it in .env}"'
    return _replaced(content("userlist.txt"), {line: f'"drillbook" "{password}"'})


def _replaced(text: str, replacements: dict[str, str]) -> str:
    for old, new in replacements.items():
        if old not in text:
            raise Changed(f"compose.yaml has no {old!r} any more.")
        text = text.replace(old, new)
    return text
