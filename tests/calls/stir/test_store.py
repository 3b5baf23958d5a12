"""Certificates held by URL, and where they are fetched from."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from sekisho.calls.stir import store as module
from sekisho.calls.stir.credential import MAX_CHAIN_BYTES, Credential
from sekisho.calls.stir.errors import CertificateNotReadable, CredentialMissing, CredentialUnavailable, InfoWrong
from sekisho.calls.stir.https_source import HttpsSource
from sekisho.calls.stir.ports import SimulatedSource
from sekisho.calls.stir.store import BAD_FOR, GOOD_FOR, CredentialStore
from sekisho.calls.stir.verdict import CouldNotCheck, Valid
from tests.calls.stir import pki
from tests.calls.stir.pki import MIDDLE, MOMENT, SIGNER, URL, identity, judged, pem


def test_first_call_could_not_be_checked_the_second_is() -> None:
    """Judging fetches nothing; what it names is fetched between calls, and the next call holds."""
    held, source = CredentialStore(pki.trust()), SimulatedSource({URL: pem(SIGNER, MIDDLE)})
    first = judged(identity(), held=held)
    assert isinstance(first, CouldNotCheck)
    assert source.asked == []
    held.fetch(first.to_fetch, source, at=MOMENT)
    assert source.asked == [URL]
    assert isinstance(judged(identity(), held=held), Valid)


def test_what_is_held_is_fetched_again_only_when_due() -> None:
    """A good certificate is asked for daily, a bad one after five minutes, whoever names it meanwhile."""
    held, source = CredentialStore(pki.trust()), SimulatedSource({URL: pem(SIGNER, MIDDLE)})
    other = "https://sti.example.jp/gone.pem"
    for at in (MOMENT, MOMENT + BAD_FOR - timedelta(seconds=1)):
        held.fetch((URL, other), source, at=at)
    assert source.asked == [URL, other]
    held.fetch((URL, other), source, at=MOMENT + BAD_FOR)
    assert source.asked == [URL, other, other]
    assert held.due(MOMENT + GOOD_FOR - timedelta(seconds=1)) == []
    assert held.due(MOMENT + GOOD_FOR) == [URL]


def test_a_fetch_that_failed_stays_could_not_check() -> None:
    """A repository that is down isn't a forged call."""
    held = CredentialStore(pki.trust())
    held.fetch((URL,), SimulatedSource({}), at=MOMENT)
    found = judged(identity(), held=held)
    assert isinstance(found, CouldNotCheck)
    assert (found.fault.reason, found.fault.answer.code) == ("stir_credential_unavailable", 436)
    assert found.to_fetch == ()


def test_what_was_wrong_is_held_as_wrong_and_raised_anew() -> None:
    """A chain that isn't one stays refused without being read again; each raise is its own object."""
    held = CredentialStore(pki.trust())
    assert isinstance(held.put(URL, b"no chain", at=MOMENT), CertificateNotReadable)
    with pytest.raises(CertificateNotReadable) as first:
        held.look_up(URL)
    with pytest.raises(CertificateNotReadable) as second:
        held.look_up(URL)
    assert first.value is not second.value


def test_strangers_cannot_fill_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its bound the oldest URL goes."""
    monkeypatch.setattr(module, "MAX_HELD", 3)
    held = CredentialStore(pki.trust())
    for at in range(5):
        held.put(f"https://sti.example.jp/{at}", b"no chain", at=MOMENT)
    assert held.held == 3
    with pytest.raises(CredentialMissing):
        held.look_up("https://sti.example.jp/1")


def test_a_url_that_is_none_is_not_asked() -> None:
    """What isn't https never reaches the source."""
    held, source = CredentialStore(pki.trust()), SimulatedSource({})
    found = held.fetch(("http://sti.example.jp/a",), source, at=MOMENT)
    assert isinstance(found["http://sti.example.jp/a"], InfoWrong)
    assert source.asked == []


def _page(content: bytes) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(content))


def _https(answer: httpx.Response, hosts: tuple[str, ...] = ("STI.example.jp",)) -> HttpsSource:
    return HttpsSource(hosts, transport=httpx.MockTransport(lambda _: answer))


def test_https_gives_what_stands_there() -> None:
    """The bytes at a URL of an allowed host, through to a credential."""
    source = _https(_page(pem(SIGNER, MIDDLE)))
    held = CredentialStore(pki.trust())
    assert isinstance(held.fetch((URL,), source, at=MOMENT)[URL], Credential)
    source.close()


@pytest.mark.parametrize(
    ("answer", "hosts"),
    [
        (_page(b"x"), ()),
        (_page(b"x"), ("example.jp", "sti.example.jp.attacker.example")),
        (httpx.Response(302, headers={"Location": "https://192.0.2.1/"}), ("sti.example.jp",)),
        (httpx.Response(404), ("sti.example.jp",)),
        (_page(b"x" * (MAX_CHAIN_BYTES + 1)), ("sti.example.jp",)),
    ],
)
def test_https_refuses(answer: httpx.Response, hosts: tuple[str, ...]) -> None:
    """A host not allowed by its exact name, a redirect, an error, too much: unavailable, never half."""
    with pytest.raises(CredentialUnavailable):
        _https(answer, hosts).fetch(URL)


def test_https_that_breaks_is_unavailable() -> None:
    """A connection that fails names its kind, and no more."""
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("made up", request=request)

    with pytest.raises(CredentialUnavailable) as raised:
        HttpsSource(("sti.example.jp",), transport=httpx.MockTransport(broken)).fetch(URL)
    assert raised.value.fields["problem"] == "ConnectError"
