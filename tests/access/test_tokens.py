"""Tokens: what is kept is a hash, what is shown must be whole, and a refusal tells nothing."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.access import Principal, Role, Scope, StaffKind, tokens
from sekisho.access.errors import (
    AccessTermsRefused,
    ScopeMissing,
    ScopesExceedRoles,
    TokenExpired,
    TokenNotAccepted,
    TokenRevoked,
)
from tests.access.conftest import DAY, NOW
from tests.effort import counted

ID = "0123456789abcdef"
SECRET = bytes(range(32))
TEXT = tokens.write_token(ID, SECRET)
HOLDER = tokens.Holder(StaffKind.PERSON, frozenset({Role.CLERK}), has_left=False)


def record(pepper: bytes | None = None, **changes: Any) -> tokens.TokenRecord:
    """The row of ``TEXT``, possibly altered."""
    values: dict[str, Any] = {
        "id": ID, "staff_id": "sato",
        "secret_hash": tokens.secret_hash(tokens.read_token(TEXT), pepper=pepper),
        "scopes": frozenset({Scope.DECIDE, Scope.READ}), "issued_at": NOW, "issued_by": "kanri",
        "expires_at": NOW + DAY,
    }
    return tokens.TokenRecord(**(values | changes))


def shown(
    text: str, row: tokens.TokenRecord | None, holder: tokens.Holder | None = HOLDER, now: datetime = NOW,
    pepper: bytes | None = None,
) -> Principal:
    """Judge ``text`` against ``row``."""
    return tokens.judge(tokens.read_token(text), row, holder, now=now, pepper=pepper)


def test_a_good_token_names_its_holder() -> None:
    """The principal has the holder, the scopes the roles still allow, and no secret."""
    principal = shown(TEXT, record())
    assert (principal.staff_id, principal.token_id, principal.proof.value) == ("sato", ID, "token")
    assert principal.scopes == {Scope.DECIDE, Scope.READ}
    assert principal.expires_at == NOW + DAY
    principal.require(Scope.READ)
    with pytest.raises(ScopeMissing) as caught:
        principal.require(Scope.ATTEST)
    assert caught.value.fields["scope"] == "attest"


def test_the_format() -> None:
    """``sk_``, 16 hex digits, ``_``, 64 hex digits: and it reads back."""
    assert f"sk_{ID}_{SECRET.hex()}" == TEXT
    assert (tokens.read_token(TEXT).id, tokens.read_token(TEXT).secret) == (ID, SECRET)
    for wrong in (("xyz", SECRET), (ID, SECRET[:31]), (ID.upper(), SECRET)):
        with pytest.raises(ValueError, match="token"):
            tokens.write_token(*wrong)


NOT_TOKENS = [
    "", "sk_", TEXT[:-1], TEXT[:-32], TEXT + "0", TEXT + "\n", " " + TEXT, TEXT.upper(), TEXT.replace("sk_", "pk_"),
    TEXT.replace("_", "-"), TEXT[:20], "Bearer " + TEXT, TEXT.replace("0", "０"), TEXT[:-1] + "é",
    "x" * 1_000_000, "\x00" * 84, TEXT[:-1] + "\udc00",
]


@pytest.mark.parametrize("text", NOT_TOKENS, ids=range(len(NOT_TOKENS)))
def test_truncated_or_altered_text_is_no_token(text: str) -> None:
    """Anything but exactly a token is refused, and the refusal doesn't repeat it."""
    with pytest.raises(TokenNotAccepted) as caught:
        tokens.read_token(text)
    assert caught.value.fields == {}


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.one_of(st.none(), st.binary(min_size=32, max_size=32)))
def test_another_secret_is_refused(secret: bytes, pepper: bytes | None) -> None:
    """Any other 256 bits under the right id are refused, with and without a pepper."""
    if secret == SECRET:
        return
    with pytest.raises(TokenNotAccepted):
        shown(tokens.write_token(ID, secret), record(pepper), pepper=pepper)


def test_one_refusal_for_every_ignorance() -> None:
    """Unknown id, wrong secret, wrong pepper, another token's row: the same error, whatever the row's state."""
    wrong = tokens.write_token(ID, bytes(32))
    errors = []
    for text, row, pepper in (
        (TEXT, None, None),
        (wrong, record(), None),
        (wrong, record(revoked_at=NOW), None),
        (wrong, record(expires_at=NOW - DAY), None),
        (TEXT, record(b"p" * 32), None),
        (TEXT, record(), b"p" * 32),
        (TEXT, record(id="f" * 16), None),
        (tokens.write_token("f" * 16, SECRET), record(id="f" * 16), None),
        (tokens.write_token(ID, bytes(32)), record(secret_hash=bytes(32)), None),
    ):
        with pytest.raises(TokenNotAccepted) as caught:
            shown(text, row, pepper=pepper)
        errors.append(caught.value.as_document())
    assert all(each == errors[0] for each in errors)


def test_comparison_is_constant_time_and_always_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash is compared by ``hmac.compare_digest``, 32 bytes with 32, also when no row was found."""
    compared = []

    def spy(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return real(one, other)

    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", spy)
    shown(TEXT, record())
    for row in (None, record(secret_hash=bytes(32))):
        with pytest.raises(TokenNotAccepted):
            shown(TEXT, row)
    assert compared == [(32, 32)] * 3


def test_ended_tokens_say_so_to_who_knows_the_secret() -> None:
    """Revoked, holder gone, expired to the microsecond: each its own 401."""
    with pytest.raises(TokenRevoked):
        shown(TEXT, record(revoked_at=NOW))
    with pytest.raises(TokenRevoked):
        shown(TEXT, record(), tokens.Holder(StaffKind.PERSON, frozenset(Role), has_left=True))
    assert shown(TEXT, record(), now=NOW + DAY - timedelta(microseconds=1))
    with pytest.raises(TokenExpired):
        shown(TEXT, record(), now=NOW + DAY)


def test_scopes_follow_the_roles_of_the_moment() -> None:
    """A role lost takes its scopes from the token; a role gained adds none to it."""
    bare = tokens.Holder(StaffKind.PERSON, frozenset(), has_left=False)
    assert shown(TEXT, record(), bare).scopes == set()
    everything = tokens.Holder(StaffKind.PERSON, frozenset(Role), has_left=False)
    assert shown(TEXT, record(), everything).scopes == {Scope.DECIDE, Scope.READ}


@pytest.mark.parametrize(
    ("scopes", "life", "error"),
    [
        ({Scope.DECIDE, Scope.APPROVE}, DAY, ScopesExceedRoles),
        ({Scope.STAFF_ADMIN}, DAY, ScopesExceedRoles),
        (set(), DAY, AccessTermsRefused),
        ({Scope.READ}, timedelta(0), AccessTermsRefused),
        ({Scope.READ}, -DAY, AccessTermsRefused),
        ({Scope.READ}, tokens.MAX_TOKEN_LIFE + timedelta(microseconds=1), AccessTermsRefused),
    ],
)
def test_terms_that_are_refused(scopes: set[Scope], life: timedelta, error: type[Exception]) -> None:
    """A token never exceeds its holder's roles, has a purpose, and ends within the limit."""
    with pytest.raises(error):
        tokens.check_terms("sato", {Role.CLERK}, frozenset(scopes), issued_at=NOW, expires_at=NOW + life)


def test_secrets_are_not_shown() -> None:
    """Neither a presented token nor a record shows the secret or its hash."""
    assert SECRET.hex() not in repr(tokens.read_token(TEXT))
    assert repr(SECRET) not in repr(tokens.read_token(TEXT))
    assert repr(record().secret_hash) not in repr(record())


def test_judging_is_little_work() -> None:
    """Reading and judging a token takes fewer than 50 calls."""
    row = record(pepper=b"p" * 32)
    with counted() as calls:
        shown(TEXT, row, pepper=b"p" * 32)
    assert calls.count < 50
