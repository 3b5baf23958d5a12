"""Verification of whole calls: what holds, and each way of not holding, told apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.calls.stir import errors, verdict
from sekisho.calls.stir.errors import StirFault
from sekisho.calls.stir.number_set import NumberSet
from sekisho.calls.stir.passport import Attestation, encode, serialise, signing_input
from sekisho.calls.stir.refusals import SigningRefused
from sekisho.calls.stir.revocation import Revocations
from sekisho.calls.stir.store import CredentialStore
from sekisho.calls.stir.verdict import Authority, CouldNotCheck, Invalid, Outcome, Reach, Valid, Verification
from sekisho.calls.stir.verify import MAX_IDENTITIES, verify
from tests.calls.stir import pki
from tests.calls.stir.pki import (
    CALLED,
    CALLER,
    IAT,
    MIDDLE,
    MOMENT,
    SETTINGS,
    URL,
    claims,
    header,
    identity,
    judged,
    plain,
    provider,
    raw_token,
    request,
    token,
)


def _valid(found: Verification) -> Valid:
    assert isinstance(found, Valid), found
    return found


def test_a_shaken_call_holds() -> None:
    """Signed A by a certificate for the number, to the number called: valid, vouched for, with its origid."""
    found = _valid(judged(identity()))
    assert found.outcome is Outcome.VALID
    assert (found.caller.value, found.attestation, found.origid) == (CALLER, Attestation.FULL, pki.ORIGID)
    assert (found.authority, found.reach, found.number_vouched_for) == (Authority.NUMBER, Reach.SIGNED, True)
    assert (found.signed_at, found.url) == (MOMENT, URL)


def test_a_plain_passport_holds() -> None:
    """A PASSporT without extension vouches for the number by itself."""
    found = _valid(judged(plain()))
    assert (found.attestation, found.number_vouched_for) == (None, True)


@pytest.mark.parametrize("level", ["B", "C"])
def test_lesser_attestations_do_not_vouch_for_the_number(level: str) -> None:
    """Under B and C the signature is valid and yet the number isn't vouched for."""
    found = _valid(judged(identity(body=claims(attest=level))))
    assert not found.number_vouched_for


def test_no_result_has_a_notion_of_spam() -> None:
    """A valid signature means "not spoofed", never "not spam": no field or value of a result could say so."""
    words = {
        field.name for one in (Valid, Invalid, CouldNotCheck) for field in dataclasses.fields(one)
    } | {name for name in vars(verdict) if not name.startswith("_")} | set(dir(Valid))
    for word in ("spam", "wanted", "trust", "safe", "good", "allow", "block", "score"):
        assert not any(word in one.lower() for one in words), word


def _compact(*, date: str | None = "Mon, 23 Nov 2026 03:00:00 GMT", alg: str = "ES256", ppt: str = "") -> Verification:
    body = claims(attest=None, origid=None)
    signature = encode(pki.pem_key("signer").sign(signing_input(header(ppt=None), body)))
    value = f"..{signature};info=<{URL}>;alg={alg}{ppt}"
    return judged(sent=request(value, date=date))


def test_a_compact_form_holds() -> None:
    """The compact form is rebuilt from From, To and Date."""
    assert _valid(_compact()).reach is Reach.SIGNED


def test_a_compact_form_needs_what_it_is_rebuilt_from() -> None:
    """Without Date, with another Date, of a kind whose claims stand nowhere else, or another algorithm: named each."""
    assert _reason(_compact(date=None)) == ("stir_date_missing", 403)
    assert _reason(_compact(date="Mon, 23 Nov 2026 03:00:01 GMT")) == ("stir_signature_wrong", 438)
    assert _reason(_compact(date="Mon, 31 Feb 2026 03:00:00 GMT")) == ("stir_header_not_readable", 438)
    assert _reason(_compact(date="2026-11-23T03:00:00Z")) == ("stir_header_not_readable", 438)
    assert _reason(_compact(ppt=";ppt=shaken")) == ("stir_compact_not_allowed", 438)
    assert _reason(_compact(alg="RS256")) == ("stir_algorithm_unsupported", 437)


def _reason(found: Verification) -> tuple[str, int]:
    assert not isinstance(found, Valid), found
    return found.fault.reason, found.fault.answer.code


def _swapped(value: str) -> str:
    """The signature with its last bytes changed, still in canonical base64url."""
    start, _, rest = value.partition(";")
    first, second, third = start.split(".")
    return f"{first}.{second}.{'A' * 20}{third[20:]};{rest}"


def _body(body: bytes) -> Verification:
    return judged(f"{raw_token(serialise(header()), body)};info=<{URL}>")


INVALID: dict[str, tuple[Callable[[], Verification], str, int]] = {
    "another caller in the call": (
        lambda: judged(sent=request(identity(), from_uri="sip:+81312345602@example.jp")), "stir_caller_differs", 438),
    "asserted number differs": (
        lambda: judged(sent=request(identity(), asserted="tel:+81312345699")), "stir_caller_differs", 438),
    "another number called": (
        lambda: judged(sent=request(identity(), to_uri="tel:+81312345799")), "stir_destination_differs", 438),
    "signature of another key": (lambda: judged(identity(by="stranger")), "stir_signature_wrong", 438),
    "signature changed": (lambda: judged(identity(change=_swapped)), "stir_signature_wrong", 438),
    "claims changed": (
        lambda: judged(identity(change=lambda value: value.replace(encode(serialise(claims())),
                                                                   encode(serialise(claims(attest="B")))))),
        "stir_signature_wrong", 438),
    "too old": (lambda: judged(identity(body=claims(iat=IAT - 61))), "stir_stale", 403),
    "from the future": (lambda: judged(identity(body=claims(iat=IAT + 61))), "stir_stale", 403),
    "number outside the certificate": (
        lambda: judged(sent=request(identity(body=claims(orig={"tn": "81312345700"})), from_uri="tel:+81312345700")),
        "stir_number_not_covered", 438),
    "info elsewhere": (
        lambda: judged(identity(change=lambda value: value.replace("<" + URL, "<https://sti.example.jp/other"))),
        "stir_info_wrong", 436),
    "info missing": (
        lambda: judged(identity(change=lambda value: value.replace(f";info=<{URL}>", ""))), "stir_info_wrong", 436),
    "info not https": (
        lambda: judged(identity(header(x5u="http://sti.example.jp/signer.pem"))), "stir_info_wrong", 436),
    "info with a user": (
        lambda: judged(identity(header(x5u="https://sti.example.jp@192.0.2.1/a"))), "stir_info_wrong", 436),
    "info on another port": (
        lambda: judged(identity(header(x5u="https://sti.example.jp:22/a"))), "stir_info_wrong", 436),
    "info twice": (
        lambda: judged(identity(change=lambda value: f"{value};info=<{URL}>")), "stir_parameter_twice", 438),
    "alg differs": (
        lambda: judged(identity(change=lambda value: value.replace("alg=ES256", "alg=ES384"))),
        "stir_parameter_differs", 438),
    "ppt differs": (
        lambda: judged(identity(change=lambda value: value.replace("ppt=shaken", "ppt=div"))),
        "stir_parameter_differs", 438),
    "typ wrong": (lambda: judged(identity(header(typ="JWT"))), "stir_token_header_wrong", 438),
    "crit": (lambda: judged(identity(header(crit=["exp"]))), "stir_token_header_wrong", 438),
    "x5u missing": (
        lambda: judged(f"{token(header(x5u=None), claims())};info=<{URL}>"), "stir_token_header_wrong", 438),
    "attest unknown": (lambda: judged(identity(body=claims(attest="D"))), "stir_claims_wrong", 438),
    "attest missing": (lambda: judged(identity(body=claims(attest=None))), "stir_claims_wrong", 438),
    "origid missing": (lambda: judged(identity(body=claims(origid=None))), "stir_claims_wrong", 438),
    "origid too long": (lambda: judged(identity(body=claims(origid="a" * 129))), "stir_claims_wrong", 438),
    "iat as text": (lambda: judged(identity(body=claims(iat=str(IAT)))), "stir_claims_wrong", 438),
    "iat as truth": (lambda: judged(identity(body=claims(iat=True))), "stir_claims_wrong", 438),
    "iat with a fraction": (lambda: judged(identity(body=claims(iat=IAT + 0.5))), "stir_claims_wrong", 438),
    "iat beyond all years": (lambda: judged(identity(body=claims(iat=10**15))), "stir_claims_wrong", 438),
    "orig as an array": (lambda: judged(identity(body=claims(orig={"tn": [CALLER]}))), "stir_claims_wrong", 438),
    "orig of two": (
        lambda: judged(identity(body=claims(orig={"tn": CALLER, "uri": "sip:a@b.example"}))), "stir_claims_wrong", 438),
    "orig not canonical": (lambda: judged(identity(body=claims(orig={"tn": "+" + CALLER}))), "stir_claims_wrong", 438),
    "dest not an array": (lambda: judged(identity(body=claims(dest={"tn": CALLED}))), "stir_claims_wrong", 438),
    "dest empty": (lambda: judged(identity(body=claims(dest={"tn": []}))), "stir_claims_wrong", 438),
    "dest of 33": (lambda: judged(identity(body=claims(dest={"tn": [CALLED] * 33}))), "stir_too_long", 438),
    "a name twice": (lambda: _body(serialise(claims())[:-1] + b',"attest":"A"}'), "stir_parameter_twice", 438),
    "NaN": (lambda: _body(b'{"iat":NaN}'), "stir_token_not_readable", 438),
    "not JSON": (lambda: _body(b"{"), "stir_token_not_readable", 438),
    "not an object": (lambda: _body(b"[]"), "stir_token_not_readable", 438),
    "not UTF-8": (lambda: _body(b'{"a":"\xff"}'), "stir_token_not_readable", 438),
    "nested deeply": (lambda: _body(b"[" * 2500), "stir_token_not_readable", 438),
    "a number of 4,400 digits": (lambda: _body(b'{"iat":%s}' % (b"1" * 4400)), "stir_token_not_readable", 438),
    "half a surrogate": (lambda: _body(b'{"a":"\\ud800"}'), "stir_token_not_readable", 438),
    "padding": (lambda: judged(identity(change=lambda value: value.replace(";info", "==;info"))),
                "stir_header_not_readable", 438),
    "two parts": (lambda: judged(f"e30.e30;info=<{URL}>"), "stir_header_not_readable", 438),
    "signature too short": (
        lambda: judged(f"{encode(serialise(header()))}.{encode(serialise(claims()))}.AAAA;info=<{URL}>"),
        "stir_token_not_readable", 438),
    "header too long": (
        lambda: judged(identity(change=lambda value: value + ";x=" + "a" * 9000)), "stir_too_long", 438),
    "not ASCII": (lambda: judged(identity(change=lambda value: value + ";x=あ")), "stir_header_not_readable", 438),
    "too many headers": (lambda: judged(*[identity()] * (MAX_IDENTITIES + 1)), "stir_too_long", 438),
    "From unreadable": (
        lambda: judged(sent=request(identity(), from_uri="mailto:a@example.jp")), "stir_number_not_readable", 438),
}


@pytest.mark.parametrize("fault", INVALID)
def test_each_fault_is_invalid_with_its_own_reason(fault: str) -> None:
    """Each fault alone makes the call invalid, with its reason and RFC 8224 §6.2.2's answer."""
    made, reason, code = INVALID[fault]
    found = made()
    assert _reason(found) == (reason, code)
    assert found.outcome is Outcome.INVALID


def _lists(lists: Revocations) -> Callable[[], Verification]:
    return lambda: judged(identity(), lists=lists)


UNCHECKABLE: dict[str, tuple[Callable[[], Verification], str, int]] = {
    "no Identity header": (judged, "stir_absent", 428),
    "rph": (lambda: judged(identity(header(ppt="rph"))), "stir_extension_unsupported", 428),
    "rph, unannounced": (
        lambda: judged(identity(header(ppt="rph"), change=lambda value: value.replace(";ppt=rph", ""))),
        "stir_extension_unsupported", 428),
    "certificate not held": (
        lambda: judged(identity(), held=CredentialStore(pki.trust())), "stir_credential_missing", 436),
    "another algorithm": (
        lambda: judged(identity(header(alg="ES384"), change=lambda value: value.replace("alg=ES256", "alg=ES384"))),
        "stir_algorithm_unsupported", 437),
    "no algorithm": (
        lambda: judged(identity(header(alg="none"), change=lambda value: value.replace(";alg=ES256", ""))),
        "stir_algorithm_unsupported", 437),
    "no revocation list": (_lists(Revocations.NONE), "stir_revocation_unknown", 437),
    "list ran out": (_lists(pki.revocations(end=MOMENT - timedelta(seconds=1))), "stir_revocation_unknown", 437),
    "provider's numbers unknown": (
        lambda: judged(plain(), held=pki.store((provider("1234"), MIDDLE))), "stir_provider_numbers_unknown", 437),
    "caller is an address": (
        lambda: judged(sent=request(identity(body=claims(orig={"uri": "sip:alice@example.jp"})),
                                    from_uri="sip:alice@EXAMPLE.jp;x=y")),
        "stir_caller_is_address", 437),
}


@pytest.mark.parametrize("lack", UNCHECKABLE)
def test_what_could_not_be_checked_is_never_invalid(lack: str) -> None:
    """What we lack says nothing about the call: could_not_check, never valid and never invalid."""
    made, reason, code = UNCHECKABLE[lack]
    found = made()
    assert _reason(found) == (reason, code)
    assert found.outcome is Outcome.COULD_NOT_CHECK


def test_a_missing_certificate_is_named_for_the_next_call() -> None:
    """The URL to fetch comes with the result: nothing is fetched while the call is judged."""
    found = judged(identity(), identity(), held=CredentialStore(pki.trust()))
    assert isinstance(found, CouldNotCheck)
    assert found.to_fetch == (URL,)


@pytest.mark.parametrize("seconds", [-60, 60])
def test_freshness_ends_after_its_last_second(seconds: int) -> None:
    """60 s either way are fresh, by the setting's default."""
    assert judged(identity(body=claims(iat=IAT + seconds))).outcome is Outcome.VALID


def test_freshness_is_a_setting() -> None:
    """A shorter freshness refuses what the default lets pass."""
    shorter = replace(SETTINGS, freshness=timedelta(seconds=10))
    assert _reason(judged(identity(body=claims(iat=IAT - 11)), settings=shorter)) == ("stir_stale", 403)


def test_a_provider_certificate_rests_on_its_attestation() -> None:
    """A provider's certificate carries a SHAKEN call with less authority; known numbers make it the number's."""
    held = pki.store((provider("1234"), MIDDLE))
    assert _valid(judged(identity(), held=held)).authority is Authority.PROVIDER
    known = replace(SETTINGS, provider_numbers={"1234": NumberSet.of((CALLER,))})
    assert _valid(judged(identity(), held=held, settings=known)).authority is Authority.NUMBER
    assert _valid(judged(plain(), held=held, settings=known)).authority is Authority.NUMBER
    others = replace(SETTINGS, provider_numbers={"1234": NumberSet.of(("81312340000",))})
    assert _reason(judged(plain(), held=held, settings=others)) == ("stir_number_not_covered", 438)


def test_asserted_identity_counts_before_from() -> None:
    """An anonymous From beside an asserted number is compared by the asserted one."""
    sent = request(identity(), from_uri="sip:anonymous@anonymous.invalid", asserted="tel:+81-3-1234-5601")
    assert judged(sent=sent).outcome is Outcome.VALID


def test_a_broken_header_beside_a_good_one_changes_nothing_but_is_kept() -> None:
    """One valid header is enough (RFC 8224 §6.2); what the others came to is kept for the record."""
    found = _valid(judged(identity(by="stranger"), identity()))
    assert [fault.reason for fault in found.others] == ["stir_signature_wrong"]


def test_of_two_valid_headers_the_one_that_says_more_counts() -> None:
    """A gateway's C doesn't hide the origin's A, in either order."""
    weak = identity(body=claims(attest="C"))
    assert _valid(judged(weak, identity())).number_vouched_for
    assert _valid(judged(identity(), weak)).number_vouched_for


def test_a_moment_without_a_zone_is_the_callers_mistake() -> None:
    """A naive moment would be compared with the wrong hours."""
    with pytest.raises(ValueError, match="zone"):
        verify(
            request(identity()), store=pki.store(), revocations=pki.revocations(), settings=SETTINGS,
            moment=MOMENT.replace(tzinfo=None),
        )


def _below(family: type[StirFault | SigningRefused]) -> list[type[StirFault | SigningRefused]]:
    return [found for one in family.__subclasses__() for found in (one, *_below(one))]


def test_every_reason_is_its_own_and_speaks_both_languages() -> None:
    """One slug per class; each that is raised has a Japanese and an English sentence of its own."""
    classes = [*_below(StirFault), *_below(SigningRefused)]
    assert len({one.__dict__["reason"] for one in classes}) == len(classes)
    for one in classes:
        if not one.__subclasses__():
            assert {"ja", "en"} <= one.__dict__.keys(), one
            assert one.__name__ in (errors.__doc__ or "") or issubclass(one, SigningRefused)
