import re

import pytest
import yaml
from django.conf import settings

TEXT = (settings.ROOT / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
DOCKERFILE = SERVICES["web"]["build"]["dockerfile_inline"]
PROFILES = {
    "": {"postgres", "redis", "migrate", "web", "worker", "jobs", "beat"},
    "scale": {"proxy", "web-1", "web-2", "streams", "more-jobs", "pgbouncer", "replica"},
    "observe": {"collector", "prometheus", "grafana"},
}
OURS = ["migrate", "web", "worker", "jobs", "beat", "web-1", "web-2", "streams", "more-jobs"]
# One that runs once, one that nobody waits for, and one that has no program to ask with.
UNPROBED = {"migrate", "beat", "collector"}

pytestmark = pytest.mark.once


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_has_only_what_works(profile):
    profiles = [profile] if profile else []

    assert {
        name for name, one in SERVICES.items() if one.get("profiles", []) == profiles
    } == PROFILES[profile]


@pytest.mark.parametrize("service", sorted(SERVICES.keys() - UNPROBED))
def test_what_runs_has_a_health_check_and_comes_back(service):
    assert SERVICES[service]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_waits_only_for_what_is_there_with_it(service):
    profiles = SERVICES[service].get("profiles", [])

    for needed, how in SERVICES[service].get("depends_on", {}).items():
        assert SERVICES[needed].get("profiles", profiles) == profiles
        is_probed = how["condition"] == "service_healthy"
        assert is_probed == ("healthcheck" in SERVICES[needed])


@pytest.mark.parametrize("service", sorted({*OURS, "proxy", "pgbouncer", *PROFILES["observe"]}))
def test_a_service_has_few_rights(service):
    # Compose copies a content into the container, and refuses to where nothing can be written.
    has_content = any(
        "content" in COMPOSE["configs"][one["source"]]
        for one in SERVICES[service].get("configs", [])
    )

    assert SERVICES[service].get("read_only", False) is not has_content
    assert SERVICES[service]["cap_drop"] == ["ALL"]
    assert SERVICES[service]["security_opt"] == ["no-new-privileges:true"]


def test_all_data_is_on_volumes_that_are_declared():
    mounted = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }

    assert mounted == COMPOSE["volumes"].keys()


def test_each_configuration_is_mounted_where_its_program_is_told_to_look():
    mounted = {
        one["source"]: (one["target"], service)
        for service in SERVICES.values()
        for one in service.get("configs", [])
    }

    assert mounted.keys() == COMPOSE["configs"].keys()
    for name in ("pg_hba.conf", "collector.yml", "prometheus.yml"):
        target, service = mounted[name]
        assert target in " ".join(service["command"])
    assert mounted["alerts.yml"][0] in COMPOSE["configs"]["prometheus.yml"]["content"]
    assert mounted["pgbouncer.ini"][0] in SERVICES["pgbouncer"]["build"]["dockerfile_inline"]


def test_only_what_people_use_is_open_to_others_and_to_this_machine_unless_said():
    ports = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}

    assert ports.keys() == {"web", "proxy", "grafana"}
    for (port,) in ports.values():
        assert port.startswith(("127.0.0.1:", "${PROD_HOST:-127.0.0.1}:"))


def test_the_web_service_starts_on_a_migrated_database():
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "migrate", "--no-input"]
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["web"]["depends_on"]["migrate"] == {
        "condition": "service_completed_successfully"
    }


@pytest.mark.parametrize("service", ["web", "web-1", "web-2", "streams"])
def test_our_server_serves_and_may_finish_what_it_has_begun(service):
    what = "streams" if service == "streams" else "web"
    waits = settings.DRAIN_SECONDS + settings.SHUTDOWN_SECONDS

    assert SERVICES[service]["command"] == ["python", "manage.py", "serve", what]
    assert int(SERVICES[service]["stop_grace_period"].removesuffix("s")) > waits


@pytest.mark.parametrize("service", ["worker", "jobs", "more-jobs"])
def test_a_worker_may_finish_the_job_that_it_has_begun(service):
    waits = re.fullmatch(r"\$\{JOB_MINUTES:-(\d+)\}m(\d+)s", SERVICES[service]["stop_grace_period"])

    assert int(waits[1]) == settings.JOB_MINUTES
    assert (settings.ROOT / ".env.example").read_text().count(f"\nJOB_MINUTES={waits[1]}\n") == 1
    # As systemd's in docs/operations.md.
    page = (settings.ROOT / "docs" / "operations.md").read_text()
    (of_systemd,) = re.findall(r"\| `drillbook-worker` \|[^|]*\| (\d+):", page)
    assert int(waits[1]) * 60 + int(waits[2]) == int(of_systemd)


@pytest.mark.parametrize("service", ["web-1", "web-2", "streams"])
def test_several_servers_share_pgbouncer_and_the_copy(service):
    environment = SERVICES[service]["environment"]

    assert "@pgbouncer:6432/drillbook" in environment["DATABASE_URL"]
    assert environment["DB_PREPARE_THRESHOLD"] == "none"
    assert "@replica:5432/drillbook" in environment["DATABASE_REPLICA_URL"]


@pytest.mark.parametrize("service", OURS)
def test_our_own_services_are_of_production(service):
    assert SERVICES[service]["env_file"] == ".env"
    environment = SERVICES[service]["environment"]
    assert environment["DJANGO_SETTINGS_MODULE"] == "project.settings.production"


def test_celery_works_off_what_redis_never_evicts():
    for service in ("worker", "jobs", "more-jobs"):
        assert SERVICES[service]["command"][2:4] == ["--app=project.celery", "worker"]
    assert SERVICES["redis"]["command"][-1] == "volatile-lru"


def test_every_queue_is_worked_off_and_beat_begins_what_is_due():
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    options = {f"--queues={queue}" for queue in queues}

    assert options == {SERVICES[one]["command"][5] for one in ("worker", "jobs")}
    assert SERVICES["beat"]["command"][3] == "beat"


def test_the_image_does_not_run_as_root():
    stages = DOCKERFILE.split("FROM ")[1:]

    assert len(stages) == 3
    assert re.search(r"^USER drillbook$", stages[-1], re.MULTILINE)


def test_every_copied_path_exists():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)

    paths = [path for line in copied for path in line.split()]
    assert "project/requirements" in paths
    assert [path for path in paths if not (settings.ROOT / path).exists()] == []


def test_what_is_copied_is_let_in_and_what_lies_beside_it_is_not():
    lines = (settings.ROOT / ".dockerignore").read_text().splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)

    tops = {path.partition("/")[0] for line in copied for path in line.split()}
    assert {line[1:] for line in lines if re.match(r"!\w[\w.]*$", line)} == tops
    assert lines.index("*") < min(lines.index(f"!{top}") for top in tops)
    # After them: the last line that fits decides.
    assert lines.index("**/.*") > max(lines.index(f"!{top}") for top in tops)


@pytest.mark.parametrize("service", ["worker", "jobs", "more-jobs"])
def test_a_worker_is_well_only_if_it_answers_itself(service):
    command = SERVICES[service]["healthcheck"]["test"][-1]

    assert "inspect ping" in command
    assert command.endswith("--destination=celery@$$(hostname)")


def test_no_secret_is_in_it():
    secrets = re.findall(r"(?<!\{)\b(\w*(?:PASSWORD|SECRET_KEY))[:=] *(.+)", TEXT)

    assert secrets
    assert all(value.startswith(("${", "$$(")) for _, value in secrets)
