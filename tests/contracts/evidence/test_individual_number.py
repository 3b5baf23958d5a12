"""An individual number inside what somebody signed: the whole document is refused, so that nobody keeps it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.verifier import Asked, verified
from sekisho.contracts.evidence.verifiers import VERIFIERS
from tests.contracts.evidence.face_match.checking import document as match_document
from tests.contracts.evidence.fixtures import face_match
from tests.contracts.evidence.fixtures.examples import AT, example
from tests.contracts.evidence.fixtures.openid import KINDS, SignIn, base64url, sign_in

NUMBER = "123456789018"
"""Invented; its check digit is right."""

CLAIMS: dict[str, dict[str, Any]] = {
    "by its name": {"個人番号": "withheld"},
    "by its name in Latin letters": {"my_number": NUMBER},
    "by its check digit": {"note": NUMBER},
    "in full-width digits": {"note": "１２３４ ５６７８ ９０１８"},
    "with a word for it": {"note": f"個人番号は {NUMBER} です"},
    "as a number": {"note": int(NUMBER)},
    "deep inside": {"note": [{"x": {"MyNumber": 1}}]},
}


def refused(kind: str, raw: bytes, field: str) -> None:
    """The document is refused by this field, at the step that reads it, and the number isn't repeated."""
    prepared = VERIFIERS[kind].prepare(example(kind).trust, moment=AT)
    with pytest.raises(IndividualNumber) as caught:
        verified(prepared, raw, Asked("A-1", AT))
    assert caught.value.fields["field"] == field
    assert (caught.value.step, caught.value.as_document()["step"]) == (0, 0)
    assert caught.value.sentence("en").startswith("Step 0: ")
    assert "9018" not in str(caught.value.as_document())


@pytest.mark.parametrize("claims", CLAIMS)
def test_in_a_face_match(claims: str) -> None:
    """Among the claims that nobody reads; also where the signature wouldn't hold."""
    result = face_match.result({**face_match.claims(), **CLAIMS[claims]})
    refused("face_match", match_document(result), "result")
    refused("face_match", match_document(result[:-8]), "result")


def unknown_key(one: SignIn) -> None:
    """A token whose key nobody knows, so that it would be refused before it is read."""
    one.header["kid"] = "nobody"


@pytest.mark.parametrize("change", [lambda _: None, unknown_key], ids=["a right token", "an unknown key"])
@pytest.mark.parametrize("kind", KINDS)
def test_in_an_id_token(kind: str, change: Callable[[SignIn], None]) -> None:
    """Whatever becomes of the token, and wherever in it."""
    for claims in CLAIMS.values():
        one = sign_in(kind)
        one.claims |= claims
        change(one)
        refused(kind, one.raw(), "id_token")


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_in_userinfo(kind: str, signed: bool) -> None:
    """With a signature or without."""
    for claims in CLAIMS.values():
        one = sign_in(kind)
        assert one.userinfo is not None
        one.userinfo |= claims
        one.signed = signed
        refused(kind, one.raw(), "userinfo.body")


def test_in_a_payload_that_is_no_json() -> None:
    """It is searched as the text that it is."""
    token = f"e30.{base64url(f'{{個人番号 {NUMBER}'.encode())}.AAAA"
    refused("face_match", match_document(token), "result")


@pytest.mark.parametrize("kind", KINDS)
def test_other_digits_pass(kind: str) -> None:
    """Times, telephone and corporate numbers, twelve digits with another check digit, and digits amid letters."""
    one = sign_in(kind)
    one.claims |= {"note": ["123456789017", 123456789017, "09000000000", "1234567890183", f"T-{NUMBER}x"]}
    raw = one.raw()
    assert NUMBER not in json.dumps(json.loads(raw)["request"])
    prepared = VERIFIERS[kind].prepare(one.trust(), moment=AT)
    assert prepared.verify(raw, Asked("", AT)).report.facts is not None
