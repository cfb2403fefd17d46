"""Clients that do harm: by their clocks, their slowness, and their number."""

import socket
import time
from contextlib import ExitStack

import psycopg

from tests.topology import asking
from tests.topology.asking import Caller, Failed
from tests.topology.scene import NotRight, Scene

CONNECTIONS = 2_000
HELD_SECONDS = 20
LIMIT_SECONDS = 10
LINE = b"POST /graphql HTTP/1.1\r\n"
HEAD = LINE + b"Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
# What each third says, and then goes on saying bit by bit.
BEGINNINGS = (b"", LINE, HEAD)
# Seconds that a clock is off, and what its tokens are worth; two seconds are left for the way.
WORTH = {3: "accepted", -3: "accepted", 10: "200 UNAUTHENTICATED", -10: "200 TOKEN_EXPIRED"}


def token_clock(scene: Scene) -> str:
    """Send tokens of servers whose clocks are off."""
    heard = {seconds: _hear(scene, scene.sign(seconds)) for seconds in WORTH}
    if heard != WORTH:
        raise NotRight(f"tokens by the seconds that their clocks were off: {heard}")
    ahead = scene.sign(10)
    started = time.monotonic()
    scene.wait_until(lambda: _hear(scene, ahead) == "accepted")
    said = ", ".join(f"{seconds:+d} s: {result}" for seconds, result in heard.items())
    return f"{said}; one that is 10 s ahead is accepted after {time.monotonic() - started:.0f} s"


def half_open(scene: Scene) -> str:
    """Open 2,000 connections that say nothing, half a request, or one byte a second."""
    with ExitStack() as opened:
        clients = []
        for number in range(CONNECTIONS):
            client = socket.create_connection(("127.0.0.1", scene.place.port), timeout=5)
            opened.enter_context(client)
            client.sendall(BEGINNINGS[number % len(BEGINNINGS)])
            client.setblocking(False)
            clients.append(client)
        started = time.monotonic()
        while time.monotonic() < started + HELD_SECONDS:
            for client in clients[2 :: len(BEGINNINGS)]:
                _send_a_byte(client)
            time.sleep(1)
        closed = sum(_is_closed(client) for client in clients)
    return (
        f"after {HELD_SECONDS} s nginx had closed {closed:,} of {CONNECTIONS:,}; the rest sent a "
        "byte a second, and held no process of ours"
    )


def limit_of_connections(scene: Scene) -> str:
    """Take all connections that PostgreSQL gives."""
    with ExitStack() as opened:
        taken = 0
        try:
            while True:
                taken_one = psycopg.connect(scene.place.primary.url, connect_timeout=5)
                opened.callback(taken_one.close)
                taken += 1
        except psycopg.OperationalError:
            time.sleep(LIMIT_SECONDS)
    return f"the last {taken} connections were taken for {LIMIT_SECONDS} s; PgBouncer kept its own"


def _hear(scene: Scene, token: str) -> str:
    caller = Caller(scene.spare.port, token)
    connection = caller.connect()
    try:
        caller.ask(connection, asking.PAGE)
    except Failed as failure:
        return str(failure)
    finally:
        connection.close()
    return "accepted"


def _send_a_byte(client: socket.socket) -> None:
    try:
        client.send(b" ")
    except OSError:
        return


def _is_closed(client: socket.socket) -> bool:
    try:
        return client.recv(1024) == b"" or _is_closed(client)
    except BlockingIOError:
        return False
    except OSError:
        return True
