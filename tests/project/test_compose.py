import re

import pytest
import yaml
from django.conf import settings

TEXT = (settings.ROOT / "compose.yaml").read_text()
SERVICES = yaml.safe_load(TEXT)["services"]
DOCKERFILE = SERVICES["web"]["build"]["dockerfile_inline"]


def test_it_has_only_what_works():
    assert SERVICES.keys() == {"postgres", "redis", "migrate", "web", "worker"}


@pytest.mark.parametrize("service", ["postgres", "redis", "web", "worker"])
def test_what_runs_has_a_health_check_and_comes_back(service):
    assert SERVICES[service]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[service]["restart"] == "unless-stopped"


def test_the_web_service_starts_on_a_migrated_database():
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "migrate", "--no-input"]
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["web"]["depends_on"]["migrate"] == {
        "condition": "service_completed_successfully"
    }


def test_granian_serves_the_wsgi_application():
    command = SERVICES["web"]["command"]

    assert command[:2] == ["granian", "--interface=wsgi"]
    assert command[-1] == settings.WSGI_APPLICATION.replace(".application", ":application")


@pytest.mark.parametrize("service", ["migrate", "web", "worker"])
def test_our_own_services_have_few_rights(service):
    assert SERVICES[service]["read_only"] is True
    assert SERVICES[service]["cap_drop"] == ["ALL"]
    assert SERVICES[service]["env_file"] == ".env"
    environment = SERVICES[service]["environment"]
    assert environment["DJANGO_SETTINGS_MODULE"] == "project.settings.production"


def test_celery_works_off_what_redis_never_evicts():
    assert SERVICES["worker"]["command"][:3] == ["celery", "--app=project.celery", "worker"]
    assert SERVICES["redis"]["command"][-1] == "volatile-lru"


def test_the_image_does_not_run_as_root():
    stages = DOCKERFILE.split("FROM ")[1:]

    assert len(stages) == 3
    assert re.search(r"^USER drillbook$", stages[-1], re.MULTILINE)


def test_every_copied_path_exists():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)

    paths = [path for line in copied for path in line.split()]
    assert "project/requirements/production.txt" in paths
    assert [path for path in paths if not (settings.ROOT / path).exists()] == []


def test_no_secret_is_in_it():
    secrets = re.findall(r"(?<!\{)\b(\w*(?:PASSWORD|SECRET_KEY))[:=] *(.+)", TEXT)

    assert secrets
    assert all(value.startswith(("${", "$$(")) for _, value in secrets)
