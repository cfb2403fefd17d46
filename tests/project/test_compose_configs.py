"""The configurations in compose.yaml; tests/topology runs with three of them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from tests.topology import configs

PROGRAMS = "/usr/sbin:/usr/bin:/usr/local/bin"

pytestmark = pytest.mark.once


def test_nginx_accepts_its_configuration(tmp_path):
    if shutil.which("nginx", path=PROGRAMS) is None:
        pytest.skip("there is no nginx here")
    path = tmp_path / "nginx.conf"
    path.write_text(configs.nginx(port=8080, web=[1, 2], streams=3, directory=tmp_path))

    tried = subprocess.run(
        ["nginx", "-t", "-e", "stderr", "-c", str(path)],
        env={"PATH": PROGRAMS},
        capture_output=True,
        text=True,
        check=False,
    )

    assert tried.returncode == 0, tried.stderr


def test_nginx_says_what_we_say_when_nobody_answers():
    body = re.search(r"return 503 '(.+)';", configs.content("nginx.conf"))

    (error,) = json.loads(body[1])["errors"]
    assert error["extensions"].keys() == {"code", "requestId", "timestamp"}
    assert error["extensions"]["code"] == "UNAVAILABLE"


def test_nginx_takes_as_much_as_we_do():
    most = re.search(r"client_max_body_size (\d+)m;", configs.content("nginx.conf"))

    assert int(most[1]) << 20 > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_nginx_and_prometheus_know_every_web_server_by_a_name_that_it_answers_to():
    servers = ["web-1:8000", "web-2:8000"]
    environment = configs.compose()["services"]["web-1"]["environment"]
    hosts = environment["ALLOWED_HOSTS"].split(",")

    assert re.findall(r"server (web\S+)", configs.content("nginx.conf")) == servers
    (ours, _) = yaml.safe_load(configs.content("prometheus.yml"))["scrape_configs"]
    assert ours["static_configs"][0]["targets"] == ["web:8000", *servers]
    assert {"web", "web-1", "web-2"} <= set(hosts)


@pytest.mark.parametrize("name", ["collector.yml", "grafana-datasource.yml", "prometheus.yml"])
def test_a_configuration_is_yaml(name):
    assert isinstance(yaml.safe_load(configs.content(name)), dict)


def test_every_panel_shows_numbers_that_there_are():
    dashboard = json.loads(configs.content("drillbook.json"))
    written = Path(settings.ROOT, "project/observability/metrics.py").read_text()
    ours = set(re.findall(r'"(drillbook_\w+)"', written))

    shown = {
        re.sub(r"_(total|bucket|sum|count)$", "", name)
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"drillbook_\w+", target["expr"])
    }

    assert len(dashboard["panels"]) == 10
    assert shown
    assert shown <= ours
