"""``manage.py serve``: the production server."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from project import serving

SERVERS = {"web": serving.web_server, "streams": serving.stream_server}


class Command(BaseCommand):
    """Serves until SIGTERM or SIGINT, and then answers what it has begun."""

    help = (
        "Serve on PROD_HOST: `web` on PROD_PORT, WEB_WORKERS processes; `streams`, which are "
        "requests that accept text/event-stream, on STREAM_PORT."
    )
    # Each worker makes them; this process opens no database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        parser.add_argument("what", nargs="?", choices=SERVERS, default="web")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Start, and stay."""
        with serving.state_directory():
            SERVERS[what]().run()
