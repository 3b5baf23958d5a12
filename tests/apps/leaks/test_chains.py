"""A known value is found through every chain of layers that is supported, and where there is none nothing is."""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
import zlib
from collections.abc import Callable
from functools import cache
from typing import Final
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.apps.leaks import Kind, Search, Value

VALUES: Final = (
    Value(kind=Kind.NAME, text="架空 花子", label="name"),
    Value(kind=Kind.EMAIL, text="Hanako.Kakuu@mail.example.jp", label="email"),
    Value(kind=Kind.PHONE, text="090-0000-1234", label="phone"),
    Value(kind=Kind.POSTAL, text="999-0123", label="postal"),
    Value(kind=Kind.ADVERTISING_ID, text="7a1c2e3f-1234-4a5b-8c6d-aabbccddeeff", label="aaid"),
)


@cache
def prepared() -> Search:
    """One search for all the values, made once."""
    return Search(VALUES)


def _entities(content: bytes) -> bytes:
    return "".join(f"&#{ord(each)};" for each in content.decode()).encode()


def _json(content: bytes) -> bytes:
    return "".join(f"\\u{ord(each):04x}" for each in content.decode()).encode()


def _raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


UNDONE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "base64": base64.b64encode,
    "base64url": base64.urlsafe_b64encode,
    "hex": lambda content: content.hex().encode(),
    "urlencode": lambda content: quote_from_bytes(content, safe="").encode(),
    "gzip": lambda content: gzip.compress(content, mtime=0),
    "deflate": zlib.compress,
}
HASHED: Final[dict[str, Callable[[bytes], bytes]]] = {
    name: lambda content, name=name: hashlib.new(name, content).hexdigest().encode()  # type: ignore[misc]  # the default argument binds the name
    for name in ("md5", "sha1", "sha256", "sha384", "sha512")
}
INSIDE: Final = {name: UNDONE[name] for name in ("base64", "hex", "urlencode")} | HASHED

outside = st.lists(st.sampled_from(sorted(UNDONE)), max_size=3)
hashing = st.tuples(st.sampled_from(sorted(HASHED)), st.lists(st.sampled_from(sorted(INSIDE)), max_size=2))
CONTENTS: Final = (
    ("email", b"hanako.kakuu@mail.example.jp"), ("phone", b"+819000001234"), ("name", "架空花子".encode()),
    ("name", "架空 花子".encode("cp932")), ("name", "架空花子".encode("euc_jp")),
    ("aaid", b"7A1C2E3F-1234-4A5B-8C6D-AABBCCDDEEFF"), ("postal", b"999-0123"),
)  # fmt: skip


def wrapped(content: bytes, chain: list[str]) -> tuple[bytes, list[str]]:
    """The content under a chain (outermost first), and the chain without layers that changed nothing."""
    told: list[str] = []
    for name in reversed(chain):
        after = (UNDONE | HASHED)[name](content)
        if after != content:
            told.insert(0, name)
        content = after
    return content, told


def like(chain: tuple[str, ...] | list[str]) -> list[str]:
    """A chain as compared: the two alphabets of base64 agree where no character tells them apart."""
    return [name.removesuffix("url") for name in chain if name not in {"shift_jis", "euc-jp"}]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CONTENTS), outside, st.none() | hashing)
@example(("email", b"hanako.kakuu@mail.example.jp"), ["base64", "gzip", "urlencode"], None)
@example(("phone", b"+819000001234"), ["urlencode", "base64"], ("sha256", []))
def test_a_value_is_found_under_any_chain_of_three(
    what: tuple[str, bytes], chain: list[str], hash_of: tuple[str, list[str]] | None
) -> None:
    """Whatever three layers a value is put in, it is found, and the chain told is the one it was put in."""
    label, content = what
    asked = [*chain, *((hash_of[0], *hash_of[1]) if hash_of else ())]
    if len(asked) > 3 or (label == "name" and not content.startswith("架".encode()) and hash_of and hash_of[1]):
        return
    data, told = wrapped(content, asked)
    around = b"id=zip&" + data if data[:1] not in b"\x1f\x78" else data
    hits = [hit for hit in prepared().part(around) if hit.value.label == label]
    assert len(hits) == 1
    # Encoding the padding of base64 is a layer that needn't be undone to read the value.
    found, wanted = like(hits[0].layers), like(told)
    without = [name for name in wanted if name != "urlencode"]
    assert found == wanted or [name for name in found if name != "urlencode"] == without


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=4000))
def test_noise_has_nothing(noise: bytes) -> None:
    """Random bytes, and their encodings, have no known value in them."""
    for data in (noise, base64.b64encode(noise), noise.hex().encode(), gzip.compress(noise)):
        assert prepared().part(data) == ()


def test_long_noise_of_digits_and_hex_has_nothing() -> None:
    """A megabyte of digits and one of hexadecimal have no value in them, however short the value."""
    draw = random.Random(7)  # noqa: S311  noise, the same in every run
    digits = "".join(draw.choices("0123456789,", k=1 << 20)).encode()
    hexes = "".join(draw.choices("0123456789abcdef&", k=1 << 20)).encode()
    assert prepared().part(digits) == ()
    assert prepared().part(hexes) == ()


@pytest.mark.parametrize(
    ("written", "layers"),
    [
        (b'{"d":"' + base64.b64encode(b'{"mail":"hanako.kakuu@mail.example.jp"}') + b'"}', ["base64"]),
        (b"/collect/eyJ" + base64.b64encode(b'{"m":"hanako.kakuu@mail.example.jp"}')[3:], ["base64"]),
        (_json(b"hanako.kakuu@mail.example.jp"), ["json"]),
        (_entities(b"hanako.kakuu@mail.example.jp"), ["entity"]),
        (base64.b64encode(_raw_deflate(b"m=hanako.kakuu@mail.example.jp")), ["base64", "deflate"]),
        (b"\x0a\x20" + hashlib.sha256(b"hanako.kakuu@mail.example.jp").digest() + b"\x12\x01", ["sha256"]),
        (base64.b64encode(hashlib.sha256(b"hanako.kakuu@mail.example.jp").digest()), ["base64", "sha256"]),
        (hashlib.sha256(b"hanako.kakuu@mail.example.jp").hexdigest().upper().encode(), ["sha256"]),
    ],
)
def test_values_inside_other_text_are_found(written: bytes, layers: list[str]) -> None:
    """A value in the middle of an encoded message is found, not only one that was encoded alone."""
    assert [like(hit.layers) for hit in prepared().part(written)] == [layers]


def test_the_offset_is_where_the_value_stands() -> None:
    """The byte that is told is where the value, or the run that holds it, begins in the part as it was sent."""
    plain = b"a=1&mail=hanako.kakuu@mail.example.jp"
    assert prepared().part(plain)[0].offset == plain.index(b"hanako")
    quoted = b"a=%E3%81%82&mail=hanako.kakuu%40mail.example.jp"
    assert prepared().part(quoted)[0].offset == quoted.index(b"hanako")
    run = b"x=1&d=" + base64.b64encode(b"mail:hanako.kakuu@mail.example.jp")
    assert run.index(b"=", 5) < prepared().part(run)[0].offset < len(run)
