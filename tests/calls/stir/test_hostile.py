"""Whatever a stranger sends: a result, never an exception, and never a valid one."""

from __future__ import annotations

import contextlib
import json
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.calls.stir.errors import InfoWrong, Malformed, NumberNotReadable, StirFault, TooLong
from sekisho.calls.stir.identity_header import MAX_HEADER, read_identity_header, require_https, write_identity_header
from sekisho.calls.stir.number_set import NumberSet
from sekisho.calls.stir.passport import MAX_TOKEN, decode, encode, read_passport, serialise
from sekisho.calls.stir.settings import DEFAULT, DatedSettings, StirSettings
from sekisho.calls.stir.telephone import PartyKind, canonical_number, party_of_uri
from sekisho.calls.stir.verdict import Valid
from tests.calls.stir import pki
from tests.calls.stir.pki import URL, claims, header, identity, judged, raw_token, request

STORE, LISTS = pki.store(), pki.revocations()
GOOD = identity()

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
@example("..")
@example("a.b.c;" * 50)
@example("." * MAX_HEADER)
@example(";" * (MAX_HEADER + 1))
def test_any_text_as_identity_header(text: str) -> None:
    """Any text: read or refused, and judged without an exception."""
    with contextlib.suppress(StirFault):
        read_identity_header(text)
    assert not isinstance(judged(text, held=STORE, lists=LISTS), Valid)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.characters(codec="latin-1"))
def test_any_one_character_changed(at: int, character: str) -> None:
    """A good header with one character changed: the token no longer holds; in the parameters it may mean the same."""
    changed = GOOD[:at] + character + GOOD[at + 1 :]
    found = judged(changed, held=STORE, lists=LISTS)
    if isinstance(found, Valid):
        token, _, _ = GOOD.partition(";")
        assert changed.startswith(token)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["alg", "typ", "ppt", "x5u", "crit"]), _json), st.booleans())
def test_any_json_as_token_header(changed: dict[str, object], ours: bool) -> None:
    """Any JSON for any header parameter, properly signed: judged without an exception."""
    head = (header() if ours else {}) | changed
    text = f"{raw_token(json.dumps(head).encode(), serialise(claims()))};info=<{URL}>"
    judged(text, held=STORE, lists=LISTS)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["attest", "dest", "iat", "orig", "origid", "div", "opt"]), _json, min_size=1),
       st.sampled_from(["shaken", "div", "div-o"]))
def test_any_json_as_claims(changed: dict[str, object], ppt: str) -> None:
    """Any JSON for any claim, properly signed: judged without an exception."""
    text = f"{raw_token(serialise(header(ppt=ppt)), json.dumps(claims() | changed).encode())};info=<{URL}>"
    judged(text, held=STORE, lists=LISTS)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120), st.binary(max_size=120))
def test_any_bytes_as_token(head: bytes, body: bytes) -> None:
    """Any bytes for both parts, properly signed: a result."""
    text = f"{raw_token(head or b'{', body or b'{')};info=<{URL}>"
    assert not isinstance(judged(text, held=STORE, lists=LISTS), Valid)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"(sips?|tel):[!-~]{0,40}", fullmatch=True), st.text(max_size=30))
def test_any_text_as_uri_and_date(uri: str, written: str) -> None:
    """Any text as From, To, Request-URI, asserted identity and Date: a result, and one canonical form or none."""
    try:
        party = party_of_uri(uri)
    except NumberNotReadable:
        pass
    else:
        if party.kind is PartyKind.NUMBER:
            assert canonical_number("+" + party.value) == party.value
    compact = f"..{encode(b'a' * 64)};info=<{URL}>"
    for sent in (
        request(GOOD, from_uri=uri), request(GOOD, to_uri=uri), request(GOOD, asserted=uri),
        request(GOOD, request_uri=uri), request(compact, date=written),
    ):
        judged(sent=sent, held=STORE, lists=LISTS)


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=80))
def test_base64url_has_one_spelling(data: bytes) -> None:
    """What is written is read back, and no other spelling of it is."""
    text = encode(data)
    assert decode(text) == data
    for other in (text + "=", text + "A" * (len(text) % 4 == 0), text.replace(text[-1], "+")):
        if other != text:
            try:
                assert decode(other) != data
            except StirFault:
                continue


def test_left_over_bits_are_no_second_spelling() -> None:
    """64 bytes leave four bits over; a signature that differs in them alone is refused, not read as the same."""
    token, _, parameters = GOOD.partition(";")
    other = token[:-1] + chr(ord(token[-1]) + 1)
    assert token[-1] in "AQgw"
    found = judged(f"{other};{parameters}", held=STORE, lists=LISTS)
    assert not isinstance(found, Valid)
    assert found.fault.reason == "stir_token_not_readable"


def test_sizes_are_bounded_before_anything_is_read() -> None:
    """A token or header over its bound is refused by its length alone."""
    with pytest.raises(TooLong):
        read_passport("a" * (MAX_TOKEN + 1))
    with pytest.raises(TooLong):
        read_identity_header("a" * (MAX_HEADER + 1))


@pytest.mark.parametrize(
    "url",
    ["", "https://", "https:///a", "ftp://a.example/", "https://a.example/#b", "https://a.example/\n", "https://あ.example/",
     "https://a.example:99999/", "https://[::1/", "https://u:p@a.example/", "https://a.example\\@b.example/",
     "https://a.example/" + "a" * 1024, "https://a.example:80/", "HTTPS://"],
)
def test_urls_two_programs_would_read_differently_are_refused(url: str) -> None:
    """User names, fragments, odd ports, controls, other scripts, no host: nowhere to take a certificate from."""
    with pytest.raises(InfoWrong):
        require_https(url)


def test_only_what_can_be_read_is_written() -> None:
    """A header that couldn't be read back is not written."""
    for info in ("https://a.example/>;alg=none;x=<", "https://a.example/>;x=<b"):
        with pytest.raises(Malformed):
            write_identity_header("a.b.c", info=info, ppt=None)
    assert read_identity_header(write_identity_header("a.b.c", info="https://a.example/", ppt="div")).ppt == "div"
    assert read_identity_header('a.b.c ;\r\n info = <https://a.example/> ; PPT="shaken";new').ppt == "shaken"


@pytest.mark.parametrize(
    "uri",
    ["tel:", "tel:+", "tel:０３１２３４", "tel:12ab", "tel:+1234567890123456", "sip:", "sip:@", "sip:+81@", "sip:a@b c",
     "mailto:a@b.example", "sip:abc@example.jp;user=phone", "tel:12345;phone-context=+1", "sip:" + "1" * 2000],
)
def test_what_has_no_canonical_form_is_refused(uri: str) -> None:
    """Full-width digits, letters, sixteen digits, no host, another country's local number: refused, not guessed."""
    with pytest.raises(NumberNotReadable):
        party_of_uri(uri)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("110", "110"), ("0120444444", "81120444444"), ("+81 (3) 1234-5601", "81312345601"), ("0101", "1"),
     ("0033", "0033"), ("*21#", "*21#"), ("09012345678", "819012345678")],
)
def test_forms_of_numbers(written: str, canonical: str) -> None:
    """Domestic numbers get the country code, short and service codes stay what they are (RFC 8224 §8.3)."""
    assert canonical_number(written) == canonical


def test_settings_hold_from_their_day() -> None:
    """The entry of the day counts; before the first there is none; orders and lengths that can't be are refused."""
    later = StirSettings(date(2027, 1, 1), timedelta(seconds=30))
    dated = DatedSettings((*DEFAULT.entries, later))
    assert dated.on(date(2026, 12, 31)).freshness == timedelta(seconds=60)
    assert dated.on(date(2027, 1, 1)) is later
    with pytest.raises(LookupError):
        dated.on(date(2018, 1, 31))
    for wrong in ((), (later, later)):
        with pytest.raises(ValueError, match="entry"):
            DatedSettings(wrong)
    for fresh, diverted in ((0, 60), (61, 60), (60, 601)):
        with pytest.raises(ValueError, match="freshness"):
            StirSettings(date(2027, 1, 1), timedelta(seconds=fresh), timedelta(seconds=diverted))
    assert later.provider_numbers.get("x", NumberSet()) == NumberSet()
