"""A Kamailio of one test, on loopback, with Sekisho's script in it; and made-up users to call through it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sekisho.calls.connector.export import Exported, export
from sekisho.calls.connector.spool_reader import SpoolFile, SpoolKey, complete_files, read_spool_file
from sekisho.calls.screening import bundle
from sekisho.calls.screening.lookups import Choice, LineSettings, Wish
from sekisho.calls.screening.settings import write_lines
from sekisho.calls.screening.vocabulary import FEATURES

KEY: Final = SpoolKey(X25519PrivateKey.from_private_bytes(b"made up for tests of the spool.."))
LINES: Final = {
    "0398760001": Choice(wish=Wish.LABEL, consent="consent-1"),
    "0398760002": Choice(wish=Wish.ANONYMISE, consent="consent-2"),
    "0398760003": Choice(wish=Wish.ANNOUNCE, consent="consent-3"),
    "0398760004": Choice(wish=Wish.REJECT, consent="consent-4", sip_status=603),
    "0398760007": Choice(wish=Wish.REJECT, consent="consent-7", sip_status=607),
    "0398760008": Choice(wish=Wish.REJECT, consent="consent-8", sip_status=608),
}
"""Made-up lines, each of which asked for another outcome."""
QUIET: Final = "0398760000"
"""A line that asked for nothing."""
_WAIT: Final = 20.0


def available() -> bool:
    """Whether Kamailio, its Python module and SIPp are there."""
    modules = Path("/usr/lib/x86_64-linux-gnu/kamailio/modules/app_python3.so")
    found = shutil.which("kamailio") or Path("/usr/sbin/kamailio").exists()
    return bool(found and modules.exists() and shutil.which("sipp"))


def parts(*, reason: str = "what_the_line_asked") -> dict[str, bytes]:
    """A bundle whose one rule does what the called line asked for."""
    rule = {
        "id": "test.line", "priority": 1, "from": "2020-01-01", "until": None, "outcome": "line.suspicious",
        "reason": reason, "basis": ["test.provision"], "sip_status": None, "label": "suspicious",
        "boxes": [{"wish_suspicious": ["label", "anonymise", "announce", "reject"]}],
        "title": {"ja": "試験", "en": "test"}, "message": {"ja": "試験", "en": "test"},
        "strength": "house", "text_state": "summary", "source": "tests",
    }  # fmt: skip
    rules = {"format": 1, "name": "test", "digest": "00", "features": FEATURES, "rules": [rule]}
    return {
        "rules.json": json.dumps(rules).encode(),
        "agreements.json": json.dumps({"format": 1, "agreements": []}).encode(),
        "lines.bin": write_lines({line: LineSettings(suspicious_calls=choice) for line, choice in LINES.items()}),
    }


def publish(root: Path, **changed: Any) -> str:
    """Publish a bundle as Sekisho does."""
    return bundle.write(root, parts(**changed), made_at=datetime(2026, 11, 23, tzinfo=UTC))


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    """A port of loopback that nobody has at the moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Phone:
    """A UDP socket that sends and receives SIP."""

    socket: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))

    def __post_init__(self) -> None:
        """Bound to loopback."""
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(_WAIT)

    def __del__(self) -> None:
        """Closed with its last user."""
        self.socket.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.socket.getsockname()[1])

    def send(self, message: bytes, port: int) -> None:
        """Send to a port of loopback."""
        self.socket.sendto(message, ("127.0.0.1", port))

    def receive(self) -> bytes:
        """The next message. ``TimeoutError`` where none comes."""
        return self.socket.recvfrom(65_535)[0]

    def final(self) -> bytes:
        """The next message that isn't a provisional answer."""
        while (found := self.receive()).startswith(b"SIP/2.0 1"):
            pass
        return found


def invite(
    phone: Phone,
    called: str = QUIET,
    *,
    number: str = "0312345678",
    asserted: str | None = None,
    extra: Sequence[str | bytes] = (),
    call_id: str = "a",
    uri: str | None = None,
) -> bytes:
    """An INVITE with the number in From, P-Asserted-Identity and Contact."""
    lines: list[str | bytes] = [
        f"INVITE {uri or f'sip:{called}@203.0.113.9'} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{phone.port};branch=z9hG4bK-{call_id}",
        "Max-Forwards: 70",
        f'From: "Name" <sip:{number}@198.51.100.7>;tag=from-{call_id}',
        f"To: <sip:{called}@203.0.113.9>",
        f"Call-ID: {call_id}@198.51.100.7",
        "CSeq: 1 INVITE",
        f"Contact: <sip:{number}@127.0.0.1:{phone.port}>",
        f"P-Asserted-Identity: {asserted or f'<sip:{number}@198.51.100.7>'}",
        *extra,
        "Content-Length: 0",
    ]
    return b"\r\n".join(one.encode() if isinstance(one, str) else one for one in lines) + b"\r\n\r\n"


def answer(request: bytes, phone: Phone, status: str = "200 OK") -> bytes:
    """An answer to a request."""
    head = request.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")[1:]
    kept = [
        one for one in head if one.lower().startswith(("via:", "from:", "to:", "call-id:", "cseq:", "record-route:"))
    ]
    kept = [one + ";tag=to" if one.lower().startswith("to:") and ";tag=" not in one else one for one in kept]
    lines = [f"SIP/2.0 {status}", *kept, f"Contact: <sip:callee@127.0.0.1:{phone.port}>", "Content-Length: 0", "", ""]
    return "\r\n".join(lines).encode()


def header(message: bytes, name: str) -> list[str]:
    """A header's values."""
    head = message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")[1:]
    return [value.strip() for one in head for key, _, value in [one.partition(":")] if key.lower() == name.lower()]


@dataclass
class Proxy:
    """A running Kamailio and what is around it."""

    directory: Path
    port: int
    metrics_port: int
    next_hop: Phone
    next_hop_port: int
    announcer: Phone
    process: subprocess.Popen[bytes]

    @property
    def bundle(self) -> Path:
        """Where bundles are published."""
        return self.directory / "bundle"

    @property
    def spool(self) -> Path:
        """Where evidence is written."""
        return self.directory / "spool"

    @property
    def log(self) -> str:
        """What Kamailio has said."""
        return (self.directory / "kamailio.log").read_text(encoding="utf-8", errors="replace")

    def metrics(self) -> dict[str, float]:
        """Sekisho's figures: name with labels to value."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=_WAIT) as answered:
            text = answered.read().decode()
        found = re.findall(r"^sekisho_calls_(\w+)\s*(\{[^}]*\})?\s+([0-9.]+)", text, re.MULTILINE)
        return {name + labels.replace(" ", ""): float(value) for name, labels, value in found}

    def workers(self) -> list[int]:
        """Its child processes, those that handle calls first."""
        names = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, check=True)
        return [int(one) for one in names.stdout.split()]

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End it, and its children with it."""
        children = self.workers() if self.process.poll() is None else []
        self.process.send_signal(how)
        self.process.wait(_WAIT)
        if how == signal.SIGKILL:
            for child in children:
                kill(child)

    def evidence(self) -> list[SpoolFile]:
        """Every complete file of the spool."""
        return [read_spool_file(path, KEY) for path in complete_files(self.spool)]

    def records(self) -> list[dict[str, Any]]:
        """Every record of the complete files."""
        return [json.loads(one) for file in self.evidence() for one in file.records]


def kill(pid: int) -> None:
    """Kill a child of ours that may be gone already."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def eventually(check: Callable[[], bool], what: str) -> None:
    """Wait for something that must come about."""
    end = time.monotonic() + _WAIT
    while not check():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@contextmanager
def running(
    directory: Path,
    *,
    children: int = 2,
    memory: int = 128,
    published: bool = True,
    settings: Mapping[str, Any] | None = None,
    prepare: Callable[[Path], None] | None = None,
) -> Iterator[Proxy]:
    """A proxy in ``directory`` with that many MiB of shared memory. ``prepare`` may alter what was exported first."""
    (directory / "bundle").mkdir()
    (directory / "spool").mkdir()
    if published:
        publish(directory / "bundle")
    next_hop, announcer = Phone(), Phone()
    port, metrics = free_port(), free_port(socket.SOCK_STREAM)
    said = {
        "bundle": str(directory / "bundle"),
        "spool": str(directory / "spool"),
        "public_key": KEY.public.hex(),
        "spool_max_bytes": 1 << 30,
        "labels": {"suspicious": "迷惑電話の疑い"},
        "trunks": [{"id": "from-abroad", "direction": "abroad", "addresses": ["127.0.0.0/8"]}],
    }
    export(
        directory / "proxy",
        Exported(
            bind=f"127.0.0.1:{port}",
            metrics=f"127.0.0.1:{metrics}",
            next_hop=f"sip:127.0.0.1:{next_hop.port}",
            children=children,
            announcement=f"sip:annc@127.0.0.1:{announcer.port};play=notice",
            redress="https://redress.example/card",
        ),
        said | dict(settings or {}),
    )
    if prepare is not None:
        prepare(directory / "proxy")
    (directory / "run").mkdir()
    program = shutil.which("kamailio") or "/usr/sbin/kamailio"
    command = [program, "-DD", "-E", "-f", str(directory / "proxy" / "kamailio.cfg"), "-Y", str(directory / "run")]
    with (directory / "kamailio.log").open("wb") as log:
        process = subprocess.Popen([*command, "-m", str(memory), "-M", "16"], stderr=log, stdout=log)
    proxy = Proxy(directory, port, metrics, next_hop, next_hop.port, announcer, process)
    try:
        probe = Phone()
        probe.socket.settimeout(0.2)
        eventually(lambda: _answers(probe, proxy), f"Kamailio didn't start: {proxy.log[-3000:]}")
        yield proxy
    finally:
        if process.poll() is None:
            proxy.stop()


def _answers(probe: Phone, proxy: Proxy) -> bool:
    assert proxy.process.poll() is None, proxy.log[-3000:]
    here = f"127.0.0.1:{proxy.port}"
    probe.send(
        f"OPTIONS sip:{here} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{probe.port};branch=z9hG4bKo\r\nFrom: <sip:o@a>;"
        f"tag=o\r\nTo: <sip:o@a>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n".encode(),
        proxy.port,
    )
    try:
        return probe.receive().startswith(b"SIP/2.0 200")
    except TimeoutError:
        return False
