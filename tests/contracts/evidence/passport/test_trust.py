"""Country authorities: pinned, from master lists and by links; and their revocation lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sekisho.contracts.evidence.cms.errors import (
    DerRefused,
    DuplicateExtension,
    SignatureInvalid,
    TooManyElements,
    UnexpectedElement,
)
from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.passport.crl import verify_crl
from sekisho.contracts.evidence.passport.errors import CrlRefused, FileTooLarge, ListSignerRefused
from sekisho.contracts.evidence.passport.masterlist import MasterList, read_master_list
from sekisho.contracts.evidence.passport.model import RevocationState
from sekisho.contracts.evidence.passport.profile import MAX_CRL, MAX_LIST, MAX_LIST_CERTIFICATES
from sekisho.contracts.evidence.passport.trust import Origin, read_authority, trust_store
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import bits, integer, oid, seq, set_of, tlv
from tests.contracts.evidence.passport.checking import candidate, imported, store, verify

JAPAN = build.authority("japan")
NEW_HAND = state_pki.Hand(state_pki.private_key("P-384", "the new key"), "sha384", curve="explicit")


def root(hand: state_pki.Hand = NEW_HAND, subject: bytes = JAPAN.name, **other: Any) -> state_pki.BuiltAuthority:
    """A self-signed authority of Japan's name with another key."""
    made = state_pki.certificate(
        **{
            "subject": subject,
            "issuer": subject,
            "public": hand.spki(),
            "by": hand,
            "first": state_pki.AUTHORITY_FIRST,
            "last": state_pki.AUTHORITY_LAST,
            "extensions": state_pki.AUTHORITY_EXTENSIONS,
            **other,
        }
    )
    return state_pki.BuiltAuthority("JP", subject, hand, made)


def passport_of(authority: state_pki.BuiltAuthority) -> Any:
    """A passport by a signer of this authority."""
    files = build.passport("japan")
    signer = state_pki.make_signer(authority, build.signer("japan").hand)
    return replace(files, sod=build.sod(signer, files.groups))


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", [JAPAN.name, state_pki.name("JP", "CSCA of another name")])
def test_a_link_carries_trust_to_the_new_key(subject: bytes) -> None:
    """A key roll-over, with the name kept or changed: the link and then the new root count, with their provenance."""
    new = root(subject=subject)
    link = build.link(JAPAN, new)
    # In any order, and only because the old one is trusted.
    for carried in ((new.certificate, link), (link, new.certificate)):
        done = imported(candidate(JAPAN.certificate), *(candidate(one, vouched=False) for one in carried))
        assert done.unusable == ()
        assert len(done.store.authorities) == 3
        origins = {a.certificate.encoded: a.provenance for a in done.store.authorities}
        assert origins[link].origin is Origin.LINK
        assert origins[link].via == read_authority(JAPAN.certificate).fingerprint
        result = verify(passport_of(new), trust=done.store, crls=())
        assert result.report.require_facts()["authenticity"] == "could_not_check"
        assert "linked" in result.report.steps[7].reason.en
    without = imported(candidate(link, vouched=False), candidate(new.certificate, vouched=False))
    assert without.store.authorities == ()
    assert [one.why.reason for one in without.unusable] == ["passport_authority_refused"] * 2


def test_a_passport_under_the_link_alone() -> None:
    """Before the new root is configured its link certificate is enough: it has the same name and key."""
    new = root()
    done = imported(candidate(JAPAN.certificate), candidate(build.link(JAPAN, new), vouched=False))
    assert verify(passport_of(new), trust=done.store, crls=()).report.failure is None


def test_false_links_carry_nothing() -> None:
    """A link by another key, to another country, or made after the old certificate ended gives no trust."""
    new = root()
    stranger = root(state_pki.Hand(state_pki.private_key("P-256", "a stranger"), "sha256"))
    abroad = replace(new, name=state_pki.name("FR", "CSCA"))
    for false in (
        build.link(replace(JAPAN, hand=stranger.hand), new, issuer_public=JAPAN.hand.spki()),
        build.link(JAPAN, abroad),
        build.link(JAPAN, new, first=datetime(2041, 4, 2, tzinfo=UTC), last=datetime(2045, 1, 1, tzinfo=UTC)),
        stranger.certificate,
    ):
        done = imported(candidate(JAPAN.certificate), candidate(false, vouched=False))
        assert len(done.store.authorities) == 1
        assert len(done.unusable) == 1
        assert done.unusable[0].why.sentence("ja")


def test_an_authority_of_the_same_name_and_another_key_issued_nothing() -> None:
    """A forger may take any name: only the configured key counts."""
    forged = passport_of(root())
    result = verify(forged, trust=store("japan"))
    assert result.report.require_facts()["authenticity"] == "read_not_authenticated"
    signer = state_pki.make_signer(root(), build.signer("japan").hand, issuer_public=JAPAN.hand.spki())
    files = replace(forged, sod=build.sod(signer, forged.groups))
    failure = verify(files, trust=store("japan")).report.failure
    assert failure is not None
    assert failure.reason == "passport_signer_not_by_country"


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"extensions": state_pki.SIGNER_EXTENSIONS}, "passport_authority_refused"),
        ({"subject": seq(), "issuer": seq()}, "passport_authority_refused"),
        ({"extensions": state_pki.AUTHORITY_EXTENSIONS[:1]}, "passport_authority_refused"),
        ({"extensions": state_pki.AUTHORITY_EXTENSIONS[1:]}, "passport_authority_refused"),
        (
            {
                "by": state_pki.Hand(state_pki.private_key("P-384", "another"), "sha384"),
                "issuer_public": NEW_HAND.spki(),
            },
            "signature_invalid",
        ),
    ],
)
def test_what_isnt_an_authority_is_left_out_with_its_reason(other: dict[str, Any], reason: str) -> None:
    """A signer's certificate, one without key usage or not by its own key: in the report, and not in the store."""
    done = imported(candidate(root(**other).certificate))
    assert done.store.authorities == ()
    assert [one.why.reason for one in done.unusable] == [reason]


def test_a_self_signature_by_sha1_takes_nothing_away() -> None:
    """The signature of a pinned root on itself proves nothing, so one by SHA-1 is passed over."""
    old = root(hand=NEW_HAND, by=replace(NEW_HAND, digest="sha1"), issuer_public=NEW_HAND.spki())
    assert len(imported(candidate(old.certificate)).store.authorities) == 1


# --- master lists -----------------------------------------------------------------------------------------------------

LIST_SIGNER = state_pki.make_signer(
    build.authority("germany"),
    state_pki.Hand(state_pki.private_key("brainpoolP384r1", "list signer"), "sha384"),
    "list signer",
    extensions=state_pki.LIST_SIGNER_EXTENSIONS,
)
EVERY = [build.authority(slug).certificate for slug in build.DECLARED["authorities"]]


def read(data: bytes, *, pin: bytes = LIST_SIGNER.certificate, moment: datetime = build.MOMENT) -> MasterList:
    """The list under a pinned signer."""
    return read_master_list(data, signer=read_authority(pin), moment=moment, source="test list")


@pytest.mark.parametrize("pin", [LIST_SIGNER.certificate, build.authority("germany").certificate])
def test_a_master_list_makes_authorities(pin: bytes) -> None:
    """Under its pinned signer or that one's authority, each certificate counts once and says where it is from."""
    found = read(build.master_list(LIST_SIGNER, [*EVERY, EVERY[0]]), pin=pin)
    done = trust_store(found.candidates, source="test list", imported_at=build.MOMENT)
    assert len(done.store.authorities) == len(EVERY)
    assert done.duplicates == 1
    assert done.unusable == ()
    assert found.unreadable == ()
    for authority in done.store.authorities:
        assert authority.provenance.origin is Origin.MASTER_LIST
        assert authority.provenance.via == read_authority(LIST_SIGNER.certificate).fingerprint
    result = verify(build.passport("japan"), trust=done.store)
    assert result.verified is not None
    assert "master list" in result.report.steps[7].reason.en


def test_an_unreadable_certificate_doesnt_spoil_the_list() -> None:
    """One certificate that can't be read is counted with its reason; the others are taken."""
    found = read(build.master_list(LIST_SIGNER, [*EVERY, seq(b"\x01\x01\x01")]))
    assert len(found.candidates) == len(EVERY)
    assert [one.why.reason for one in found.unreadable] == ["der_not_canonical"]


@pytest.mark.parametrize(
    ("pin", "by", "moment"),
    [
        (build.signer("germany").certificate, LIST_SIGNER, build.MOMENT),
        (build.authority("japan").certificate, LIST_SIGNER, build.MOMENT),
        (build.signer("germany").certificate, build.signer("germany"), build.MOMENT),
        (LIST_SIGNER.certificate, LIST_SIGNER, datetime(2036, 4, 2, tzinfo=UTC)),
        (LIST_SIGNER.certificate, LIST_SIGNER, datetime(2024, 3, 31, tzinfo=UTC)),
    ],
)
def test_only_the_pinned_signer_of_lists_counts(pin: bytes, by: state_pki.BuiltSigner, moment: datetime) -> None:
    """Another signer, another country, a signer of documents, and a signer out of time make no list."""
    with pytest.raises(ListSignerRefused):
        read(build.master_list(by, EVERY), pin=pin, moment=moment)


FOR_LISTS = state_pki.LIST_SIGNER_EXTENSIONS[-1]


@pytest.mark.parametrize(
    "extensions",
    [
        (FOR_LISTS,),
        (state_pki.extension("2.5.29.15", bits(b"\x20", 5), critical=True), FOR_LISTS),
        (*state_pki.LIST_SIGNER_EXTENSIONS, state_pki.AUTHORITY_EXTENSIONS[0]),
    ],
)
def test_a_list_signer_is_for_signatures(extensions: tuple[bytes, ...]) -> None:
    """Without digitalSignature, or as an authority, it signs no lists."""
    other = state_pki.make_signer(build.authority("germany"), LIST_SIGNER.hand, "list signer", extensions=extensions)
    with pytest.raises(ListSignerRefused):
        read(build.master_list(other, EVERY), pin=other.certificate)


def test_signed_data_of_another_kind_is_no_list() -> None:
    """A security object, or anything else the list's signer signed, isn't a master list."""
    other = state_pki.signed_data(
        "2.23.136.1.1.1",
        seq(integer(0), set_of(*EVERY)),
        LIST_SIGNER.hand,
        issuer=LIST_SIGNER.authority.name,
        serial=LIST_SIGNER.serial,
        certificates=[LIST_SIGNER.certificate],
    )
    with pytest.raises(UnexpectedElement):
        read(other)


def test_a_list_of_more_than_any() -> None:
    """A list is bounded in number as well as in size."""
    content = seq(integer(0), tlv(0x31, *[b"\x05\x00"] * (MAX_LIST_CERTIFICATES + 1)))
    with pytest.raises(TooManyElements):
        read(build.master_list(LIST_SIGNER, EVERY, content=content))


def test_a_forged_list_signer() -> None:
    """A list signer that names the pinned authority and isn't by it."""
    forged = state_pki.make_signer(
        build.authority("germany"),
        LIST_SIGNER.hand,
        "list signer",
        by=LIST_SIGNER.hand,
        extensions=state_pki.LIST_SIGNER_EXTENSIONS,
    )
    with pytest.raises(SignatureInvalid):
        read(build.master_list(forged, EVERY), pin=build.authority("germany").certificate)


def test_a_forged_list() -> None:
    """Another content under a list's signature, and another signature over its content."""
    good = build.master_list(LIST_SIGNER, EVERY)
    at = good.index(EVERY[0]) + 200
    with pytest.raises(SignatureInvalid):
        read(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
    with pytest.raises(SignatureInvalid):
        read(build.master_list(LIST_SIGNER, EVERY, signature=LIST_SIGNER.hand.sign(b"other data")))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        seq(integer(0), set_of()),
        seq(integer(1), set_of(*EVERY)),
        seq(integer(0), seq(*EVERY)),
        seq(integer(0), set_of(*EVERY)) + b"\x00",
        seq(integer(0), set_of(*EVERY), b"\x05\x00"),
        tlv(0x31, integer(0), set_of(*EVERY)),
        seq(integer(0), set_of(EVERY[0][:-1])),
    ],
)
def test_a_signed_list_that_isnt_one(content: bytes) -> None:
    """Empty, of another version, or of another form: refused whoever signed it."""
    with pytest.raises(EvidenceRefused):
        read(build.master_list(LIST_SIGNER, EVERY, content=content))


def test_sizes_of_lists() -> None:
    """Lists larger than any are refused before they are read."""
    with pytest.raises(FileTooLarge):
        read(bytes(MAX_LIST + 1))
    with pytest.raises(FileTooLarge):
        verify_crl(bytes(MAX_CRL + 1), store=store(), moment=build.MOMENT)


# --- revocation lists -------------------------------------------------------------------------------------------------


def test_a_revoked_signer() -> None:
    """A signer on the list is refused at step 8, with when and why, however old the list has become."""
    serial = build.signer("japan").serial
    found = verify_crl(state_pki.crl(JAPAN, [5, serial]), store=store(), moment=build.MOMENT)
    for moment in (build.MOMENT, datetime(2028, 1, 1, tzinfo=UTC)):
        result = verify(build.passport("japan"), crls=[found], moment=moment)
        assert result.report.failure is not None
        assert (result.report.failure.reason, result.report.failure.step) == ("passport_signer_revoked", 8)
        assert result.report.failure.fields == {"since": "2026-10-01T00:00:00+00:00", "why": "keyCompromise"}
        assert result.revocation is RevocationState.REVOKED


def test_the_latest_list_counts() -> None:
    """Of two lists of one issuer the later one answers."""
    older = verify_crl(state_pki.crl(JAPAN, [5]), store=store(), moment=build.MOMENT)
    newer = verify_crl(
        state_pki.crl(JAPAN, [build.signer("japan").serial], this=datetime(2026, 11, 20, tzinfo=UTC)),
        store=store(),
        moment=build.MOMENT,
    )
    for order in ([older, newer], [newer, older]):
        assert verify(build.passport("japan"), crls=order).revocation is RevocationState.REVOKED


def test_another_issuers_list_says_nothing() -> None:
    """Germany's list doesn't answer for Japan."""
    german = verify_crl(state_pki.crl(build.authority("germany")), store=store(), moment=build.MOMENT)
    assert verify(build.passport("japan"), crls=[german]).revocation is RevocationState.UNKNOWN


def critical(dotted: str, content: bytes) -> bytes:
    """A critical extension."""
    return state_pki.extension(dotted, content, critical=True)


STRANGER = state_pki.Hand(state_pki.private_key("P-384", "a stranger"), "sha384")


@pytest.mark.parametrize(
    "data",
    [
        state_pki.crl(JAPAN, this=datetime(2026, 11, 24, tzinfo=UTC)),  # from the future
        state_pki.crl(JAPAN, following=datetime(2026, 11, 22, tzinfo=UTC)),  # ended
        state_pki.crl(JAPAN, following=None),
        state_pki.crl(JAPAN, hand=STRANGER),
        state_pki.crl(replace(JAPAN, name=state_pki.name("JP", "nobody"))),
        state_pki.crl(JAPAN, [5, 5]),
    ],
)
def test_lists_that_cant_be_used(data: bytes) -> None:
    """From the future, ended, endless, by a stranger, of a stranger, or with one certificate twice: fails closed."""
    with pytest.raises(CrlRefused) as raised:
        verify_crl(data, store=store(), moment=build.MOMENT)
    assert raised.value.sentence("ja")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (state_pki.crl(JAPAN)[:-1], "der_truncated"),
        (state_pki.crl(JAPAN) + b"\x00", "der_trailing_bytes"),
        # delta lists and lists of a part (RFC 5280 §5.2.4, §5.2.5)
        (state_pki.crl(JAPAN, extensions=[critical("2.5.29.27", integer(1))]), "unknown_critical_extension"),
        (state_pki.crl(JAPAN, extensions=[critical("2.5.29.28", seq())]), "unknown_critical_extension"),
        (state_pki.crl(JAPAN, extensions=[state_pki.extension("2.5.29.20", integer(8))]), "duplicate_extension"),
        # an entry for a certificate of another issuer (§5.3.3)
        (state_pki.crl(JAPAN, [5], entry_extensions=[critical("2.5.29.29", seq())]), "unknown_critical_extension"),
        (JAPAN.certificate, "der_unexpected_element"),
        (state_pki.crl(JAPAN, version=None), "der_unexpected_element"),
        (state_pki.crl(JAPAN, version=0), "der_unexpected_element"),
        (state_pki.crl(JAPAN, inner_algorithm=seq(oid("1.2.840.10045.4.3.2"))), "algorithm_parameters_refused"),
    ],
)
def test_lists_that_arent_lists(data: bytes, reason: str) -> None:
    """Damaged lists, partial lists and certificates are refused by name."""
    with pytest.raises(EvidenceRefused) as raised:
        verify_crl(data, store=store(), moment=build.MOMENT)
    assert raised.value.reason == reason


def test_an_authority_that_may_not_sign_lists() -> None:
    """keyUsage without cRLSign: its lists don't count."""
    usage = state_pki.extension("2.5.29.15", bits(b"\x04", 2), critical=True)
    weak = root(JAPAN.hand, extensions=(state_pki.AUTHORITY_EXTENSIONS[0], usage))
    with pytest.raises(CrlRefused):
        verify_crl(state_pki.crl(JAPAN), store=imported(candidate(weak.certificate)).store, moment=build.MOMENT)


def test_certificates_are_strict() -> None:
    """What comes from an operator's file is read as strictly as what comes from a chip."""
    for data in (b"", JAPAN.certificate[:-1], JAPAN.certificate + b"\x00"):
        with pytest.raises(DerRefused):
            read_authority(data)


def test_a_duplicate_extension_in_an_authority() -> None:
    """An authority's certificate with an extension twice isn't even read."""
    with pytest.raises(DuplicateExtension):
        candidate(root(extensions=(*state_pki.AUTHORITY_EXTENSIONS, state_pki.AUTHORITY_EXTENSIONS[0])).certificate)
