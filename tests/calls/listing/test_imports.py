"""Lists from outside: signed, whole, newer than what is held."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.calls.errors import ImporterRefused, ListNotSigned, ListRefused, ListReplayed, UnknownImporter
from sekisho.calls.listing.covers import Covers, Protected, ProtectedKind, Protection
from sekisho.calls.listing.packed import PackedEntry, Packer, unpacked
from sekisho.calls.screening.lookups import Wish
from tests.calls.desk import NOW, NUMBER, OTHER, CallDesk, manifest

EITHER_STORE = True

GOOD = f"number,action,reason\n{NUMBER},reject,fraud\n".encode()


def test_csv_and_json(desk: CallDesk) -> None:
    """Both forms are read alike; numbers in any form, beginnings, ranges, ends and SIP answers; blank lines don't
    count."""
    desk.register()
    csv = (
        "\ufeffnumber,prefix,from,to,action,reason,expires,sip_status\n"
        "+81 3-1234-5678,,,,reject,fraud,,608\n\n"
        ",0570,,,label,sales,2027-01-01T00:00:00+09:00,\n"
        ",,05012340000,05012349999,announce,fraud,,\n"
    ).encode()
    rows: list[dict[str, Any]] = [
        {"number": NUMBER, "action": "reject", "reason": "fraud", "sip_status": 608},
        {"prefix": "0570", "action": "label", "reason": "sales", "expires": "2027-01-01T00:00:00+09:00"},
        {"from": "05012340000", "to": "05012349999", "action": "announce", "reason": "fraud"},
    ]
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    first, second = desk.take_in(csv), desk.take_in(lines, list="other")
    assert first.entries == second.entries == 16
    desk.service.publishing.publish(by=desk["tanto"])
    assert [desk.hit(one) for one in (NUMBER, "0570000000", "05012345000", "05012350000")] == [
        "reject", "label", "announce", None,
    ]  # fmt: skip
    desk.clock.advance(timedelta(days=60))
    assert desk.hit("0570000000") is None


def test_signed_by_whom(desk: CallDesk) -> None:
    """Unsigned, signed by another, about another file, altered, from the future, or by nobody known: nothing is taken
    in."""
    with pytest.raises(UnknownImporter):
        desk.take_in(GOOD)
    desk.register()
    altered = json.loads(manifest(GOOD))
    for wrong in (
        b"",
        b"[]",
        manifest(GOOD, signer=OTHER),
        manifest(GOOD + b"x"),
        manifest(GOOD, made_at=NOW + timedelta(hours=1)),
        json.dumps({**altered, "version": 2}).encode(),
        json.dumps({**altered, "list": "other"}).encode(),
        json.dumps({**altered, "signature": ""}).encode(),
        json.dumps({**altered, "list": "../x"}).encode(),
        json.dumps({**altered, "version": True}).encode(),
    ):
        with pytest.raises(ListNotSigned):
            desk.service.imports.take_in(wrong, io.BytesIO(GOOD), by=desk["tanto"])
    desk.service.imports.end_importer("npa", by=desk["tanto"])
    with pytest.raises(ListNotSigned):
        desk.take_in(GOOD)
    assert desk.service.imports.every() == []
    for importer, key in (("NPA", "00" * 32), ("npa", "zz"), ("npa", "00")):
        with pytest.raises(ImporterRefused):
            desk.service.imports.register(importer, "x", key, by=desk["tanto"])


def test_replayed(desk: CallDesk) -> None:
    """The same list again is the one held; an older one, or another one under its number, is refused; ended, it stays
    refused."""
    desk.register()
    held = desk.take_in(GOOD, version=5)
    assert desk.take_in(GOOD, version=5) == held
    for content, version in ((GOOD, 4), (GOOD + b"0311112222,label,x\n", 5)):
        with pytest.raises(ListReplayed):
            desk.take_in(content, version=version)
    newer = desk.take_in(GOOD, version=6)
    assert [(one.version, one.state) for one in desk.service.imports.every()] == [(6, "held"), (5, "replaced")]
    desk.service.imports.end("npa", "fraud", "提供終了", by=desk["tanto"])
    with pytest.raises(ListReplayed):
        desk.take_in(GOOD + b"\n", version=newer.version)
    desk.service.publishing.publish(by=desk["tanto"])
    assert desk.hit(NUMBER) is None
    assert [leaf.get("version") for leaf in desk.leaves("calls.list_imported")] == [5, 6, None]


def test_one_wrong_line_refuses_the_whole(desk: CallDesk) -> None:
    """A signed list isn't taken in by halves; the wrong lines are told with number and reason, without the number."""
    desk.register()
    desk.service.entries.protect(
        ProtectedKind.PUBLIC_OFFICE, {"number": "0312340110", "holder": "署", "source": "公表"}, by=desk["tanto"]
    )
    wrong = b"number,action,reason\n0311112222,label,ok\n110,label,x\n0312340110,reject,x\n03x,label,x\n1,2\n"
    with pytest.raises(ListRefused) as refused:
        desk.take_in(wrong)
    assert refused.value.fields["lines"] == 4
    assert [part.split(":")[0] for part in refused.value.fields["first"].split("; ")] == ["3", "4", "5", "6"]
    assert "0312340110" not in str(refused.value)
    for other in (b"", b"a,b\n1,2\n", b"{broken\n", b"[1]\n", b"number,action,reason\n" + b"1" * 5000, b"\xff\xfe\n"):
        with pytest.raises(ListRefused):
            desk.take_in(other)
    assert desk.service.imports.every() == []


def test_a_million_duplicates(desk: CallDesk) -> None:
    """A million repeats of one number are one entry."""
    desk.register()
    held = desk.take_in(b"number,action,reason\n" + b"0312345678,label,fraud\n" * 100_000)
    assert (held.entries, held.duplicates) == (1, 99_999)
    packer = Packer()
    entry = PackedEntry((5, 5), Wish.LABEL, "r", None, None, 1)
    for _ in range(1_000_000):
        packer.add(entry)
    assert (len(packer), packer.duplicates) == (1, 999_999)
    assert sum(map(len, packer.parts())) < 200


ENTRIES = st.builds(
    PackedEntry,
    st.tuples(st.integers(0, 5), st.integers(6, 2**63)),
    st.sampled_from(Wish),
    st.sampled_from(["a", "理由"]),
    st.sampled_from([None, NOW, NOW + timedelta(days=1)]),
    st.sampled_from([None, 603, 608]),
    st.integers(1, 2**31 - 1),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(ENTRIES, unique_by=lambda one: one.span))
def test_packed_and_back(entries: list[PackedEntry]) -> None:
    """The compact form gives back what it was given."""
    packer = Packer()
    for one in entries:
        packer.add(one)
    assert list(unpacked(packer.parts())) == entries


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=6),
    st.tuples(st.integers(0, 99), st.integers(0, 99)),
)
def test_protection_as_a_plain_reading(offices: list[tuple[int, int]], entry: tuple[int, int]) -> None:
    """An entry that shares a number with a public office's is found, and no other."""

    def covers(pair: tuple[int, int]) -> Covers:
        return Covers(f"03000000{min(pair):02d}", f"03000000{max(pair):02d}")

    register = [
        Protected(str(at), ProtectedKind.PUBLIC_OFFICE, covers(one), "署", "公表") for at, one in enumerate(offices)
    ]
    shares = any(min(one) <= max(entry) and min(entry) <= max(one) for one in offices)
    assert (Protection(register).problem(covers(entry).spans()) is not None) == shares
