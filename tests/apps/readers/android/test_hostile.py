"""Broken and hostile files give a reading with the reason, within limits, and never an error."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.readers.android import read
from sekisho.apps.readers.android.axml import read_axml
from sekisho.apps.readers.android.dex import read_dex
from sekisho.apps.readers.android.errors import DexRefused, ManifestRefused
from sekisho.apps.readers.android.proto import read_proto
from sekisho.apps.readers.android.tolerant import read_tolerantly
from sekisho.apps.readers.hosts import Looks

from . import made
from .test_reader import facts, marked, reasons

WHOLE = made.manifest(made.permission("android.permission.READ_CONTACTS"), inside=(
    made.Node("activity", {"name": ".Main"}), made.Node("meta-data", {"name": "k", "value": "v"})))  # fmt: skip
CODE = made.dex(["jp.example.app.Main", "com.adjust.sdk.Adjust"], strings=["https://api.tracker.jp/"],
                refers={"android.location.LocationManager": ["getLastKnownLocation"]})  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"PK", b"MZ" * 100, b"PK\x05\x06" + bytes(18), b"\x00" * 5000])
def test_what_is_no_app_is_said(data: bytes) -> None:
    """A file that isn't an archive, or an empty one, is not measured, and nothing is claimed of it."""
    reading = read(data, name="x")
    assert reading.pieces == ()
    assert {"no_manifest_read", "no_code_read"} <= reasons(reading)


def test_every_truncation_of_a_dex_file() -> None:
    """A DEX file cut off anywhere is refused or read as far as it goes; nothing else happens."""
    for length in range(len(CODE)):
        try:
            dex = read_dex(CODE[:length])
        except DexRefused:
            continue
        assert dex.end <= length


def test_dex_tables_that_claim_too_much() -> None:
    """Counts beyond the file or beyond any compiler's are refused before memory is taken for them."""
    for at in (0x38, 0x40, 0x58, 0x60):
        data = bytearray(CODE)
        struct.pack_into("<I", data, at, 0xFFFFFFFF)
        with pytest.raises(DexRefused):
            read_dex(bytes(data))
    data = bytearray(CODE)
    struct.pack_into("<I", data, int.from_bytes(data[0x3C:0x40], "little"), 0xFFFFFFF0)
    reading = read(made.apk(code=bytes(data)), name="a")
    assert "dex_rows_broken" in reasons(reading)
    assert facts(reading, "package") == ["jp.example.app"]


def test_binary_xml_that_leads_in_circles() -> None:
    """A chunk that doesn't move on, or claims to end beyond the file, is refused; what came before still counts."""
    data = bytearray(made.axml(WHOLE))
    at = 8 + int.from_bytes(data[12:16], "little")
    for size in (0, 4, 7, 0xFFFFFFFF):
        broken = bytearray(data)
        struct.pack_into("<I", broken, at + 4, size)
        with pytest.raises(ManifestRefused):
            list(read_axml(bytes(broken)))
    second = data.index(struct.pack("<HH", 0x102, 16), data.index(struct.pack("<HH", 0x102, 16)) + 4)
    struct.pack_into("<I", data, second + 4, 3)
    reading = read(made.zipped({"AndroidManifest.xml": bytes(data)}), name="a")
    assert facts(reading, "package") == ["jp.example.app"]


def test_a_manifest_only_the_second_reader_makes_out() -> None:
    """Bytes put between the chunks stop our reader, as they don't stop a device; then the second one is asked."""
    data = bytearray(made.axml(WHOLE))
    first = data.index(struct.pack("<HH", 0x180, 8))
    data[first:first] = b"\0\0\0\0"
    struct.pack_into("<I", data, 4, len(data))
    with pytest.raises(ManifestRefused):
        list(read_axml(bytes(data)))
    reading = read(made.zipped({"AndroidManifest.xml": bytes(data), "classes.dex": CODE}), name="a")
    assert facts(reading, "package") == ["jp.example.app"]
    assert facts(reading, "manifest_unusual")
    assert [each.information for each in reading.pieces if each.information == "contacts"] == ["contacts"]


def test_the_second_reader_is_not_asked_for_endless_strings() -> None:
    """A pool whose rows all point at one long string is refused by what they would come to."""
    rows = 20_000
    text = struct.pack("<H", 0x7000) + b"a\0" * 0x7000
    start = 28 + 4 * rows
    pool = struct.pack("<HHIIIIII", 1, 28, start + len(text), rows, 0, 0, start, 0) + bytes(4 * rows) + text
    data = struct.pack("<HHI", 3, 8, 8 + len(pool)) + pool
    with pytest.raises(ManifestRefused) as caught:
        read_tolerantly(data)
    assert caught.value.fields["problem"] == "strings"


def test_nesting_costs_no_stack() -> None:
    """A bundle's manifest of ten thousand levels is refused, not followed."""
    data = b""
    for _ in range(10_000):
        data = made._part(1, made._part(5, data) if data else made._part(3, b"x"))
        if len(data) > 40_000:
            break
    with pytest.raises(ManifestRefused):
        list(read_proto(data))


def test_names_that_lead_out_and_bombs() -> None:
    """Entries with paths out of the archive, and code that unpacks without end, are said; the rest is read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("AndroidManifest.xml", made.axml(WHOLE))
        archive.writestr("../../classes.dex", CODE)
        archive.writestr("classes.dex", bytes(70 << 20))
        archive.writestr("classes2.dex", CODE)
    reading = read(out.getvalue(), name="a")
    assert {"entry_name_unsafe", "entry_too_large"} <= reasons(reading)
    assert [each.place.path for each in marked(reading, "com.adjust.sdk")] == ["classes2.dex"]


def test_parts_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Splits don't each get a limit of their own: what one unpacked counts for all."""
    monkeypatch.setattr("sekisho.apps.readers.gathering.TOTAL_MOST", 6000)
    split = made.zipped({"assets/a.js": bytes(4000)})
    reading = read(made.zipped({f"s{i}.apk": split for i in range(9)}), name="a")
    assert "entry_too_large" in reasons(reading)


def test_too_much_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """More pieces than the limit are counted, not kept, and that is said."""
    monkeypatch.setattr("sekisho.apps.readers.gathering.PIECES_MOST", 3)
    code = made.dex(["a.B"], strings=[f"https://h{i}.tracker.jp/" for i in range(10)])
    reading = read(made.apk(code=code), name="a")
    assert len(reading.pieces) == 3
    assert "too_much_found" in reasons(reading)


def test_a_stream_of_nothing_but_urls_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places that look like hosts are counted over all files of an app, found or not, and the rest is left out."""
    monkeypatch.setattr("sekisho.apps.readers.gathering.Looks", lambda: Looks(left=1500))
    reading = read(made.apk(files={"assets/a.js": b"://" * 900, "assets/b.js": b"://" * 900 + b'"https://z.tracker.jp"'}),
                   name="a")  # fmt: skip
    assert [each.place.path for each in reading.not_measured if each.reason == "too_many_hosts"] == ["assets/b.js"]
    assert [each for each in reading.pieces if each.host] == []


def test_overlapping_strings_come_to_no_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strings that a manifest names are counted; beyond the limit it is refused, and what came before still counts."""
    monkeypatch.setattr("sekisho.apps.readers.android.axml.POOL_MOST", 600)
    many = made.manifest(*(made.permission("android.permission.X" + "y" * number) for number in range(40)))
    reading = read(made.apk(many), name="a")
    assert facts(reading, "package") == ["jp.example.app"]


def test_one_type_named_very_often_costs_no_more() -> None:
    """A table that names one type again and again is looked through once, not once for each."""
    code = bytearray(CODE)
    types, at = struct.unpack_from("<II", code, 0x40)
    whole = [code[at + 4 * n : at + 4 * n + 4] for n in range(types)]
    wanted = next(n for n in range(types) if b"LocationManager" in code[_text(code, whole[n]) :][:40])
    table = b"".join(whole) + whole[wanted] * 60_000
    struct.pack_into("<II", code, 0x40, types + 60_000, len(code))
    dex = read_dex(bytes(code) + table, asked=frozenset({"android.location.LocationManager"}))
    assert dex.referred == {"android.location.LocationManager": {"getLastKnownLocation"}}


def _text(code: bytearray, number: bytes | bytearray) -> int:
    strings = int.from_bytes(code[0x3C:0x40], "little")
    at = strings + 4 * int.from_bytes(number, "little")
    return int.from_bytes(code[at : at + 4], "little")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["apk", "axml", "dex", "proto", "xapk"]))
def test_any_damage_gives_a_reading(seed: int, kind: str) -> None:
    """Whatever bytes are changed, left out or doubled, there is a reading, and never an error."""
    draw = random.Random(seed)  # noqa: S311  damage, the same for the same number
    manifest = made.axml(WHOLE) if kind != "proto" else made.proto(WHOLE)
    parts = {"manifest": manifest, "code": CODE}
    target = {"axml": "manifest", "proto": "manifest", "dex": "code"}.get(kind)
    if target:
        parts[target] = _damaged(parts[target], draw)
    where = "base/manifest/AndroidManifest.xml" if kind == "proto" else "AndroidManifest.xml"
    data = made.zipped({where: parts["manifest"], "classes.dex": parts["code"]}, stored=True)
    if kind == "xapk":
        data = made.zipped({"base.apk": data}, stored=True)
    reading = read(_damaged(data, draw) if target is None else data, name="a")
    assert reading.target.sha256
    for piece in reading.pieces:
        assert piece.host is None or piece.host == piece.host.lower()


def _damaged(data: bytes, draw: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(out))
        choice = draw.randrange(4)
        if choice == 0:
            out[at] = draw.randrange(256)
        elif choice == 1:
            struct.pack_into("<I", out, min(at, len(out) - 4), draw.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, len(out)]))
        elif choice == 2:
            del out[at : at + draw.randint(1, 40)]
        else:
            out[at:at] = out[at : at + draw.randint(1, 40)]
        if len(out) < 8:
            out += bytes(8)
    return bytes(out)
