"""docs/operations.md: what is to be copied from there works, and says what compose.yaml says."""

import json
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from django.conf import settings

from tests.installation import free_port
from tests.topology import configs

PROGRAMS = "/usr/sbin:/usr/bin:/usr/local/bin"
PAGE = (settings.ROOT / "docs" / "operations.md").read_text()
SITE, UPSTREAM = re.findall(r"```nginx\n(.*?)```", PAGE, re.DOTALL)

pytestmark = pytest.mark.once
needs_nginx = pytest.mark.skipif(
    shutil.which("nginx", path=PROGRAMS) is None, reason="there is no nginx here"
)


def site(port, directory):
    """The page's site within the least that nginx needs around it; without TLS, which is a proxy's.

    Nobody answers behind it.
    """
    text = re.sub(r"\n +ssl_certificate\S* \S+;", "", SITE)
    replacements = {
        "listen 443 ssl": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{free_port()}",
        "127.0.0.1:8000": f"127.0.0.1:{free_port()}",
        "127.0.0.1:8001": f"127.0.0.1:{free_port()}",
        "/var/log/nginx/": f"{directory}/",
    }
    for old, new in replacements.items():
        assert old in text
        text = text.replace(old, new)
    places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    temporary = "".join(f"{place}_temp_path {directory}/{place};\n" for place in places)
    return f"pid {directory}/pid;\nevents {{}}\nhttp {{\n{temporary}{text}}}\n"


def of_compose(port, directory):
    """compose.yaml's configuration, with nobody who answers behind it."""
    web = [free_port(), free_port()]
    return configs.nginx(port=port, web=web, streams=free_port(), directory=directory)


def block(name, text):
    """The directives of a location, in order."""
    (found,) = re.findall(rf"location {name} {{(.*?)\n +}}", text, re.DOTALL)
    return sorted(line.strip() for line in found.strip().splitlines())


def accepted(text, directory):
    (directory / "nginx.conf").write_text(text)
    return subprocess.run(
        ["nginx", "-t", "-e", "stderr", "-c", str(directory / "nginx.conf")],
        env={"PATH": PROGRAMS},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def nginx(text, port, directory):
    """It runs with this configuration, until it is ended."""
    (directory / "nginx.conf").write_text(text)
    process = subprocess.Popen(
        ["nginx", "-e", "stderr", "-g", "daemon off;", "-c", str(directory / "nginx.conf")],
        env={"PATH": PROGRAMS},
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


@needs_nginx
@pytest.mark.parametrize("configuration", [site, of_compose])
def test_who_asks_while_a_server_restarts_is_told_to_come_again(configuration, tmp_path):
    port = free_port()
    with nginx(configuration(port, tmp_path), port, tmp_path):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", "/graphql?secret=swordfish", b"{}")
        response = connection.getresponse()
        (error,) = json.loads(response.read())["errors"]
        connection.close()

    assert response.status == 503
    assert response.headers["Retry-After"] == "1"
    assert error["extensions"]["code"] == "UNAVAILABLE"
    written = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    assert "swordfish" not in written


@needs_nginx
def test_nginx_writes_down_who_came_and_what_became_of_it(tmp_path):
    port = free_port()
    with nginx(site(port, tmp_path), port, tmp_path):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/exports/dbe_swordfish?secret=swordfish")
        connection.getresponse().read()
        connection.close()

    (line,) = (tmp_path / "drillbook.log").read_text().splitlines()
    assert re.fullmatch(r"127\.0\.0\.1 \S+T\S+ 503 \d+\.\d+ \S+", line)


@pytest.mark.parametrize("name", ["/", "@away"])
def test_the_page_and_compose_pass_requests_on_alike(name):
    ours = block(name, SITE)
    of_the_other = block(name, configs.content("nginx.conf"))

    # Before compose.yaml's there is another proxy, which speaks TLS.
    assert ours == [line.replace("$outer_scheme", "$scheme") for line in of_the_other]


def test_the_page_and_compose_take_and_wait_for_as_much():
    limits = re.findall(r"client_(?:max|header|body)_\w+ \w+;", SITE)

    assert len(limits) == 3
    for limit in limits:
        assert limit in configs.content("nginx.conf")


def test_several_servers_are_balanced_as_in_compose():
    (theirs,) = re.findall(r"upstream web {(.*?)}", configs.content("nginx.conf"), re.DOTALL)

    written = re.sub(r"10\.0\.0\.1(\d):8000", r"web-\1:8000 resolve", UPSTREAM)
    assert written.split() == ["upstream", "web", "{", *theirs.split(), "}"]


@needs_nginx
def test_nginx_accepts_the_site_with_several_servers(tmp_path):
    alone = "upstream web { server 127.0.0.1:8000; }\n"
    assert alone in SITE
    text = site(8080, tmp_path)
    several = re.sub(r"upstream web { .+ }\n", UPSTREAM, text)

    tried = accepted(several, tmp_path)

    assert several != text
    assert tried.returncode == 0, tried.stderr


def test_units_run_in_the_directory_that_the_link_led_to():
    commands = re.findall(r"ExecStart=(\S+ \S+)", PAGE)

    assert len(commands) == 2  # the unit, and the head of the others' table
    assert all(command.startswith("/usr/bin/env .venv/bin/") for command in commands)
    assert "WorkingDirectory=/opt/drillbook/app\n" in PAGE
