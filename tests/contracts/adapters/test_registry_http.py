"""The lookups over real HTTP: adapters against the simulator on loopback, with each way in which it can go wrong."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import pytest

from sekisho.contracts.adapters.bounded_http import AdapterAddressRefused, AdapterKeyRefused, Host, Key
from sekisho.contracts.adapters.corporate_number_http import OFFICIAL, CorporateNumberHttp
from sekisho.contracts.adapters.registry_information_http import RegistryInformationHttp
from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.kind import CORPORATE_NUMBER, REGISTRY_INFORMATION
from sekisho.contracts.evidence.registry.model import Lookup, LookupState, Officer, Source
from sekisho.contracts.evidence.registry.web_api import ResponseType
from sekisho.contracts.evidence.verifier import Asked
from sekisho.contracts.simulators import corporate_registry as simulator
from sekisho.contracts.simulators.corporate_registry import CLOSED, IMAGE, MIHON, WINDING_UP, Running
from sekisho.contracts.simulators.loopback import Fault

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SECRET = "made-up-application-id"
UNKNOWN = simulator.made_up_number(999)


@pytest.fixture
def running() -> Iterator[Running]:
    """A simulator for one test."""
    with simulator.start() as one:
        yield one


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key that only its owner may read."""
    path = tmp_path / "key"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


def published(running: Running, number: str, *, kind: ResponseType = ResponseType.XML, timeout: float = 5) -> Lookup:
    """Ask the site."""
    return CorporateNumberHttp(Host(running.address), Key(SECRET), kind, timeout).published(
        CorporateNumber(number), MOMENT
    )


def registered(running: Running, number: str) -> Lookup:
    """Ask the gateway."""
    return RegistryInformationHttp(Host(running.address), Key(SECRET), 5).registered(CorporateNumber(number), MOMENT)


@pytest.mark.parametrize("kind", list(ResponseType))
@pytest.mark.parametrize(
    ("number", "state"),
    [
        (MIHON.number, LookupState.FOUND),
        (CLOSED.number, LookupState.CLOSED),
        (IMAGE.number, LookupState.FOUND),
        (WINDING_UP.number, LookupState.FOUND),
        (UNKNOWN, LookupState.NOT_FOUND),
    ],
)
def test_the_site_answers_in_both_forms(running: Running, kind: ResponseType, number: str, state: LookupState) -> None:
    """Each state comes back typed, with whose answer it is, when, and that it is a simulator's."""
    found = published(running, number, kind=kind)
    assert (found.state, found.source, found.asked_at) == (state, Source.CORPORATE_NUMBER_SITE, MOMENT)
    assert found.answered_by == "simulator (127.0.0.1)"
    assert running.asked == [f"/4/num?number={number}"]


def test_the_gateway_answers_with_officers(running: Running) -> None:
    """What the site doesn't have: who is registered, and whether the company is being wound up."""
    found = registered(running, MIHON.number)
    assert found.state is LookupState.FOUND
    assert found.company is not None
    assert found.company.officers == (Officer("代表取締役", "見本太郎"), Officer("取締役", "見本花子"))
    assert registered(running, UNKNOWN).state is LookupState.NOT_FOUND
    assert registered(running, CLOSED.number).state is LookupState.CLOSED
    winding_up = registered(running, WINDING_UP.number).company
    assert winding_up is not None
    assert winding_up.in_liquidation


def test_a_whole_verification_over_http(running: Running) -> None:
    """A document, the verifier, the adapter, the wire: the facts that the rulebook asks about."""
    raw = f'{{"number": "{MIHON.number}", "stated": {{"name": "見本商事(株)"}}}}'.encode()
    site = CorporateNumberHttp(Host(running.address), Key(SECRET))
    registry = RegistryInformationHttp(Host(running.address), Key(SECRET))
    for verifier, official in (
        (CORPORATE_NUMBER.asking(site), "from_official_site"),
        (REGISTRY_INFORMATION.asking(registry), "from_designated_service"),
    ):
        facts = verifier.prepare({}, moment=MOMENT).verify(raw, Asked("", MOMENT)).report.require_facts()
        assert (facts[official], facts["name_agrees"]) == (True, True)


FAULTS = [
    (Fault(status=HTTPStatus.INTERNAL_SERVER_ERROR), "HTTP 500"),
    (Fault(status=HTTPStatus.NOT_FOUND), "HTTP 404"),
    (Fault(redirect_to="https://elsewhere.example/4/num"), "HTTP 302"),
    (Fault(body=b"<html>maintenance</html>"), "not corporations"),
    (Fault(body=b""), "not XML"),
    (Fault(body=b"x" * 300_000), "more than 262144 bytes"),
]


@pytest.mark.parametrize(("fault", "problem"), FAULTS, ids=[problem for _, problem in FAULTS])
def test_what_isnt_an_answer_says_nothing_about_the_company(running: Running, fault: Fault, problem: str) -> None:
    """Each failure is could-not-check, in a few words that hold neither the id nor the answer."""
    running.fault = fault
    found = published(running, MIHON.number)
    assert (found.state, found.problem) == (LookupState.COULD_NOT_CHECK, problem)
    assert SECRET not in repr(found)


def test_a_slow_site_is_given_up(running: Running) -> None:
    """Somebody waits at the counter."""
    running.fault = Fault(wait_seconds=5)
    assert published(running, MIHON.number, timeout=0.2).problem == "timed out"


def test_a_site_that_isnt_there_could_not_be_asked() -> None:
    """No connection is no answer."""
    with simulator.start() as gone:
        address = gone.address
    found = CorporateNumberHttp(Host(address), Key(SECRET), timeout=1).published(CorporateNumber(MIHON.number), MOMENT)
    assert found.problem == "no connection, or it broke"


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"source": "registry_information_service"}',
        b'{"source": "registry_information_service", "number": "1", "found": false}',
        b'{"source": "me", "number": "7000012050002", "found": false}',
        b'{"source": "other", "number": "7000012050002", "found": 1}',
        b'{"source": "other", "number": "7000012050002", "found": true, "name": "x", "head_office": "y", "officers":1}',
    ],
)
def test_a_gateway_that_is_unintelligible_says_nothing(running: Running, body: bytes) -> None:
    """Strict: another shape than agreed is no answer."""
    running.fault = Fault(body=body)
    found = registered(running, MIHON.number)
    assert found.state is LookupState.COULD_NOT_CHECK
    assert found.problem.startswith("unintelligible: ")


def test_another_companys_answer_is_not_this_ones(running: Running) -> None:
    """The verifier notices at step 3."""
    running.fault = Fault(answer_for=CLOSED.number)
    site = CorporateNumberHttp(Host(running.address), Key(SECRET))
    raw = f'{{"number": "{MIHON.number}"}}'.encode()
    failure = CORPORATE_NUMBER.asking(site).prepare({}, moment=MOMENT).verify(raw, Asked("", MOMENT)).report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("other_corporation", 3)


def test_a_gateway_says_whose_information_it_brings(running: Running) -> None:
    """A copy from elsewhere isn't the designated service's."""
    running.source = "other"
    assert registered(running, MIHON.number).source is Source.OTHER


def test_the_simulator_asks_for_an_id_and_a_key(running: Running) -> None:
    """As the real ones do."""
    import httpx

    for path in ("/4/num?number=1&type=12", "/registry-information?number=1", "/"):
        assert httpx.get(running.address + path, trust_env=False).status_code == HTTPStatus.FORBIDDEN
    assert httpx.get(running.address + "/4/num?id=x&type=01", trust_env=False).status_code == HTTPStatus.BAD_REQUEST


# --- configuration ----------------------------------------------------------------------------------------------------


def test_the_official_site_is_asked_over_tls(key_file: Path) -> None:
    """The real adapter has the real host, and the id from its file; nothing shows it."""
    adapter = CorporateNumberHttp.official(key_file)
    assert adapter.host == Host(OFFICIAL)
    assert adapter.application_id.value == SECRET
    assert SECRET not in repr(adapter)
    assert RegistryInformationHttp.at("https://gateway.example/", key_file).host.name == "gateway.example"


def test_a_mirror_isnt_the_site() -> None:
    """Whatever another host answers, it isn't who the Ordinance names."""
    assert CorporateNumberHttp(Host("https://mirror.example"), Key(SECRET)).source is Source.OTHER
    assert CorporateNumberHttp(Host(OFFICIAL), Key(SECRET)).source is Source.CORPORATE_NUMBER_SITE


@pytest.mark.parametrize(
    "address",
    [
        "http://gateway.example",
        "ftp://127.0.0.1",
        "https://a:b@gateway.example",
        "https://gateway.example/?x=1",
        "https://",
        "x",
    ],
)
def test_an_address_that_cant_be_believed_is_refused(address: str) -> None:
    """TLS, or this very machine; never a password in an address."""
    with pytest.raises(AdapterAddressRefused):
        Host(address)


@pytest.mark.parametrize("content", ["", "short", "two\nlines-of-key", "スペース", "x" * 600])
def test_a_key_that_isnt_one_line_is_refused(key_file: Path, content: str) -> None:
    """And isn't repeated."""
    key_file.write_text(content)
    with pytest.raises(AdapterKeyRefused) as refused:
        Key.read(key_file)
    assert not content or content not in str(refused.value)


def test_a_key_that_others_may_read_is_refused(key_file: Path) -> None:
    """Mode 0640 lets the group in."""
    key_file.chmod(0o640)
    with pytest.raises(AdapterKeyRefused, match="0640"):
        Key.read(key_file)


def test_a_key_is_a_plain_file(key_file: Path, tmp_path: Path) -> None:
    """No link, no folder, no pipe, nothing missing."""
    (tmp_path / "link").symlink_to(key_file)
    (tmp_path / "folder").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    for name in ("link", "folder", "pipe", "missing"):
        with pytest.raises(AdapterKeyRefused):
            Key.read(tmp_path / name)
