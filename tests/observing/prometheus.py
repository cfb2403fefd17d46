"""Prometheus with the configuration of compose.yaml, and what it says."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.crash.stores import DidNotStart
from tests.installation import free_port
from tests.topology import configs
from tests.topology.programs import Program

PATIENCE_SECONDS = 40
# The second sample of a rate is there by then.
DATA_SECONDS = 15
# It looks for whom to ask every five seconds.
FIRST_LOOK_SECONDS = 20


class Prometheus(Program):
    """One of our own, which keeps nothing."""

    def __init__(self, program: str, *, web: int, worker: int, directory: Path) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        config = directory / "prometheus.yml"
        config.write_text(configs.prometheus(web=web, worker=worker, directory=directory))
        (directory / "alerts.yml").write_text(configs.alerts())
        command = [
            program,
            f"--config.file={config}",
            f"--storage.tsdb.path={directory / 'series'}",
            f"--web.listen-address={self.address}",
        ]
        super().__init__(command, is_ready=self._is_up)

    def alert_names(self) -> set[str]:
        """Those of compose.yaml."""
        (group,) = yaml.safe_load(configs.content("alerts.yml"))["groups"]
        return {rule["alert"] for rule in group["rules"]}

    def expressions(self) -> Iterator[tuple[str, str]]:
        """The title of each panel of the dashboard, with each of its expressions."""
        for panel in json.loads(configs.content("drillbook.json"))["panels"]:
            for target in panel["targets"]:
                yield panel["title"], target["expr"]

    def wait_until_asked(self) -> None:
        """Return when it has the numbers of a server and a worker from before anything happens.

        It does not see that a number grew which it did not know before.

        Raises:
            DidNotStart: one of them did not answer it.
        """
        asked = 'count(up{job=~"drillbook|workers"} == 1) == 2'
        deadline = time.monotonic() + FIRST_LOOK_SECONDS
        while not self._ask("query", query=asked)["result"]:
            if time.monotonic() > deadline:
                raise DidNotStart("Prometheus does not reach the server and the worker.")
            time.sleep(0.2)

    def wait_for(self, names: Iterable[str]) -> set[str]:
        """Those of these alerts that did not fire in time."""
        silent = set(names)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while silent and time.monotonic() < deadline:
            time.sleep(0.5)
            silent -= {
                alert["labels"]["alertname"]
                for alert in self._ask("alerts")["alerts"]
                if alert["state"] == "firing"
            }
        return silent

    def wait_for_data(self, expression: str) -> int:
        """How many series an expression has, once it has any with a number.

        Raises:
            urllib.error.HTTPError: Prometheus does not understand it.
        """
        deadline = time.monotonic() + DATA_SECONDS
        while True:
            result = self._ask("query", query=expression)["result"]
            numbers = [one for one in result if one["value"][1] != "NaN"]
            is_collectors = "postgresql_" in expression or "redis_" in expression
            if numbers or is_collectors or time.monotonic() > deadline:
                return len(numbers)
            time.sleep(0.5)

    def _ask(self, what: str, **parameters: str) -> Any:
        url = f"http://{self.address}/api/v1/{what}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310
            return json.load(response)["data"]

    def _is_up(self) -> bool:
        try:
            urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=3).close()  # noqa: S310
        except (OSError, urllib.error.HTTPError):
            return False
        return True
