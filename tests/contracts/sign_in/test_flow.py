"""Whole sign-ins over real loopback HTTP: every personality, and each way in which one goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from sqlalchemy import text

from sekisho.clock import FixedClock
from sekisho.contracts.adapters.oidc_http import OidcHttp
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.oidc.ports import HttpAnswer, HttpRequest
from sekisho.contracts.evidence.verifier import Asked, TrustFile
from sekisho.contracts.evidence.verifiers import VERIFIERS
from sekisho.contracts.evidence_desk import EvidenceAnswer, Submitted, _opened
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.service import Asking, Caller, ContractService
from sekisho.contracts.sign_in.credentials import credentials_listed, keep_credential
from sekisho.contracts.sign_in.errors import CredentialMissing, RedirectNotRegistered, UnknownProvider
from sekisho.contracts.sign_in.service import Begin, Finish, SignInService, Started
from sekisho.contracts.simulators.openid_people import BANK, CARRIER, DIGITAL_AUTH_APP, GBIZID, Personality
from sekisho.contracts.simulators.openid_provider import LABEL, Running, start
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CALLBACK = "https://shop.example/callback"
TARO = Person("見本太郎", "東京都千代田区架空町1-2-3", date(1990, 4, 1))
LAWYER = "stated:lawyer"


@dataclass(slots=True)
class Wire:
    """The real transport, listened to: what was sent, and a hook that changes a request on its way."""

    sent: list[HttpRequest] = field(default_factory=list)
    change: Callable[[HttpRequest], HttpRequest] = lambda request: request
    real: OidcHttp = field(default_factory=OidcHttp)

    def send(self, request: HttpRequest) -> HttpAnswer:
        """Send it for real."""
        self.sent.append(request)
        return self.real.send(self.change(request))


@dataclass
class Shop:
    """A workspace with its clock, and the simulators it can sign people in at."""

    workspace: Workspace
    clock: FixedClock
    stack: ExitStack
    wire: Wire = field(default_factory=Wire)

    def __post_init__(self) -> None:
        """The services over the workspace."""
        self.desk = ContractService(self.workspace)
        self.service = SignInService(self.workspace, self.desk.trust, self.desk.evidence, self.wire)

    def connect(self, personality: Personality, *, pinned: bool = True, credential: bool = True) -> Running:
        """Start a simulator, confirm its configuration, and keep our credential for it."""
        running = self.stack.enter_context(start(personality, redirect_uris=(CALLBACK,), clock=self.clock))
        name = f"{personality.name}-{len(self.desk.trust.entries())}.json"
        self.desk.trust.add("oidc_provider", name, running.provider_file(pinned=pinned), by=LAWYER)
        if credential:
            keep_credential(self.workspace, self.service.provider(running.issuer), running.credential, by=LAWYER)
        return running

    def begin(self, running: Running, application: str = "A-1") -> Started:
        """Begin a sign-in."""
        return self.service.begin(Begin(application, running.issuer, CALLBACK))

    def finish(self, parameters: dict[str, str], application: str = "A-1", **more: Any) -> EvidenceAnswer:
        """Finish one."""
        return self.finish_all(parameters, application, **more)[0]

    def finish_all(
        self, parameters: dict[str, str], application: str = "A-1", **more: Any
    ) -> tuple[EvidenceAnswer, ...]:
        """Finish one; all the evidence that comes of it."""
        return self.service.finish(Finish(application, parameters, **{"stated": TARO, **more}), by="token:test")

    def sign_in(self, running: Running, who: str, **more: Any) -> EvidenceAnswer:
        """All of it."""
        return self.finish(choose(self.begin(running), who), **more)

    def rows(self) -> str:
        """Everything in the tables of challenges, credentials and evidence, as text."""
        tables = ("contract_challenge", "contract_oidc_credential", "contract_evidence", "contract_trust")
        with self.workspace.database.read() as connection:
            return "".join(str(connection.execute(text(f"SELECT * FROM {name}")).all()) for name in tables)  # noqa: S608  the names stand here


def choose(started: Started, person: str) -> dict[str, str]:
    """What the browser brings back when ``person`` is chosen on the provider's page."""
    answer = httpx.get(started.address + f"&simulator_person={person}", follow_redirects=False, trust_env=False)
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert address.startswith(CALLBACK + "?")
    return dict(parse_qsl(urlsplit(address).query))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A workspace of this test's own."""
    clock = FixedClock(AT)
    key = make_key_file(tmp_path / "sekisho.key", RealDisk())
    with (
        ExitStack() as stack,
        Workspace.create(tmp_path / "ws", name="t", legal_confirmation="shown", keyring=key, clock=clock) as workspace,
    ):
        yield Shop(workspace, clock, stack)


def facts(answer: EvidenceAnswer) -> dict[str, Any]:
    """The facts of a report."""
    assert answer.document["state"] == "verified", answer.document["report"]["failure"]
    found: dict[str, Any] = answer.document["report"]["facts"]
    return found


# --- every personality ---


def test_a_carrier_is_relied_on(shop: Shop) -> None:
    """Code, PKCE, private_key_jwt, signed userinfo: the result of the other firm, and a fresh strong authentication."""
    answer = shop.sign_in(
        shop.connect(CARRIER), "taro", consent={"agreed_at": AT.isoformat(), "explained": True, "text_sha256": "0" * 64}
    )
    assert facts(answer) == {
        "at": "2026-11-23",
        "relied_on": "carrier",
        "proofing": "jpki",
        "attributes_latest": True,
        "authenticated_here": True,
        "name_agrees": True,
        "address_agrees": True,
        "birth_date_agrees": True,
    }
    assert {step["state"] for step in answer.document["report"]["steps"]} == {"done"}


def test_a_bank_is_relied_on(shop: Shop) -> None:
    """Under jp_aml, PS256, and a userinfo without a signature that our own record vouches for."""
    answer = shop.sign_in(shop.connect(BANK), "hanako")
    found = facts(answer)
    assert (found["relied_on"], found["proofing"], found["attributes_latest"]) == ("bank", "chip_and_face", False)
    assert found["name_agrees"] is False


def test_the_digital_authentication_app(shop: Shop) -> None:
    """ES256, pairwise subject: an authentication with two factors."""
    found = facts(shop.sign_in(shop.connect(DIGITAL_AUTH_APP), "taro"))
    assert found["factors"] == ["knowledge", "possession"]
    assert found["jpki_authentication"] is True


@pytest.mark.parametrize(("person", "expected"), [("prime", "gbizid_prime"), ("member", "gbizid_member")])
def test_gbizid(shop: Shop, person: str, expected: str) -> None:
    """RS256, an issuer with its slash, client_secret_basic; what each account shows."""
    found = facts(shop.sign_in(shop.connect(GBIZID), person, person="representative"))
    assert found == {"at": "2026-11-23", "proof": expected}
    request = next(one for one in shop.wire.sent if one.address.endswith("/token"))
    assert request.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("person", "reason"), [("entry", "gbizid_entry_account"), ("sole", "gbizid_not_a_corporation")]
)
def test_gbizid_accounts_that_show_nothing(shop: Shop, person: str, reason: str) -> None:
    """Refused by name, and kept as refused."""
    answer = shop.sign_in(shop.connect(GBIZID), person, person="representative")
    assert answer.document["state"] == "refused"
    assert answer.document["report"]["failure"]["reason"] == reason


def test_evidence_of_a_sign_in_never_decides_a_real_contract(shop: Shop) -> None:
    """Reliance by itself meets no duty of the law as it stands: its rules are proposals."""
    answer = shop.sign_in(shop.connect(CARRIER), "taro")
    assert facts(answer)
    application = {
        "application": "A-1",
        "event": "new_contract",
        "channel": "remote",
        "service": "voice",
        "subject": {
            "kind": "natural",
            "name": TARO.name,
            "address": TARO.address,
            "birth_date": "1990-04-01",
        },
        "evidence": [{"kind": "reliance_result", "person": "subject", "evidence": answer.id}],
    }
    caller = Caller("token:test", may_attest=True)
    with_it = shop.desk.decide(application, caller, Asking()).document
    without = shop.desk.decide({**application, "evidence": []}, caller, Asking()).document
    assert with_it["verdict"] == without["verdict"] != "accept"
    assert not [one["rule"] for one in with_it["deciding"] if one["rule"].startswith("proposal.")]
    assert [one["attempted"] for one in with_it["findings"] if one["rule"].startswith("proposal.A3-1")] == []


# --- secrets at rest ---


def test_nothing_secret_is_at_rest_in_the_clear(shop: Shop) -> None:
    """State, nonce, verifier, code, tokens, the client's key and the person's items: none is readable in a table."""
    running = shop.connect(CARRIER)
    started = shop.begin(running)
    parameters = choose(started, "taro")
    shop.finish(parameters)
    exchange = next(one for one in shop.wire.sent if one.address.endswith("/token"))
    sent = dict(parse_qsl(exchange.body.decode()))
    stored = shop.rows()
    query = dict(parse_qsl(urlsplit(started.address).query))
    for secret in (query["state"], query["nonce"], sent["code_verifier"], parameters["code"], "架空町", "PRIVATE KEY"):
        assert secret not in stored
    assert credentials_listed(shop.workspace) == [(running.issuer, "sekisho-carrier", LAWYER, AT)]


# --- one negative per fault ---


def refused(act: Callable[[], object]) -> tuple[str, int | None]:
    """Reason and step of the error that ``act`` raises; the numbers are those of the report of a sign-in."""
    with pytest.raises((EvidenceRefused, NotCheckable)) as caught:
        act()
    return caught.value.reason, caught.value.step


def test_an_answer_counts_once(shop: Shop) -> None:
    """The state is used up by the first answer, whatever came of it."""
    parameters = choose(shop.begin(shop.connect(CARRIER)), "taro")
    shop.finish(parameters)
    assert refused(lambda: shop.finish(parameters)) == ("sign_in_used", 1)


def test_a_state_nobody_began(shop: Shop) -> None:
    """Made up, or not of the form of ours."""
    shop.connect(CARRIER)
    for state in ("ab" * 32, "something"):
        assert refused(lambda state=state: shop.finish({"state": state, "code": "c"})) == ("sign_in_unknown", 1)  # type: ignore[misc]  # a default binds the loop's value


def test_a_state_of_another_application(shop: Shop) -> None:
    """The answer in one browser's session can't be finished in another's, and is used up by the attempt."""
    parameters = choose(shop.begin(shop.connect(CARRIER)), "taro")
    assert refused(lambda: shop.finish(parameters, application="A-2")) == ("sign_in_for_another", 1)
    assert refused(lambda: shop.finish(parameters)) == ("sign_in_used", 1)


def test_an_answer_too_late(shop: Shop) -> None:
    """A quarter of an hour after the beginning it is too late."""
    parameters = choose(shop.begin(shop.connect(CARRIER)), "taro")
    shop.clock.advance(timedelta(minutes=15))
    assert refused(lambda: shop.finish(parameters)) == ("sign_in_expired", 1)


def test_a_person_who_declines(shop: Shop) -> None:
    """The provider's error is told; nothing is exchanged."""
    parameters = choose(shop.begin(shop.connect(CARRIER)), "-")
    shop.wire.sent.clear()
    assert refused(lambda: shop.finish(parameters)) == ("sign_in_denied", 2)
    assert shop.wire.sent == []


def test_mix_up_of_two_providers(shop: Shop) -> None:
    """A code of one provider under the state of another: found by iss, and the code is sent to nobody."""
    carrier, bank = shop.connect(CARRIER), shop.connect(BANK)
    ours, theirs = choose(shop.begin(carrier), "taro"), choose(shop.begin(bank), "taro")
    shop.wire.sent.clear()
    assert refused(lambda: shop.finish({**theirs, "state": ours["state"]})) == ("oidc_answer_issuer_differs", 2)
    assert shop.wire.sent == []


def test_mix_up_without_iss_ends_at_the_provider_that_was_asked(shop: Shop) -> None:
    """A provider that doesn't say who it is: the code goes to the token endpoint of the one asked, which refuses it."""
    one, other = shop.connect(DIGITAL_AUTH_APP), shop.connect(CARRIER)
    ours, theirs = choose(shop.begin(one), "taro"), choose(shop.begin(other), "taro")
    shop.wire.sent.clear()
    assert refused(lambda: shop.finish({"state": ours["state"], "code": theirs["code"]})) == (
        "oidc_exchange_refused",
        2,
    )
    assert [request.address for request in shop.wire.sent] == [one.issuer + "/token"]


def test_code_replay_takes_back_the_first_token(shop: Shop) -> None:
    """A code works once; used again it is refused, and what it gave ends (RFC 6749 section 4.1.2)."""
    running = shop.connect(CARRIER)
    first = shop.begin(running)
    parameters = choose(first, "taro")
    shop.finish(parameters)
    second = choose(shop.begin(running), "taro")
    assert refused(lambda: shop.finish({**second, "code": parameters["code"]})) == ("oidc_exchange_refused", 2)
    grant = running.simulator.grants[parameters["code"]]
    assert grant.access_token not in running.simulator.tokens


def test_a_code_lives_five_minutes(shop: Shop) -> None:
    """The provider refuses it afterwards."""
    parameters = choose(shop.begin(shop.connect(CARRIER)), "taro")
    shop.clock.advance(timedelta(minutes=5))
    assert refused(lambda: shop.finish(parameters)) == ("oidc_exchange_refused", 2)


def changed_form(name: str, value: str) -> Callable[[HttpRequest], HttpRequest]:
    """A field of the token request changed on its way."""

    def change(request: HttpRequest) -> HttpRequest:
        if not request.address.endswith("/token"):
            return request
        fields = {**dict(parse_qsl(request.body.decode())), name: value}
        return replace(request, body=str(httpx.QueryParams(fields)).encode())

    return change


@pytest.mark.parametrize(
    ("name", "value"),
    [("code_verifier", "x" * 43), ("redirect_uri", "https://attacker.example/"), ("client_assertion", "a.b.c")],
)
def test_a_token_request_that_is_not_ours(shop: Shop, name: str, value: str) -> None:
    """A wrong PKCE verifier, another redirect address, no proof of the client: the provider refuses each."""
    parameters = choose(shop.begin(shop.connect(CARRIER)), "taro")
    shop.wire.change = changed_form(name, value)
    assert refused(lambda: shop.finish(parameters)) == ("oidc_exchange_refused", 2)


def test_a_client_assertion_counts_once(shop: Shop) -> None:
    """The same jti again is refused, with a fresh code and the right verifier."""
    running = shop.connect(CARRIER)
    shop.sign_in(running, "taro")
    used = dict(parse_qsl(next(one for one in shop.wire.sent if one.address.endswith("/token")).body.decode()))
    shop.wire.change = changed_form("client_assertion", used["client_assertion"])
    parameters = choose(shop.begin(running), "taro")
    assert refused(lambda: shop.finish(parameters)) == ("oidc_exchange_refused", 2)


def test_a_wrong_secret(shop: Shop) -> None:
    """gBizID refuses a client whose secret isn't right."""
    running = shop.connect(GBIZID)
    keep_credential(shop.workspace, shop.service.provider(running.issuer), b"not the right secret at all", by=LAWYER)
    assert refused(lambda: shop.sign_in(running, "prime")) == ("oidc_exchange_refused", 2)


def test_an_old_session_is_no_authentication_here(shop: Shop) -> None:
    """Signed in half an hour ago: within max_age, and before this application's sign-in began."""
    running = shop.connect(CARRIER)
    running.simulator.session_age = timedelta(minutes=30)
    assert facts(shop.sign_in(running, "taro"))["authenticated_here"] is False


def test_a_session_older_than_asked_for(shop: Shop) -> None:
    """Beyond max_age the evidence is refused."""
    running = shop.connect(DIGITAL_AUTH_APP)
    running.simulator.session_age = timedelta(minutes=10)
    answer = shop.sign_in(running, "taro")
    assert answer.document["report"]["failure"]["reason"] == "oidc_authentication_too_old"


def test_a_provider_s_clock_far_behind(shop: Shop) -> None:
    """Two minutes are more than the leeway: its token would be older than the request."""
    running = shop.connect(CARRIER)
    parameters = choose(shop.begin(running), "taro")
    running.simulator.clock = FixedClock(AT - timedelta(minutes=2))
    answer = shop.finish(parameters)
    assert answer.document["report"]["failure"]["reason"] == "oidc_token_older_than_request"


def test_the_same_document_is_not_taken_twice(shop: Shop) -> None:
    """What became evidence can't be sent in again, for this application or another."""
    running = shop.connect(CARRIER)
    answer = shop.sign_in(running, "taro")
    document = kept_document(shop, answer.id)
    again = shop.desk.evidence.verify(Submitted("reliance", "A-1", "subject", TARO, document), by="token:test")
    assert again.document["report"]["failure"]["reason"] == "sign_in_used"


def kept_document(shop: Shop, evidence_id: str) -> dict[str, Any]:
    """The document as the evidence store has it."""
    _, body = _opened(shop.workspace, evidence_id)
    found: dict[str, Any] = json.loads(body["document"]) if isinstance(body["document"], str) else body["document"]
    return found


# --- offline, with what was kept ---


@pytest.mark.parametrize(("personality", "person"), [(CARRIER, "taro"), (DIGITAL_AUTH_APP, "taro")])
def test_a_kept_document_verifies_offline(shop: Shop, personality: Personality, person: str) -> None:
    """Without the workspace and without the provider: by the configuration file alone, at the same moment."""
    running = shop.connect(personality)
    answer = shop.sign_in(running, person)
    raw = json.dumps(kept_document(shop, answer.id)).encode()
    running.close()
    kind = answer.document["report"]["kind"]
    trust = {"oidc_provider": [TrustFile("p.json", running.provider_file())]}
    report = VERIFIERS[kind].prepare(trust, moment=AT).verify(raw, Asked("", AT)).report
    assert report.facts is not None
    assert report.as_document()["steps"][1]["state"] == "not_done"


def test_keys_that_were_fetched_are_kept_with_the_trust_files(shop: Shop) -> None:
    """Without pinned keys the published ones serve, and stay known when the provider has gone on to others."""
    running = shop.connect(CARRIER, pinned=False)
    assert facts(shop.sign_in(running, "taro"))
    uses = [entry.use for entry in shop.desk.trust.entries()]
    assert uses == ["oidc_provider", "oidc_provider_keys"]
    shop.sign_in(running, "taro")
    assert len(shop.desk.trust.entries()) == 2
    running.simulator.key = running.simulator.personality.new_key()
    assert facts(shop.sign_in(running, "taro"))
    assert len(shop.desk.trust.entries()) == 3


def test_a_provider_that_changes_a_pinned_key(shop: Shop) -> None:
    """Then the operator must confirm the new one: until then nothing is taken."""
    running = shop.connect(CARRIER)
    running.simulator.key = running.simulator.personality.new_key()
    answer = shop.sign_in(running, "taro")
    assert answer.document["report"]["failure"]["reason"] == "oidc_key_unknown"


# --- before it begins ---


def test_what_can_not_begin(shop: Shop) -> None:
    """An unknown provider, a redirect address that isn't configured, no credential: each by its name."""
    running = shop.connect(CARRIER, credential=False)
    with pytest.raises(UnknownProvider):
        shop.service.begin(Begin("A-1", running.issuer + "/", CALLBACK))
    with pytest.raises(RedirectNotRegistered):
        shop.service.begin(Begin("A-1", running.issuer, "https://attacker.example/"))
    with pytest.raises(CredentialMissing):
        shop.begin(running)


def test_a_provider_that_is_down(shop: Shop) -> None:
    """Neither valid nor invalid."""
    running = shop.connect(CARRIER)
    begun = choose(shop.begin(running), "taro")
    running.close()
    assert refused(lambda: shop.begin(running)) == ("oidc_provider_unreachable", None)
    assert refused(lambda: shop.finish(begun)) == ("oidc_provider_unreachable", 2)


# --- the simulator is labelled ---


@pytest.mark.parametrize("personality", [CARRIER, GBIZID, DIGITAL_AUTH_APP])
def test_a_simulator_says_what_it_is(shop: Shop, personality: Personality) -> None:
    """In a header of every answer, in its documents, and on its page, which runs no script."""
    running = shop.connect(personality)
    started = shop.begin(running)
    page = httpx.get(started.address, trust_env=False)
    assert "シミュレーター / simulator" in page.text
    assert "<script" not in page.text
    base = running.issuer.removesuffix("/")
    for address in (started.address, f"{base}/jwks", f"{base}/userinfo", f"{base}/.well-known/openid-configuration"):
        assert httpx.get(address, trust_env=False).headers["x-sekisho-simulator"] == LABEL


def test_a_redirect_elsewhere_is_not_made(shop: Shop) -> None:
    """The provider sends codes only to addresses of the client's."""
    started = shop.begin(shop.connect(CARRIER))
    forged = started.address.replace("shop.example", "attacker.example") + "&simulator_person=taro"
    assert httpx.get(forged, trust_env=False, follow_redirects=False).status_code == 400
