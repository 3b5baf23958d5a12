"""``sekisho demo`` end to end: simulators and a real server on loopback, and how each remote sign-up comes out."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.conftest import ACCEPTED, PROGRAM, PROJECT, document, run

EXAMPLE = PROJECT / "examples" / "remote_sign_up.py"
READMES = ("README.md", "README.ja.md")
REQUESTS = [
    ("inquiry", "reviewed"),
    ("preservation", "holding"),
    ("warrant", "delivered"),
    ("ambiguous", "decided"),
    ("claim", "waiting"),
    ("hidden", "holding"),
]
"""The requests for disclosure that the demonstration takes through the desk, and where each then stands."""
CALLS = [
    ("agreement", ""),
    ("own_number", "pass"),
    ("forged_number", "reject"),
    ("emergency", "pass"),
    ("from_abroad", "anonymise"),
    ("stop", ""),
]
"""The steps at the calls desk, and what became of each call."""


@pytest.fixture(scope="module")
def one_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one example, so that the remote part is what takes the time."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / ACCEPTED.name).write_bytes(ACCEPTED.read_bytes())
    return folder


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[bytes]]:
    """``sekisho demo --keep`` with these options, killed at the end if it still runs."""
    process = subprocess.Popen(
        [str(PROGRAM), *options, "--keep"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ended(process: subprocess.Popen[bytes], number: signal.Signals) -> bytes:
    """What it prints when it is told to end, which it does with 0."""
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err.decode()
    return out


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, one_example: Path) -> Iterator[Any]:
    """What one whole demonstration says, which goes on for these tests; ended, it leaves nothing running."""
    place = tmp_path_factory.mktemp("demo") / "ws"
    with started("demo", str(place), "--examples", str(one_example), "--json") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            assert process.stderr is not None
            raise AssertionError(process.stderr.read().decode())
        told = json.loads(line)
        yield told
        last = json.loads(ended(process, signal.SIGINT))
        assert last["ledger"]["holds"] is True
        assert last["ledger"]["size"] > max(one["ledger_index"] for one in told["steps"])
        assert last["remote"]["steps"] == told["steps"]
        assert [(one["request"], one["state"]) for one in last["disclosure"]] == REQUESTS
        assert [(one["step"], one["outcome"]) for one in last["calls"]] == CALLS
    for address in told["addresses"].values():
        with socket.socket() as other:
            other.settimeout(2)
            assert other.connect_ex(("127.0.0.1", urlsplit(address).port or 0)) != 0, address


def step(told: Any, name: str) -> Any:
    """One step of the walk."""
    [found] = [one for one in told["steps"] if one["step"] == name]
    return found


def formats(found: Any) -> list[str]:
    """The formats of the evidence that was verified."""
    return [one["format"] for one in found["evidence"] if one["origin"] == "verified"]


def test_a_signature_is_accepted_with_a_record(told: Any) -> None:
    """Challenge, card, decision; every step of the verification was done, and the platform operator was asked."""
    found = step(told, "signature")
    assert found["requests"] == ["POST /v1/contracts/challenges", "POST /v1/contracts/decisions"]
    assert (found["verdict"], found["recorded"]) == ("accept", True)
    [evidence] = found["evidence"]
    assert (evidence["format"], set(evidence["steps"].values())) == ("jpki", {"done"})
    assert "SIMULATOR platform operator" in found["notice"][0]["en"]


def test_a_sign_in_carries_an_additional_line(told: Any) -> None:
    """A real code flow at the simulated デジタル認証アプリ: begun and finished over HTTP, then decided."""
    found = step(told, "additional_line")
    assert [one.rsplit("/", 1)[1] for one in found["requests"]] == ["sign-ins", "finish", "decisions"]
    assert (found["verdict"], formats(found)) == ("accept", ["digital_auth_app"])
    assert found["methods"] == ["contract.counterparty.existing-record-match-with-authentication"]


def test_a_company_with_its_representative(told: Any) -> None:
    """The registry's certificate, a lookup, gBizID's authority and belonging apart, and the person's own signature."""
    found = step(told, "company")
    assert found["verdict"] == "accept"
    wanted = ["commercial_register", "jpki", "corporate_number", "gbizid", "gbizid_affiliation"]
    assert formats(found) == wanted


@pytest.mark.parametrize("name", ["reliance_carrier", "reliance_bank"])
def test_reliance_is_shown_and_decides_nothing(told: Any, name: str) -> None:
    """Verified, and evidence is missing all the same; a simulation of the proposals would accept it."""
    found = step(told, name)
    assert (found["verdict"], formats(found), found["recorded"]) == ("need_evidence", ["reliance"], False)
    [simulated] = [one for one in told["simulated"] if one["decision"] == found["decision"]]
    assert simulated["would_be"] == "accept"


def test_a_revoked_card_is_refused_at_its_step(told: Any) -> None:
    """Step 10, by its name; nothing after it is done."""
    found = step(told, "revoked")
    [evidence] = found["evidence"]
    assert (found["verdict"], evidence["origin"], evidence["failure"]) == (
        "need_evidence",
        "refused",
        "certificate_revoked",
    )
    assert (evidence["steps"]["9"], evidence["steps"]["10"], evidence["steps"]["11"]) == ("done", "failed", "not_done")


def test_a_platform_that_is_down_is_no_answer(told: Any) -> None:
    """Could not check: neither accepted nor refused."""
    found = step(told, "platform_down")
    [evidence] = found["evidence"]
    assert (found["verdict"], evidence["origin"]) == ("need_evidence", "verified")
    assert evidence["steps"]["10"] == "could_not_check"


def test_everything_is_in_one_ledger_and_on_loopback(told: Any) -> None:
    """Each decision has its place, in the order of the steps; every address is this machine's."""
    places = [one["ledger_index"] for one in told["steps"]]
    assert places == sorted(set(places))
    addresses = told["addresses"]
    assert {urlsplit(address).hostname for address in addresses.values()} == {"127.0.0.1"}
    parties = {"server", "jpki_platform", "corporate_registry", "digital-auth-app", "gbizid", "carrier", "bank"}
    assert parties <= addresses.keys()


def test_people_can_read_it(tmp_path: Path, one_example: Path) -> None:
    """Every step has its verdict, all of it is called a simulation, and SIGTERM ends it with the ledger checked."""
    lines = []
    with started("--lang", "en", "demo", str(tmp_path / "ws"), "--examples", str(one_example)) as process:
        assert process.stdout is not None
        for raw in process.stdout:
            lines.append(raw.decode())
            if lines[-1].startswith("Ctrl-C"):
                break
        shown = "".join(lines) + ended(process, signal.SIGTERM).decode()
    assert "Outside parties are simulators" in shown
    assert [line[:2] for line in shown.splitlines() if line[:1].isdigit()] == [f"{n}." for n in range(1, 8)]
    assert shown.count("   ⇒ accepted (accept)") == 3
    assert shown.count("   ⇒ evidence is missing (need_evidence)") == 4
    assert "if the report's proposals (A3-1) were law, accepted" in shown
    assert "could not check 1 #10" in shown
    assert "every hash and signature holds" in shown


def test_a_server_does_not_outlive_whoever_started_it(tmp_path: Path, one_example: Path) -> None:
    """Killed outright, the demonstration leaves no server behind."""
    with started("demo", str(tmp_path / "ws"), "--examples", str(one_example), "--json") as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["addresses"]["server"]
        process.kill()
        # The server shares this pipe: it ends when the last of them does.
        process.communicate(timeout=60)
    with pytest.raises(httpx.TransportError):
        httpx.get(address + "openapi.json", trust_env=False)


def test_without_http(tmp_path: Path, one_example: Path) -> None:
    """``--no-http`` decides the examples, starts nothing, and there is nothing to keep."""
    place = tmp_path / "ws"
    told = document(run("demo", place, "--examples", one_example, "--no-http", "--json"))
    assert (told["remote"], [one["verdict"] for one in told["decisions"]]) == ({}, ["accept"])
    refused = run("demo", place, "--examples", one_example, "--no-http", "--keep", "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["error"]["reason"]) == (2, "usage")


# --- kept running -----------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(told: Any) -> Iterator[httpx.Client]:
    """A browser with its own cookies, at the sign-up site."""
    with httpx.Client(base_url=told["addresses"]["sign_up_site"], trust_env=False, timeout=30) as client:
        yield client


def test_a_person_signs_by_clicking(browser: httpx.Client) -> None:
    """The page says that it is a simulator; its button signs, and shows the decision."""
    front = browser.get("/")
    assert "シミュレーター" in front.text
    assert "X-Sekisho-Simulator" in front.headers
    assert "default-src 'none'" in front.headers["Content-Security-Policy"]
    signed = browser.post("/sign")
    assert "SITE-0001: accept" in signed.text


@pytest.mark.parametrize(
    ("provider", "person", "verdict"),
    [
        ("digital-auth-app", "taro", "accept"),
        ("gbizid", "prime", "accept"),
        ("carrier", "taro", "need_evidence"),
        ("bank", "hanako", "need_evidence"),
    ],
)
def test_a_person_signs_in_by_clicking(browser: httpx.Client, provider: str, person: str, verdict: str) -> None:
    """To the provider's page, a person chosen there, and back to the decision; the same redirect counts once."""
    begun = browser.post("/begin", data={"provider": provider})
    assert begun.status_code == 303
    page = httpx.get(begun.headers["location"], trust_env=False)
    assert f"value='{person}'" in page.text
    came = httpx.get(f"{begun.headers['location']}&simulator_person={person}", trust_env=False)
    decided = browser.get(came.headers["location"])
    assert f": {verdict}</h2>" in decided.text
    assert browser.get(came.headers["location"]).status_code == 403


def test_another_browser_gets_nothing(browser: httpx.Client) -> None:
    """A redirect that somebody else is sent, a form of another page, and what isn't there."""
    begun = browser.post("/begin", data={"provider": "carrier"})
    came = httpx.get(f"{begun.headers['location']}&simulator_person=taro", trust_env=False)
    assert httpx.get(came.headers["location"], trust_env=False).status_code == 403
    forged = {**browser.cookies, "sekisho_simulator_browser": "x"}
    with httpx.Client(cookies=forged, trust_env=False) as other:
        assert other.get(came.headers["location"]).status_code == 403
    assert browser.post("/sign", headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert browser.post("/begin", data={"provider": "nobody"}).status_code == 404
    assert browser.get("/elsewhere").status_code == 404
    assert browser.post("/card", json={"nonce": "zz"}).status_code == 400
    declined = httpx.get(f"{begun.headers['location']}&simulator_person=-", trust_env=False)
    assert "sign_in_denied" in browser.get(declined.headers["location"]).text


def test_the_example_of_the_readme(told: Any, tmp_path: Path) -> None:
    """``examples/remote_sign_up.py`` is what the READMEs show, and does what they say with a running demonstration."""
    source = EXAMPLE.read_text(encoding="utf-8")
    lines = source[source.index("    asked = ") : source.index("    found: ")]
    shown = "\n".join(line.removeprefix("    ") for line in lines.splitlines())
    for name in READMES:
        assert shown in (PROJECT / name).read_text(encoding="utf-8"), name
    arguments = [told["addresses"]["server"], told["token"], told["addresses"]["sign_up_site"]]
    done = subprocess.run([sys.executable, str(EXAMPLE), *arguments], capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().startswith("accept  jpki: 14 steps done  ledger #")
    for name in READMES:
        assert "accept  jpki: 14 steps done" in (PROJECT / name).read_text(encoding="utf-8"), name
