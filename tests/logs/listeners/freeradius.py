"""Real RADIUS peers: FreeRADIUS's client, and its server with a configuration of a few lines."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.logs.listeners.made import SHARED

DICTIONARY = Path("/usr/share/freeradius/dictionary")
LIBRARIES = Path("/usr/lib/freeradius")

_SENT = re.compile(r"^Sent Accounting-Request Id (\d+) ")
_SESSION = re.compile(r'^\tAcct-Session-Id = "(.+)"$')
_RECEIVED = re.compile(r"^Received Accounting-Response Id (\d+) ")

_CONFIGURATION = """\
prefix = /usr
logdir = {directory}
raddbdir = {directory}
radacctdir = {directory}
run_dir = {directory}
db_dir = {directory}
libdir = {libraries}
pidfile = {directory}/pid
max_request_time = 10
cleanup_delay = 1
max_requests = 4096
hostname_lookups = no
log {{
    destination = stdout
}}
security {{
    allow_core_dumps = no
    max_attributes = 200
    reject_delay = 0
    status_server = yes
}}
proxy_requests = yes
thread pool {{
    start_servers = 1
    max_servers = 2
    min_spare_servers = 1
    max_spare_servers = 2
    max_requests_per_server = 0
}}
modules {{
    detail {{
        filename = {directory}/detail
        permissions = 0600
    }}
}}
client loopback {{
    ipaddr = 127.0.0.1
    secret = {secret}
}}
home_server sekisho {{
    type = acct
    ipaddr = 127.0.0.1
    port = {home}
    secret = {secret}
    status_check = status-server
    response_window = 6
}}
home_server_pool sekisho {{
    type = fail-over
    home_server = sekisho
}}
realm sekisho {{
    acct_pool = sekisho
    nostrip
}}
server default {{
    listen {{
        type = acct
        ipaddr = 127.0.0.1
        port = {port}
    }}
    preacct {{
{preacct}
    }}
    accounting {{
        detail
    }}
}}
"""


_TO_US = """\
        update control {
            Proxy-To-Realm := "sekisho"
        }"""


def require(program: str) -> str:
    """The program's path; skips the test where it isn't installed (``scripts/test`` installs it)."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed: scripts/test, run as root, installs freeradius and freeradius-utils")
    return found


@dataclass(frozen=True, slots=True)
class Answered:
    """What a run of radclient came to: the sessions that were answered."""

    sessions: frozenset[str]
    code: int
    output: str


def packets(sessions: Sequence[str], *, at: int, status: str = "Start") -> str:
    """What radclient reads: one request for each session, with an address of its own."""
    made = []
    for number, session in enumerate(sessions):
        made.append(
            f'Acct-Status-Type = {status}, User-Name = "user-{session}", Acct-Session-Id = "{session}", '
            f"Framed-IP-Address = 198.18.{number // 250}.{number % 250 + 1}, NAS-IP-Address = 192.0.2.10, "
            f"Event-Timestamp = {at}"
        )
    return "\n\n".join(made) + "\n"


def radclient(port: int, text: str, *, parallel: int = 20, tries: int = 2, timeout: float = 2) -> Answered:
    """Send accounting to loopback and see what was answered."""
    done = subprocess.run(
        [
            require("radclient"), "-x", "-t", str(timeout), "-r", str(tries), "-p", str(parallel),
            f"127.0.0.1:{port}", "acct", SHARED.decode(),
        ],
        input=text, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return Answered(_answered(done.stdout), done.returncode, done.stdout + done.stderr)


def _answered(output: str) -> frozenset[str]:
    sent: dict[str, str] = {}
    answered: set[str] = set()
    last = ""
    for line in output.splitlines():
        if match := _SENT.match(line):
            last = match[1]
        elif match := _SESSION.match(line):
            sent[last] = match[1]
        elif match := _RECEIVED.match(line):
            answered.add(sent[match[1]])
    return frozenset(answered)


def free_port() -> int:
    """A UDP port of loopback that nobody has now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


@contextmanager
def server(directory: Path, *, home: int | None = None) -> Iterator[int]:
    """A FreeRADIUS that writes ``detail`` and, with ``home``, sends accounting on to that port; its own port."""
    program = require("freeradius")
    port = free_port()
    preacct = "        ok" if home is None else _TO_US
    text = _CONFIGURATION.format(
        directory=directory, libraries=LIBRARIES, secret=SHARED.decode(), port=port, home=home or 9, preacct=preacct
    )
    if home is None:
        text = text.replace("proxy_requests = yes", "proxy_requests = no")
    (directory / "radiusd.conf").write_text(text, encoding="ascii")
    (directory / "dictionary").write_text(f"$INCLUDE {DICTIONARY}\n", encoding="ascii")
    (directory / "radiusd.conf").chmod(0o600)
    with (directory / "output").open("wb") as output:
        running = subprocess.Popen(
            [program, "-f", "-X", "-d", str(directory)], stdout=output, stderr=output, start_new_session=True
        )
        try:
            _wait_for(running, directory / "output")
            yield port
        finally:
            running.terminate()
            running.wait(20)


def _wait_for(running: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + 60
    while b"Ready to process requests" not in output.read_bytes():
        assert running.poll() is None, output.read_text("utf-8", "replace")[-3000:]
        assert time.monotonic() < end, "FreeRADIUS didn't start"
        time.sleep(0.05)
