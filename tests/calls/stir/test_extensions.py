"""TNAuthList and claim constraints from strict DER, and sets of numbers."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.calls.stir.errors import CertificateNotReadable, ClaimNotPermitted, StirFault
from sekisho.calls.stir.extensions import ClaimConstraints, read_claim_constraints, read_tn_auth_list
from sekisho.calls.stir.number_set import NumberRange, NumberSet
from tests.calls.stir.pki import der, one, span, spc, tn_auth_list


def test_all_three_entries_are_read() -> None:
    """Provider code, range and single number (RFC 8226 §9)."""
    found = read_tn_auth_list(tn_auth_list(spc("1234"), span("81312345600", 100), one("81501234567")))
    assert found.provider_codes == {"1234"}
    assert found.numbers == NumberSet.of(("81501234567",), (("81312345600", 100),))
    assert found.any_number


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x00",
        tn_auth_list(one("81501234567")) + b"\x00",
        tn_auth_list(one("81501234567"))[:-1],
        b"\x30\x81\x05" + spc("1")[:5],
        b"\x30\x80" + spc("1") + b"\x00\x00",
        tn_auth_list(der(0xA3, der(0x16, b"1"))),
        tn_auth_list(der(0x82, b"81501234567")),
        tn_auth_list(der(0xA2, der(0x0C, b"81501234567"))),
        tn_auth_list(one("")),
        tn_auth_list(one("1" * 16)),
        tn_auth_list(one("+81501234567")),
        tn_auth_list(spc("")),
        tn_auth_list(spc("a\nb")),
        tn_auth_list(der(0xA0, der(0x16, b"\xff"))),
        tn_auth_list(span("81312345600", 1)),
        tn_auth_list(span("99", 2)),
        tn_auth_list(span("8131234560*", 2)),
        tn_auth_list(der(0xA1, der(0x30, der(0x16, b"81"), der(0x02, b"\xff")))),
        tn_auth_list(der(0xA1, der(0x30, der(0x16, b"81"), der(0x02, b"\x00\x02")))),
        tn_auth_list(der(0xA1, der(0x30, der(0x16, b"81"), der(0x02, b"\x02"), der(0x02, b"\x02")))),
        tn_auth_list(*[one("1")] * 2001),
    ],
)
def test_what_is_no_tn_auth_list_is_refused(data: bytes) -> None:
    """Empty, cut, lengthened, mistagged, out of range, overlong: each refused, none half-read."""
    with pytest.raises(CertificateNotReadable):
        read_tn_auth_list(data)


def _constraints(*, must: bytes = b"", permitted: bytes = b"", never: bytes = b"") -> bytes:
    parts = [der(tag, part) for tag, part in ((0xA0, must), (0xA1, permitted), (0xA2, never)) if part]
    return der(0x30, *parts)


def _names(*names: str) -> bytes:
    return der(0x30, *(der(0x16, name.encode()) for name in names))


def _values(claim: str, *values: str) -> bytes:
    return der(0x30, der(0x16, claim.encode()), der(0x30, *(der(0x0C, value.encode()) for value in values)))


def test_constraints_are_kept() -> None:
    """A claim that must stand there, one of listed values, one that mustn't (RFC 8226 §8, RFC 9118)."""
    read = read_claim_constraints(
        _constraints(must=_names("origid"), permitted=der(0x30, _values("attest", "A", "B")), never=_names("rcd")),
        enhanced=True,
    )
    read.require({"origid": "x", "attest": "A"})
    read.require({"origid": "x"})
    read.require({"origid": "x", "attest": ["A", "B"]})
    for claims in ({}, {"origid": "x", "rcd": {}}, {"origid": "x", "attest": "C"}, {"origid": "x", "attest": []},
                   {"origid": "x", "attest": 1}, {"origid": "x", "attest": {"A": "A"}}):
        with pytest.raises(ClaimNotPermitted):
            read.require(claims)
    ClaimConstraints().require({})


@pytest.mark.parametrize(
    ("data", "enhanced"),
    [
        (_constraints(), False),
        (_constraints(never=_names("rcd")), False),
        (_constraints(never=_names("iat")), True),
        (der(0x30, der(0xA1, der(0x30, _values("a", "b"))), der(0xA0, _names("a"))), False),
        (der(0x30, der(0xA0, _names("a")), der(0xA0, _names("a"))), False),
        (_constraints(must=der(0x30)), False),
        (_constraints(permitted=der(0x30, _values("a"))), False),
        (_constraints(permitted=der(0x30, _values("a", "b"), _values("a", "c"))), False),
        (_constraints(permitted=der(0x30, _names("a", "b"))), False),
    ],
)
def test_what_are_no_constraints_is_refused(data: bytes, enhanced: bool) -> None:
    """Empty, out of order, twice, of the other extension: refused, since what is misread constrains nothing."""
    with pytest.raises(CertificateNotReadable):
        read_claim_constraints(data, enhanced=enhanced)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda data: der(0x30, data)))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No bytes make either reader raise anything but its own reasons."""
    for read in (
        read_tn_auth_list,
        lambda given: read_claim_constraints(given, enhanced=False),
        lambda given: read_claim_constraints(given, enhanced=True),
    ):
        with contextlib.suppress(StirFault):
            read(data)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(100, 979), st.integers(1, 20)), max_size=8),
    st.frozensets(st.integers(100, 999), max_size=5),
)
def test_a_set_holds_exactly_its_numbers(ranges: list[tuple[int, int]], numbers: frozenset[int]) -> None:
    """Merged ranges and single numbers hold what counting them one by one holds, and nothing of another length."""
    made = NumberSet.of(map(str, numbers), ((str(start), count) for start, count in ranges))
    counted = set(numbers) | {at for start, count in ranges for at in range(start, start + count)}
    assert {at for at in range(100, 1000) if str(at) in made} == counted
    assert "0100" not in made
    assert "" not in made
    assert "１００" not in made
    assert made.first_outside(made) is None
    assert (NumberSet.of(("5",)).first_outside(made), bool(NumberSet())) == ("5", False)


@pytest.mark.parametrize(("start", "count"), [("", 1), ("12a", 1), ("1", 0), ("1" * 16, 1), ("99", 2)])
def test_what_is_no_range_is_refused(start: str, count: int) -> None:
    """Not digits, none, too long, or running into longer numbers."""
    with pytest.raises(ValueError, match="range"):
        NumberRange(start, count)
