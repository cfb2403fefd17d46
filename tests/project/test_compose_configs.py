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
    (ours, *_) = yaml.safe_load(configs.content("prometheus.yml"))["scrape_configs"]
    assert ours["static_configs"][0]["targets"] == ["web:8000", *servers]
    assert {"web", "web-1", "web-2"} <= set(hosts)


def test_the_manual_has_requests_fail_where_the_alarm_does():
    manual = (settings.ROOT / "docs" / "operations.md").read_text()
    row = re.search(r'requests_total\{status=~"5\.\."\}` \| more than (\d+) % of all', manual)
    rules = [
        rule
        for group in yaml.safe_load(configs.content("alerts.yml"))["groups"]
        for rule in group["rules"]
    ]

    (alarm,) = [rule for rule in rules if rule["alert"] == "RequestsFail"]
    assert float(alarm["expr"].rpartition(">")[2]) * 100 == float(row[1])
    assert alarm["for"] == "5m"


def test_prometheus_asks_every_worker_where_it_listens():
    services = configs.compose()["services"]
    workers = {name for name, one in services.items() if "worker" in one.get("command", [])}
    (_, asked, _) = yaml.safe_load(configs.content("prometheus.yml"))["scrape_configs"]

    (found,) = asked["dns_sd_configs"]
    assert set(found["names"]) == workers
    for name in workers:
        assert services[name]["environment"]["WORKER_METRICS_PORT"] == str(found["port"])


@pytest.mark.parametrize(
    "name", ["alerts.yml", "collector.yml", "grafana-datasource.yml", "prometheus.yml"]
)
def test_a_configuration_is_yaml(name):
    assert isinstance(yaml.safe_load(configs.content(name)), dict)


def test_every_panel_shows_numbers_that_there_are():
    dashboard = json.loads(configs.content("drillbook.json"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    assert len(dashboard["panels"]) == 18
    assert numbers_in(asked)
    assert numbers_in(asked) <= our_numbers()


def test_every_alert_asks_for_numbers_that_there_are_and_says_what_to_do():
    (group,) = yaml.safe_load(configs.content("alerts.yml"))["groups"]

    assert numbers_in(rule["expr"] for rule in group["rules"]) <= our_numbers()
    for rule in group["rules"]:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "description"}


def numbers_in(expressions):
    """Ours, by the names that they have in our code."""
    found = {name for one in expressions for name in re.findall(r"drillbook_\w+", one)}
    return {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in found}


def our_numbers():
    """The names that our code gives to numbers."""
    directory = Path(settings.ROOT, "project/observability")
    written = [module.read_text() for module in directory.glob("*.py")]
    return set(re.findall(r'"(drillbook_\w+)"', "".join(written)))


# What is told, and when: the minute in which it is, and the one before, in which it is not yet.
TOLD = """
rule_files: [alerts.yml]
evaluation_interval: 15s
tests:
  - interval: 15s
    input_series:
      - {series: 'drillbook_jobs_oldest_waiting_seconds', values: '0+15x60'}
      - {series: 'drillbook_requests_total{place="graphql",status="200"}', values: '0+98x60'}
      - {series: 'drillbook_requests_total{place="graphql",status="503"}', values: '0+2x60'}
      - {series: 'drillbook_tasks_total{task="mail",outcome="failed"}', values: '0x8 1x52'}
      - {series: 'drillbook_tasks_total{task="fine",outcome="succeeded"}', values: '0+9x60'}
      - {series: 'up{job="workers",instance="a"}', values: '0x60'}
      - {series: 'up{job="workers",instance="b"}', values: '1x20 0x40'}
      - {series: 'up{job="drillbook"}', values: '1x60'}
    promql_expr_test:
"""


def told(alert, minute, count):
    expression = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)'
    return (
        f"      - {{expr: '{expression}', eval_time: {minute}m, "
        f"exp_samples: [{{labels: '{{}}', value: {count}}}]}}\n"
    )


def test_prometheus_accepts_its_configuration_and_tells_in_time(tmp_path):
    if shutil.which("promtool", path=PROGRAMS) is None:
        pytest.skip("there is no promtool here")
    (tmp_path / "alerts.yml").write_text(configs.content("alerts.yml"))
    config = configs.content("prometheus.yml").replace("/etc/drillbook/", "")
    (tmp_path / "prometheus.yml").write_text(config)
    moments = {"JobsWait": 8, "RequestsFail": 6, "TasksFail": 3, "NoWorkerAnswers": 9}
    lines = [
        told(alert, minute - early, int(not early))
        for alert, minute in moments.items()
        for early in (0, 2)
    ]
    (tmp_path / "told.yml").write_text(TOLD + "".join(lines) + told("NoServerAnswers", 14, 0))

    for arguments in (["check", "config", "prometheus.yml"], ["test", "rules", "told.yml"]):
        tried = subprocess.run(
            ["promtool", *arguments],
            cwd=tmp_path,
            env={"PATH": PROGRAMS},
            capture_output=True,
            text=True,
            check=False,
        )
        assert tried.returncode == 0, tried.stdout + tried.stderr
