"""Leaves: canonical, strict, and closed without their salt."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.ledger.errors import LeafMalformed
from sekisho.ledger.leaf import MAX_TEXT, leaf_opens, parse_leaf, seal_leaf
from sekisho.ledger.standalone import verify as standalone

AT = datetime(2026, 4, 1, 0, 0, tzinfo=timezone(timedelta(hours=9)))
SALT = bytes(range(32))
BODY = '{"verdict":"accept","氏名":"𠮷田 花子"}'.encode()


def sealed(**changes: object) -> bytes:
    """A leaf, with changes."""
    fields = {"leaf_id": "01J9", "kind": "contract.decision", "at": AT, "owner": "case/7", "body": BODY, "salt": SALT}
    return seal_leaf(**(fields | changes))  # type: ignore[arg-type]  # the changes are of the right types, or meant wrong


def test_the_form() -> None:
    """Canonical JSON, UTC, and the commitment written down by hand."""
    commitment = hashlib.sha256(b"\x02sekisho/leaf/v1\x00" + SALT + BODY).hexdigest()
    assert sealed() == (
        f'{{"at":"2026-03-31T15:00:00Z","commitment":"{commitment}","id":"01J9",'
        f'"kind":"contract.decision","owner":"case/7","v":1}}'
    ).encode()


def test_it_parses_to_what_was_sealed() -> None:
    """Every field comes back; the time in UTC."""
    leaf = parse_leaf(sealed())
    assert (leaf.id, leaf.kind, leaf.owner) == ("01J9", "contract.decision", "case/7")
    assert leaf.at == AT
    assert leaf.at.tzinfo is UTC
    assert leaf.encode() == sealed()


def test_only_its_salt_and_body_open_it() -> None:
    """Another body, salt, leaf, or a salt of another length open nothing; the standalone verifier agrees."""
    assert leaf_opens(sealed(), body=BODY, salt=SALT)
    assert standalone.opens(sealed(), BODY, SALT)
    for body, salt in ((BODY + b" ", SALT), (BODY, bytes(32)), (SALT[-1:] + BODY, SALT[:-1]), (b"", b"")):
        assert not leaf_opens(sealed(), body=body, salt=salt)
        assert not standalone.opens(sealed(), body, salt)
    assert not leaf_opens(parse_leaf(sealed(salt=bytes(32))), body=BODY, salt=SALT)


def test_the_leaf_tells_nothing_of_its_body() -> None:
    """Two leaves that differ in body and salt only have the same length and no part of the body."""
    other = sealed(body=b"x" * 10_000, salt=bytes(32))
    assert len(other) == len(sealed())
    assert "花子".encode() not in sealed()


@pytest.mark.parametrize("changes", [
    {"leaf_id": ""}, {"kind": "x" * (MAX_TEXT + 1)}, {"owner": "a\nb"}, {"owner": "\ud83d"}, {"leaf_id": 7},
    {"at": datetime(2026, 4, 1)}, {"salt": b"short"},  # noqa: DTZ001  a time without offset is what is refused
])
def test_what_cannot_be_sealed(changes: dict[str, object]) -> None:
    """Empty, long and unprintable texts, a naive time, a salt of another length."""
    with pytest.raises(LeafMalformed):
        sealed(**changes)


def reformed(**changes: object) -> bytes:
    """The leaf's document with changes, canonical."""
    document = {key: value for key, value in (json.loads(sealed()) | changes).items() if value is not None}
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("data", [
    b"", b"[]", b"\xff", b"{" * 100_000, b"[" * 100_000,
    sealed() + b" ", sealed().replace(b'":', b'": '), sealed().replace(b"case", b"c\\u0061se"),
    sealed().replace(b'"v":1', b'"v":1,"v":1'), sealed().replace(b'"v":1', b'"v":1.0'),
    reformed(v=2), reformed(v=True), reformed(v=None), reformed(extra=1), reformed(id=5), reformed(kind=""),
    reformed(commitment="AB" * 32), reformed(commitment="ab"), reformed(at="2026-03-31T15:00:00+00:00"),
    reformed(at="2026-02-30T15:00:00Z"), reformed(at="2026-03-31 15:00:00Z"), reformed(at=7),
])
def test_what_is_no_leaf(data: bytes) -> None:
    """Other JSON, other spelling of the same JSON, other versions, fields, types, times: all refused."""
    with pytest.raises(LeafMalformed):
        parse_leaf(data)


TEXT = st.text(st.characters(min_codepoint=0x20, codec="utf-8"), min_size=1, max_size=MAX_TEXT)
SALTS = st.binary(min_size=32, max_size=32)


@given(TEXT, TEXT, TEXT, st.datetimes(timezones=st.just(UTC)), st.binary(max_size=50), SALTS)
def test_any_sealed_leaf_parses_and_opens(
    leaf_id: str, kind: str, owner: str, at: datetime, body: bytes, salt: bytes
) -> None:
    """Whatever the texts and times, what was sealed is what is read, and fits an entry."""
    data = seal_leaf(leaf_id=leaf_id, kind=kind, at=at, owner=owner, body=body, salt=salt)
    leaf = parse_leaf(data)
    assert (leaf.id, leaf.kind, leaf.owner, leaf.at) == (leaf_id, kind, owner, at)
    assert leaf_opens(leaf, body=body, salt=salt)
    assert len(data) < 65_536
