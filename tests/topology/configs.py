"""The configurations of compose.yaml, with the addresses of this machine in their place."""

import os
import re
from pathlib import Path
from typing import Any

import yaml

from tests.installation import ROOT


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


def prometheus(*, web: int, worker: int, directory: Path) -> str:
    """prometheus.yml, for one server and one worker that are asked every second."""
    inside = """dns_sd_configs:
      - names: [worker, jobs, more-jobs]
        type: A
        port: 8002"""
    return _replaced(
        content("prometheus.yml"),
        {
            "_interval: 15s": "_interval: 1s",
            "${METRICS_TOKEN:-}": os.environ["METRICS_TOKEN"],
            '"web:8000", "web-1:8000", "web-2:8000"': f'"127.0.0.1:{web}"',
            inside: f'static_configs: [{{targets: ["127.0.0.1:{worker}"]}}]',
            "/etc/drillbook/": f"{directory}/",
        },
    )


def alerts() -> str:
    """alerts.yml; they do not wait for minutes whether it passes."""
    text, waits = re.subn(r"for: \d+m", "for: 1s", content("alerts.yml"))
    if not waits:
        raise Changed("compose.yaml has no alert any more that waits.")
    return text


def _replaced(text: str, replacements: dict[str, str]) -> str:
    for old, new in replacements.items():
        if old not in text:
            raise Changed(f"compose.yaml has no {old!r} any more.")
        text = text.replace(old, new)
    return text
