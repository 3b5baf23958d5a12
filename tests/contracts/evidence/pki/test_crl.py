"""Revocation lists: believed once their signature was verified, and never "good" by default."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import core
from asn1crypto import crl as asn1_crl
from certomancer.registry import CertLabel, EntityLabel, KeyLabel
from certomancer.services import CRLBuilder, choose_signed_digest

from sekisho.contracts.evidence.pki.crl import RevocationList, lists_of, read_crl
from sekisho.contracts.evidence.pki.errors import CrlUnusable
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import MOMENT
from tests.contracts.evidence.fixtures.lists import KEY_COMPROMISED, extension, large_list, signed_list, tlv
from tests.contracts.evidence.fixtures.lists import entry as raw_entry


def made(
    *,
    key: str = "sign-ca-2",
    days: int = 1,
    entries: tuple[asn1_crl.RevokedCertificate, ...] = (),
    extensions: tuple[asn1_crl.TBSCertListExtension, ...] = (),
) -> bytes:
    """A complete list of the second generation, signed by ``key``, valid from a minute ago for ``days``."""
    arch = pki.architecture()
    authority = arch.get_cert(CertLabel("sign-ca-2"))
    signer = arch.key_set.get_asym_key(KeyLabel(key))
    builder = CRLBuilder(
        arch.entities[EntityLabel("sign-ca")],
        signer.private,
        choose_signed_digest("sha256", signer.public),
        authority.key_identifier_value,
        list(extensions),
    )
    start = MOMENT - timedelta(minutes=1)
    der: bytes = builder.build_crl(1, start, start + timedelta(days=days), list(entries)).dump()
    return der


def entry(serial: int, *extensions: asn1_crl.CRLEntryExtension) -> asn1_crl.RevokedCertificate:
    """One revoked serial number."""
    return CRLBuilder.format_revoked_cert(serial, None, datetime(2026, 10, 1, tzinfo=UTC), list(extensions))


def read(data: bytes) -> RevocationList:
    """With both generations trusted."""
    return read_crl(data, pki.signing_store())


def unusable(data: bytes) -> str:
    """The slug of why a list can't be used."""
    with pytest.raises(CrlUnusable) as caught:
        read(data)
    return caught.value.reason


def test_an_entry_has_its_time_and_reason() -> None:
    """A look-up by serial number; what isn't listed has no entry."""
    found = read(pki.crl())
    entry_of = found.revocation(pki.issued("taro-revoked").certificate.serial)
    assert entry_of is not None
    assert entry_of.revoked_at == datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
    assert entry_of.reason == 3  # affiliationChanged, RFC 5280 §5.3.1
    assert found.revocation(pki.issued("taro").certificate.serial) is None


def test_a_list_without_entries_is_a_list() -> None:
    """Nobody revoked: an empty or absent list of entries."""
    assert read(made()).offsets == {}


def test_a_list_is_about_its_own_authority_and_points() -> None:
    """Without a distribution point it covers all of its generation, with one only that part, and never another's."""
    whole, part = read(made()), read(pki.crl("signing-a"))
    other = pki.issued("taro-without-crl-point")
    assert whole.covers_certificate(pki.issued("taro"))
    assert whole.covers_certificate(other)
    assert not whole.covers_certificate(pki.issued("taro-first-generation"))
    assert part.covers_certificate(pki.issued("taro"))
    assert not part.covers_certificate(other)


def test_a_list_speaks_about_its_time_only() -> None:
    """Before thisUpdate and from nextUpdate on it says nothing; the newest current one is taken."""
    found = read(pki.crl())
    found.require_current(found.this_update)
    for moment, slug in (
        (found.this_update - timedelta(seconds=1), "crl_from_the_future"),
        (found.next_update, "crl_expired"),
    ):
        with pytest.raises(CrlUnusable) as caught:
            found.require_current(moment)
        assert caught.value.reason == slug
    days = [pki.crl(at=MOMENT + timedelta(days=day)) for day in (-1, 0, 1)]
    lists = lists_of(days, pki.signing_store())
    assert lists.for_certificate(pki.issued("taro"), MOMENT) == lists.lists[1]


def test_a_list_signed_by_somebody_else_is_refused_before_it_is_unpacked() -> None:
    """Its entries are never looked at: here they'd be an error of their own."""
    nothing = core.ParsableOctetString(core.Null().dump())
    bad = entry(1, asn1_crl.CRLEntryExtension({"extn_id": "1.2.3", "critical": True, "extn_value": nothing}))
    assert unusable(made(key="rogue", entries=(bad,))) == "crl_signature_wrong"
    assert unusable(made(entries=(bad,))) == "crl_scope"


def test_a_list_of_another_store_is_refused() -> None:
    """The authentication authority's list says nothing about signing certificates."""
    assert unusable(pki.crl("authentication")) == "crl_of_another_issuer"


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("signing-some-reasons", "crl_scope"),
        ("signing-authorities-only", "crl_scope"),
        ("signing-indirect", "crl_of_another_issuer"),
    ],
)
def test_a_list_that_is_not_complete_is_refused(label: str, reason: str) -> None:
    """Only some reasons, only authorities, or other authorities' certificates: not being listed would prove nothing."""
    assert unusable(pki.crl(label)) == reason


@pytest.mark.parametrize(
    ("oid", "critical", "reason"),
    [("2.5.29.27", True, "crl_scope"), ("2.5.29.27", False, "crl_scope"), ("1.2.3.4", True, "crl_scope")],
)
def test_delta_lists_and_unknown_critical_extensions_are_refused(oid: str, critical: bool, reason: str) -> None:
    """A delta holds changes only; what is critical and unknown may change the meaning of every entry."""
    extension = asn1_crl.TBSCertListExtension(
        {"extn_id": oid, "critical": critical, "extn_value": core.ParsableOctetString(core.Integer(1).dump())}
    )
    assert unusable(made(extensions=(extension,))) == reason


@pytest.mark.parametrize("cut", [0, 10, 200, 500])
def test_a_list_that_is_cut_off_is_unreadable(cut: int) -> None:
    """The operator's file is at fault, not the applicant."""
    assert unusable(pki.crl()[:cut]) == "crl_unreadable"


def test_a_list_that_runs_backwards_is_unreadable() -> None:
    """nextUpdate lies after thisUpdate."""
    assert unusable(made(days=-1)) == "crl_unreadable"


def test_a_changed_serial_number_breaks_the_signature() -> None:
    """One byte of an entry, and the list isn't the authority's."""
    serial = pki.issued("taro-revoked").certificate.serial
    needle = b"\x02" + bytes((serial.bit_length() // 8 + 1,)) + serial.to_bytes(serial.bit_length() // 8 + 1)
    data = pki.crl()
    at = data.index(needle + b"\x18") + len(needle) - 1
    assert unusable(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]) == "crl_signature_wrong"


def test_a_certificate_in_place_of_a_list_is_unreadable() -> None:
    """Strict DER, and something else."""
    assert unusable(pki.certificate("taro")) == "crl_unreadable"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: signed_list(b"", version=b"\x02\x01\x00"), "crl_unreadable"),
        (lambda: signed_list(b"", inside=tlv(0x30, b"\x06\x01\x2a")), "crl_unreadable"),
        (lambda: signed_list(b"\x30\x00"), "crl_unreadable"),
        (lambda: signed_list(b"\x05\x00"), "crl_unreadable"),
        (lambda: signed_list(tlv(0x30, b"\x02\x01\x01", b"\x05\x00")), "crl_unreadable"),
        (lambda: signed_list(tlv(0x30, tlv(0x02, b"\x01" * 22), tlv(0x17, b"261001030000Z"))), "crl_unreadable"),
        (lambda: signed_list(raw_entry(1, b"\x05\x00")), "crl_unreadable"),
        (lambda: signed_list(raw_entry(1), extension("551d1c", tlv(0x30, tlv(0xA0, tlv(0xA1, b""))))), "crl_scope"),
    ],
    ids=[
        "version 1",
        "two algorithms",
        "empty entry",
        "no entry",
        "no time",
        "long serial",
        "no extensions",
        "relative",
    ],
)
def test_a_signed_list_that_is_written_otherwise_is_refused(data: Callable[[], bytes], reason: str) -> None:
    """The signature is good each time; what it signs isn't a list we can answer from."""
    assert unusable(data()) == reason


def test_a_reason_is_told_where_there_is_one() -> None:
    """An entry without extensions, one with a reason, and one with something else."""
    invalidity = tlv(0x30, extension("551d18", tlv(0x18, b"20260901000000Z")))
    found = read(signed_list(raw_entry(1) + raw_entry(2, KEY_COMPROMISED) + raw_entry(3, invalidity)))
    reasons = [entry_of.reason for serial in (1, 2, 3) if (entry_of := found.revocation(serial))]
    assert reasons == [None, 1, None]


def test_a_large_list_is_looked_up() -> None:
    """Of twenty thousand entries each is found, and no other."""
    found = read(large_list(20_000, seed=1))
    assert len(found.offsets) == 20_000
    serials = list(found.offsets)[:1000]
    assert all(found.revocation(serial) for serial in serials)
    assert all(found.revocation(serial + (1 << 60)) is None for serial in serials)
