"""What every installation needs that tests start beside this process."""

import re
import secrets
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def production(**variables: str) -> dict[str, str]:
    """The environment of production with these variables and new keys.

    All others that Drillbook knows are empty, which shields it from those around and from .env.
    """
    names = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    return {
        **dict.fromkeys(names, ""),
        "DJANGO_SETTINGS_MODULE": "project.settings.production",
        "SECRET_KEY": secrets.token_hex(32),
        "JWT_SECRET_KEY": secrets.token_hex(32),
        "FIELD_ENCRYPTION_KEYS": secrets.token_hex(32),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "ACCESS_TOKEN_MINUTES": "60",
        "LOG_LEVEL": "INFO",
        **variables,
    }


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
