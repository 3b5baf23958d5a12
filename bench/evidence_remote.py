"""A whole remote application over HTTP: a JPKI signature verified, the decision, rows and ledger leaves durable.

The made-up JPKI is the simulator's, with a list of 200,000 revoked certificates among the workspace's trust files. Each
request answers a challenge of its own, which the server issued before the clock starts; its card signs with real RSA.
"""

from __future__ import annotations

import base64
import http.client
import json
import statistics
import subprocess
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from bench import law_http
from bench.law_http import SEKISHO, Latencies, Server
from bench.runner import DATA, BenchmarkError
from sekisho.clock import SystemClock
from sekisho.contracts.evidence.jpki.profile import USE_SIGNING_AUTHORITY, USE_SIGNING_LIST, Purpose
from sekisho.contracts.simulators.jpki import Holder, SimulatedCard, SimulatedJpki

REVOKED = 200_000
RATE = 50
SECONDS = 20
WARM_UP = 200
HOLDER = Holder("見本 太郎", "架空県見本市関所町1-2-3", date(1990, 5, 1))


def measure(*, repeats: int, seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Inputs and figures. The seed isn't used: keys, challenges and signatures are random by their nature."""
    del seed
    DATA.mkdir(parents=True, exist_ok=True)
    jpki = SimulatedJpki(moment=SystemClock().now())
    card = jpki.signing_card(HOLDER)
    with tempfile.TemporaryDirectory(dir=DATA, prefix="remote-") as name:
        folder = Path(name)

        def trust(workspace: Path) -> None:
            _trust(workspace, folder, jpki)

        with law_http.serving(folder, trust) as server:
            found = [_once(server, folder, card, number) for number in range(repeats)]
    inside = (
        "from when a request was due at a constant rate until its answer was read, over loopback: token, JSON, JPKI "
        "signature with path and revocation, decision, evidence and decision kept encrypted with their ledger leaves "
        "durable, challenge used up"
    )
    inputs = {
        "remote_revoked": REVOKED,
        "remote_requests_a_second": RATE,
        "remote_requests_per_repeat": RATE * SECONDS,
        "remote_share_of_a_core": round(statistics.median(one.server_cpu_share for one in found), 2),
    }
    return inputs, [
        _figure(f"remote_application_{name}_ms", [one.percentile(percent) for one in found], goal, inside)
        for name, percent, goal in (("p50", 50, None), ("p99", 99, 30))
    ]


def _once(server: Server, folder: Path, card: SimulatedCard, number: int) -> Latencies:
    first, *bodies = _applications(server, card, f"R{number}", 1 + WARM_UP + RATE * SECONDS)
    answer = _post(server, "decisions", first)
    if answer["verdict"] != "accept":
        raise BenchmarkError(f"a good application is not accepted: {answer['not_checked']}")
    return law_http.send(server, folder, bodies, rate=RATE, warm_up=WARM_UP)


def _applications(server: Server, card: SimulatedCard, prefix: str, count: int) -> list[bytes]:
    """As many applications, each with a signature over a challenge that the server has issued for it."""
    bodies = []
    for number in range(count):
        reference = f"{prefix}-{number}"
        asked = {"application": reference, "purpose": Purpose.SIGNING.value, "agreed_to": "sha256:00"}
        issued = _post(server, "challenges", json.dumps(asked).encode())
        document = card.document(bytes.fromhex(issued["nonce"]), base64.b64decode(issued["text"]))
        bodies.append(json.dumps(_application(reference, document), ensure_ascii=False).encode())
    return bodies


def _post(server: Server, address: str, body: bytes) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    connection.request("POST", f"/v1/contracts/{address}", body, headers)
    answer = connection.getresponse()
    found: dict[str, Any] = json.loads(answer.read())
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise BenchmarkError(f"{address}: {found}")
    return found


def _application(reference: str, document: dict[str, Any]) -> dict[str, Any]:
    stated = {"name": HOLDER.name, "address": HOLDER.address, "birth_date": HOLDER.birth_date.isoformat()}
    return {
        "application": reference,
        "event": "new_contract",
        "channel": "remote",
        "service": "voice",
        "subject": {"kind": "natural", **stated},
        "representative": {"acting": False},
        "verified_by": "sign-up",
        "recorded_by": "sign-up",
        "evidence": [
            {
                "kind": "electronic_signature",
                "person": "subject",
                "raw": {"format": "jpki", "document": document},
            }
        ],
    }


def _trust(workspace: Path, folder: Path, jpki: SimulatedJpki) -> None:
    """Trust the made-up authority and its list in the workspace, as its lawyer would."""
    authority, listed = folder / "authority.cer", folder / "list.crl"
    authority.write_bytes(jpki.authority(Purpose.SIGNING))
    revoked = range(1 << 32, (1 << 32) + REVOKED)
    listed.write_bytes(jpki.revocation_list(Purpose.SIGNING, moment=SystemClock().now(), revoked=revoked))
    lawyer = ("--by", "admin", "staff", "add", "lawyer", "--name", "lawyer", "--role", "legal")
    trust = ("--by", "lawyer", "contract", "trust", "add")
    for words in (lawyer, (*trust, USE_SIGNING_AUTHORITY, authority), (*trust, USE_SIGNING_LIST, listed)):
        done = subprocess.run(
            [str(SEKISHO), "--workspace", str(workspace), *map(str, words)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BenchmarkError(f"sekisho {' '.join(map(str, words))}: {done.stderr}")


def _figure(name: str, values: list[float], goal: float | None, inside: str) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "name": name,
        "value": round(median, 1),
        "spread": round((max(values) - min(values)) / median, 4),
        "unit": "ms",
        "better": "lower",
        "goal": goal,
        "inside": inside,
        "peers": [],
    }
