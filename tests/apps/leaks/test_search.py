"""Known values are refused where they tell nothing, spelled as Japan spells them, and told with their evidence."""

from __future__ import annotations

import gzip
import hashlib
from urllib.parse import quote, quote_from_bytes

import pytest

from sekisho.apps.evidence import Consent
from sekisho.apps.leaks import Kind, Search, Value, ValueNotTelling, is_hashed, search
from sekisho.apps.traffic import Request


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.ADVERTISING_ID, "00000000-0000-0000-0000-000000000000"),
        (Kind.DEVICE_ID, "9774d56d682e549c"),
        (Kind.ACCOUNT_ID, "null"),
        (Kind.ACCOUNT_ID, "  "),
        (Kind.ACCOUNT_ID, "test"),
        (Kind.ACCOUNT_ID, "u1"),
        (Kind.EMAIL, "no-address"),
        (Kind.PHONE, "000-0000"),
        (Kind.POSTAL, "12-34"),
        (Kind.BIRTHDAY, "spring"),
        (Kind.NAME, "森"),
        (Kind.NAME, "長" * 501),
    ],
)
def test_what_tells_nobody_apart_is_refused(kind: Kind, text: str) -> None:
    """Placeholders, short values and values not of their kind are refused, and the error doesn't repeat them."""
    with pytest.raises(ValueNotTelling) as refused:
        Value(kind=kind, text=text, label="x")
    assert len(text) < 3 or text not in refused.value.sentence("ja")


def parts(kind: Kind, text: str, sent: bytes) -> list[tuple[str, ...]]:
    """The layers under which the value is found in ``sent``."""
    return [hit.layers for hit in Search([Value(kind=kind, text=text)]).part(sent)]


@pytest.mark.parametrize(
    ("kind", "text", "sent"),
    [
        (Kind.PHONE, "090-0000-1234", b"tel=09000001234"),
        (Kind.PHONE, "090-0000-1234", b"tel=819000001234&"),
        (Kind.PHONE, "+819000001234", b"tel=090-0000-1234"),
        (Kind.PHONE, "090-0000-1234", "０９０－００００－１２３４".encode()),
        (Kind.POSTAL, "999-0123", b"a=999-0123"),
        (Kind.POSTAL, "999-0123", b"zip=9990123"),
        (Kind.BIRTHDAY, "1990-04-01", "1990年4月1日".encode()),
        (Kind.BIRTHDAY, "1990-04-01", b"b=19900401"),
        (Kind.KANA, "カクウ ガギ", "ｶｸｳ ｶﾞｷﾞ".encode()),
        (Kind.KANA, "カクウ ガギ", "かくうがぎ".encode()),
        (Kind.NAME, "架空 花子", "架空　花子".encode()),
        (Kind.EMAIL, " Hanako@Example.jp ", hashlib.sha1(b"hanako@example.jp", usedforsecurity=False).digest()),
        (Kind.ADDRESS, "東京都架空区1-2-3", "東京都架空区１－２－３".encode()),
        (Kind.ADVERTISING_ID, "7A1C2E3F-1234-4a5b-8c6d-aabbccddeeff", b"7a1c2e3f12344a5b8c6daabbccddeeff"),
    ],
)  # fmt: skip
def test_japanese_spellings(kind: Kind, text: str, sent: bytes) -> None:
    """Widths, kana, hyphens and the forms that advertising interfaces hash are one value."""
    assert len(parts(kind, text, sent)) == 1


@pytest.mark.parametrize(
    ("kind", "text", "sent"),
    [
        (Kind.PHONE, "090-0000-1234", b"id=4309000001234"),
        (Kind.PHONE, "090-0000-1234", b"id=090000012345"),
        (Kind.POSTAL, "999-0123", b"count=9990123"),
        (Kind.POSTAL, "999-0123", b"zip=99901234"),
        (Kind.BIRTHDAY, "1990-04-01", b"t=1990040112"),
        (Kind.ACCOUNT_ID, "hanako1", b"u=hanako12"),
    ],
)
def test_a_part_of_another_number_or_word_is_nothing(kind: Kind, text: str, sent: bytes) -> None:
    """A value's digits inside a longer number, or its letters inside a longer word, aren't the value."""
    assert parts(kind, text, sent) == []


def test_old_character_sets_are_the_innermost_layer() -> None:
    """A name in Shift_JIS or EUC-JP is found, and the chain says which."""
    for charset, codec in (("shift_jis", "cp932"), ("euc-jp", "euc_jp")):
        sent = b"n=" + quote_from_bytes("架空花子".encode(codec)).encode()
        assert parts(Kind.NAME, "架空 花子", sent) == [("urlencode", charset)]


def made(**changes: object) -> Request:
    """A request to a third party."""
    fields: dict[str, object] = {
        "number": 7, "url": "https://t.example.net/c", "host": "t.example.net", "consent": Consent.REJECTED,
        "cname": ("edge.example.org",),
    }  # fmt: skip
    return Request(**(fields | changes))  # type: ignore[arg-type]  # a test's shorthand


def test_every_part_of_a_request_is_searched() -> None:
    """Address, referrer, cookie, own headers and body are searched; the piece names the request, part and byte."""
    email = Value(kind=Kind.EMAIL, text="hanako@example.jp", label="account")
    written = quote("hanako@example.jp", safe="")
    requests = [
        made(number=1, url=f"https://t.example.net/c?m={written}"),
        made(number=2, headers=(("Referer", f"https://own.example.jp/?m={written}"),)),
        made(number=3, headers=(("Cookie", "m=hanako@example.jp"),)),
        made(number=4, headers=(("X-User", "hanako@example.jp"),)),
        made(number=5, body=gzip.compress(b'{"m":"hanako@example.jp"}')),
        made(number=6, headers=(("Accept-Language", "ja"),), body=b"nothing"),
    ]
    pieces = search(requests, [email])
    assert [piece.place.path for piece in pieces] == [
        "request 1, url", "request 2, header referer", "request 3, header cookie", "request 4, header x-user",
        "request 5, body",
    ]  # fmt: skip
    assert pieces[4].place.layers == ("gzip",)
    assert pieces[0].place.offset == len("https://t.example.net/c?m=")
    assert {piece.information for piece in pieces} == {"email"}
    assert {(piece.host, piece.aliases, piece.consent) for piece in pieces} == {
        ("t.example.net", ("edge.example.org",), Consent.REJECTED)
    }
    assert not any(is_hashed(piece) for piece in pieces)
    assert all("hanako" not in piece.words for piece in pieces)


def test_raw_and_hashed_are_told_apart() -> None:
    """A piece tells whether the value left as itself or as a hash."""
    email = Value(kind=Kind.EMAIL, text="hanako@example.jp")
    digest = hashlib.sha256(b"hanako@example.jp").hexdigest()
    (piece,) = search([made(url=f"https://t.example.net/c?em={digest}")], [email])
    assert is_hashed(piece)
    assert piece.place.layers == ("sha256",)


def test_a_bomb_is_cut_and_said() -> None:
    """A body that unpacks without end costs no more than the limit, and the search says that it is incomplete."""
    prepared = Search([Value(kind=Kind.EMAIL, text="hanako@example.jp")])
    bomb = gzip.compress(gzip.compress(bytes(200 << 20), 9), 9)
    assert list(prepared.request(made(body=bomb))) == []
    assert prepared.incomplete == [7]


def test_nothing_is_looked_for_without_values() -> None:
    """A search for nothing finds nothing, and too many values are refused."""
    assert search([made(body=b"hanako@example.jp")], []) == ()
    with pytest.raises(ValueError, match="too many"):
        Search(Value(kind=Kind.EMAIL, text=f"hanako{number}@example.jp") for number in range(201))
