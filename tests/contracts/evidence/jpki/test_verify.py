"""JPKI verified from bytes: what holds, and each way in which it doesn't, with the number of the step."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from sekisho.contracts.evidence.jpki.model import (
    CertificateId,
    PinAttestation,
    RevocationAnswer,
    RevocationMethod,
    RevocationState,
    Stated,
    UnverifiedSubmission,
)
from sekisho.contracts.evidence.jpki.ports import (
    FirstAnswer,
    MemoryNonces,
    RevocationSource,
    SimulatedPlatform,
    StoredLists,
)
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.evidence.jpki.verify import verify_authentication, verify_signing
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.pki.crl import lists_of
from sekisho.contracts.evidence.pki.path import IssuedCertificate
from sekisho.contracts.evidence.steps import Report, StepState
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import APPLICATION, MOMENT, TARO


class Says:
    """A source that gives one answer."""

    def __init__(self, state: RevocationState, *, as_of: datetime = MOMENT) -> None:
        self.answer = RevocationAnswer(state, RevocationMethod.PLATFORM, as_of, "test platform", None)

    def status(
        self,
        issued: IssuedCertificate,  # noqa: ARG002  the protocol's
        moment: datetime,  # noqa: ARG002  the protocol's
    ) -> RevocationAnswer:
        """The one answer."""
        return self.answer


GOOD = Says(RevocationState.GOOD)


def sign(
    label: str = "taro",
    *,
    key: str = "taro",
    stated: Stated = TARO,
    moment: datetime = MOMENT,
    revocation: RevocationSource | None = None,
    entered: bool | None = True,
) -> Report:
    """Somebody signs a fresh challenge with the certificate ``label``."""
    nonces = MemoryNonces()
    challenge = pki.challenge(moment=moment)
    nonces.keep(challenge)
    return verify_signing(
        pki.submission(challenge, label=label, key=key, entered=entered),
        application=APPLICATION,
        stated=stated,
        moment=moment,
        profile=pki.profile(),
        nonces=nonces,
        revocation=revocation or pki.stored_lists(),
    )


def authenticate(
    label: str = "taro-auth",
    *,
    key: str = "taro-auth",
    revocation: RevocationSource = GOOD,
    entered: bool | None = True,
) -> Report:
    """Somebody answers a challenge with a user-authentication certificate."""
    nonces = MemoryNonces()
    challenge = pki.challenge(purpose=Purpose.AUTHENTICATION)
    nonces.keep(challenge)
    return verify_authentication(
        pki.submission(challenge, label=label, key=key, entered=entered),
        application=APPLICATION,
        moment=MOMENT,
        profile=pki.profile(),
        nonces=nonces,
        revocation=revocation,
    )


def stopped(report: Report) -> tuple[str, int | None]:
    """The slug and step of what stopped a verification."""
    assert report.facts is None
    assert report.failure is not None
    assert [one.error for one in report.steps if one.error] == [report.failure.reason]
    return report.failure.reason, report.failure.step


# --- what holds -------------------------------------------------------------------------------------------------------


def test_a_signature_by_a_good_certificate_yields_the_facts() -> None:
    """Every step is done and the facts are those the rulebook asks about, with the Japan date of the act."""
    report = sign()
    assert {one.state for one in report.steps} == {StepState.DONE}
    assert report.require_facts() == {
        "at": date(2026, 11, 23),
        "certificate": "jpki_signing",
        "signature_valid": True,
        "revocation": "good",
        "pin_entered": True,
        "name_agrees": True,
        "address_agrees": True,
        "birth_date_agrees": True,
    }


def test_the_report_says_who_answered_how_and_as_of_when() -> None:
    """Revocation is told with method, time and who answered."""
    reason = next(one.reason.en for one in sign().steps if one.step.number == 10)
    assert reason == "crl, as of 2026-11-23T00:00:00+00:00, answered by made-up lists"


def test_the_report_holds_no_personal_data() -> None:
    """Neither name, address nor date of birth, nor the certificate, reaches the report."""
    for report in (sign(), sign("taro-revoked"), sign("items-as-misread")):
        text = str(report.as_document())
        assert all(word not in text for word in ("見本", "太郎", "架空", "1990", pki.certificate("taro").hex()))


def test_several_generations_of_authorities_are_trusted_at_once() -> None:
    """A certificate by the first generation verifies beside those of the second; the two share one name."""
    assert sign("taro-first-generation", revocation=GOOD).require_facts()["signature_valid"] is True


def test_a_certificate_on_a_phone_is_told_apart() -> None:
    """The policy says where the key lives."""
    assert sign("taro-phone").require_facts()["certificate"] == "jpki_signing_smartphone"


def test_non_repudiation_alone_is_a_signing_key() -> None:
    """digitalSignature may stand beside nonRepudiation or be missing."""
    assert sign("taro-non-repudiation-only").facts is not None


def test_the_day_is_japans() -> None:
    """A signature after 15:00 UTC belongs to the next day in Japan."""
    late = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    lists = StoredLists(lists_of([pki.crl(at=late)], pki.signing_store()), "made-up lists")
    assert sign(moment=late, revocation=lists).require_facts()["at"] == date(2026, 11, 24)


def test_new_items_and_extensions_are_noticed_and_not_believed() -> None:
    """What nobody reads is listed by the step that came across it, so that a grown profile is seen."""
    report = sign("new-item")
    notes = {one.step.number: one.reason.en for one in report.steps}
    assert notes[8] == "extensions not known, and not critical: 1.2.392.200149.8.5.99"
    assert notes[11] == "items nobody here reads: 1.2.392.200149.8.5.5.9"
    assert report.facts is not None


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (Stated(), {}),
        (Stated(name="見本 太郎"), {"name_agrees": True}),
        (Stated(name="見本 次郎"), {"name_agrees": False}),
        (Stated(address="東京都千代田区架空町1-2-4"), {"address_agrees": False}),
        (Stated(birth_date=date(1990, 4, 2)), {"birth_date_agrees": False}),
    ],
)
def test_items_agree_differ_or_are_unknown(stated: Stated, expected: dict[str, bool]) -> None:
    """An item that one side lacks is unknown: no fact, rather than a false one."""
    facts = sign(stated=stated).require_facts()
    assert {name: value for name, value in facts.items() if name.endswith("_agrees")} == expected


def test_an_unknown_birth_date_agrees_with_nothing() -> None:
    """400000000 stands for "not known": it proves no age and contradicts none."""
    facts = sign("birth-date-unknown").require_facts()
    assert "birth_date_agrees" not in facts
    assert facts["name_agrees"] is True


def test_a_substitution_character_is_unknown_never_agreement() -> None:
    """The name has 辺 in place of a character the card can't show: it may be 邊本 or 辺本, and isn't 見山."""
    for name, expected in (("邊本 太郎", None), ("辺本 太郎", None), ("見山 太郎", False)):
        assert sign("substituted", stated=Stated(name=name)).require_facts().get("name_agrees") is expected


@pytest.mark.parametrize(("entered", "state"), [(True, StepState.DONE), (None, StepState.NOT_DONE)])
def test_the_pin_is_told_only_where_the_reader_says_it(entered: bool | None, state: StepState) -> None:
    """Without the reader's word there is no fact, and the step says so."""
    report = sign(entered=entered)
    assert report.state(13) is state
    assert ("pin_entered" in report.require_facts()) is bool(entered)


def test_a_user_authentication_certificate_yields_authentication_only() -> None:
    """Factors and no item of identity; the two kinds of evidence don't mix."""
    report = authenticate()
    assert report.yields == "authentication"
    assert report.require_facts() == {
        "at": date(2026, 11, 23),
        "factors": frozenset({"possession", "knowledge"}),
        "distinct_factors": 2,
        "jpki_authentication": True,
    }


def test_without_the_readers_word_a_card_is_one_factor() -> None:
    """The PIN counts as knowledge only where somebody vouches for it."""
    assert authenticate(entered=None).require_facts()["distinct_factors"] == 1


# --- what doesn't -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "slug", "step"),
    [
        ("duplicate-extension", "duplicate_extension", 2),
        ("of-a-stranger", "issuer_unknown", 3),
        ("taro-auth", "other_store", 3),
        ("leaf-that-is-an-authority", "leaf_is_authority", 3),
        ("leaf-that-signs-certificates", "leaf_is_authority", 3),
        ("self-signed", "leaf_is_authority", 3),
        ("sign-ca-2", "leaf_is_authority", 3),
        ("forged", "issuer_signature_wrong", 4),
        ("sha1", "unsuitable_algorithm", 4),
        ("pss", "unsuitable_algorithm", 4),
        ("expired", "certificate_expired", 5),
        ("future", "certificate_not_yet_valid", 5),
        ("only-digital-signature", "wrong_key_usage", 6),
        ("key-encipherment", "wrong_key_usage", 6),
        ("test-environment-policy", "wrong_policy", 7),
        ("authentication-policy", "wrong_policy", 7),
        ("card-and-phone-policy", "wrong_policy", 7),
        ("critical-unknown", "critical_extension_unknown", 8),
        ("name-constraints", "critical_extension_unknown", 8),
        ("short-key", "unsuitable_key", 9),
        ("exponent-3", "unsuitable_key", 9),
        ("taro-revoked", "certificate_revoked", 10),
        ("name-twice", "attributes_unreadable", 11),
        ("name-not-utf8", "attributes_unreadable", 11),
    ],
)
def test_a_bad_certificate_is_refused_at_its_step(label: str, slug: str, step: int) -> None:
    """Each fault has one name and the number of the step that found it."""
    keys = {"short-key": "short", "exponent-3": "exponent-3", "taro-auth": "taro-auth"}
    assert stopped(sign(label, key=keys.get(label, "taro"))) == (slug, step)


@pytest.mark.parametrize(
    ("label", "slug", "step"),
    [("taro", "other_store", 3), ("of-a-stranger", "issuer_unknown", 3), ("auth-ca", "leaf_is_authority", 3)],
)
def test_a_signing_certificate_doesnt_authenticate(label: str, slug: str, step: int) -> None:
    """The stores are separate in both directions."""
    assert stopped(authenticate(label, key="taro")) == (slug, step)


def test_findings_say_what_is_wrong_with_a_refused_item() -> None:
    """A revoked or expired certificate, or a wrong signature, is a finding a decision can name; it never has facts."""
    assert sign("taro-revoked").findings == {
        "at": date(2026, 11, 23),
        "certificate": "jpki_signing",
        "signature_valid": True,
        "revocation": "revoked",
    }
    assert sign("expired").findings == {"at": date(2026, 11, 23), "revocation": "expired"}
    assert sign("taro", key="rogue").findings["signature_valid"] is False
    assert sign("forged").findings == {}


def test_the_last_second_of_validity_counts() -> None:
    """Both ends belong to the period, to the second."""
    end = parse_certificate(pki.certificate("expired")).not_after
    inside, outside = (
        sign("expired", moment=moment, revocation=Says(RevocationState.GOOD, as_of=moment))
        for moment in (end + timedelta(milliseconds=999), end + timedelta(seconds=1))
    )
    assert inside.facts is not None
    assert stopped(outside) == ("certificate_expired", 5)


@pytest.mark.parametrize("at", [0, 100, 255])
def test_a_signature_over_other_data_is_refused(at: int) -> None:
    """One bit of the signature, or one byte of the text, and it doesn't hold."""
    nonces, challenge = MemoryNonces(), pki.challenge()
    nonces.keep(challenge)
    sent = pki.submission(challenge)
    signature = bytearray(sent.signature)
    signature[at] ^= 1
    forged = dataclasses.replace(sent, signature=bytes(signature))
    report = verify_signing(
        forged,
        application=APPLICATION,
        stated=TARO,
        moment=MOMENT,
        profile=pki.profile(),
        nonces=nonces,
        revocation=GOOD,
    )
    assert stopped(report) == ("signature_wrong", 9)


def _answered(
    sent: UnverifiedSubmission, nonces: MemoryNonces, moment: datetime = MOMENT, to: str = APPLICATION
) -> Report:
    return verify_signing(
        sent,
        application=to,
        stated=TARO,
        moment=moment,
        profile=pki.profile(),
        nonces=nonces,
        revocation=Says(RevocationState.GOOD, as_of=moment),
    )


def test_an_answer_counts_once() -> None:
    """The same submission a second time is a replay."""
    nonces, challenge = MemoryNonces(), pki.challenge()
    nonces.keep(challenge)
    sent = pki.submission(challenge)
    assert _answered(sent, nonces).facts is not None
    assert stopped(_answered(sent, nonces)) == ("nonce_used", 1)


def test_a_failed_answer_uses_the_challenge_up_too() -> None:
    """The nonce goes before anything is verified, so nobody tries one challenge twice."""
    nonces, challenge = MemoryNonces(), pki.challenge()
    nonces.keep(challenge)
    sent = pki.submission(challenge)
    assert stopped(_answered(dataclasses.replace(sent, certificate=b"\x30\x00"), nonces))[1] == 2
    assert stopped(_answered(sent, nonces)) == ("nonce_used", 1)


def test_a_challenge_is_for_one_application_in_time() -> None:
    """Unknown, late, another application's or another purpose's: each has its name."""
    for slug, application, moment, purpose in (
        ("nonce_for_another", "A-2026-0002", MOMENT, Purpose.SIGNING),
        ("nonce_for_another", APPLICATION, MOMENT, Purpose.AUTHENTICATION),
        ("nonce_expired", APPLICATION, MOMENT + timedelta(minutes=9), Purpose.SIGNING),
    ):
        nonces, challenge = MemoryNonces(), pki.challenge(purpose=purpose)
        nonces.keep(challenge)
        assert stopped(_answered(pki.submission(challenge), nonces, moment, application)) == (slug, 1)
    assert stopped(_answered(pki.submission(pki.challenge()), MemoryNonces())) == ("nonce_unknown", 1)


@pytest.mark.parametrize(
    ("part", "data"),
    [("certificate", b"0" * 16_385), ("signature", b"0" * 513), ("nonce", b"0" * 65), ("certificate", b"")],
)
def test_sizes_come_first(part: str, data: bytes) -> None:
    """What no card makes is refused before anything is read, and uses up nothing."""
    nonces, challenge = MemoryNonces(), pki.challenge()
    nonces.keep(challenge)
    sent = pki.submission(challenge)
    parts = {"certificate": sent.certificate, "signature": sent.signature, "nonce": sent.nonce, part: data}
    big = UnverifiedSubmission(parts["nonce"], parts["certificate"], parts["signature"])
    assert stopped(_answered(big, nonces)) == ("jpki_too_big", 0)
    assert _answered(sent, nonces).facts is not None


def test_a_pin_that_wasnt_entered_is_refused() -> None:
    """法19条2項 asks for the PIN; the reader's no is a finding."""
    report = sign(entered=False)
    assert stopped(report) == ("pin_not_entered", 13)
    assert report.findings["pin_entered"] is False
    assert stopped(authenticate(entered=False)) == ("pin_not_entered", 11)


# --- revocation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "fact"),
    [(RevocationState.UNKNOWN, "unknown"), (RevocationState.COULD_NOT_CHECK, "could_not_check")],
)
def test_no_answer_is_neither_valid_nor_invalid(state: RevocationState, fact: str) -> None:
    """The signature's other facts stand, and revocation says that it isn't known."""
    report = sign(revocation=Says(state))
    assert report.state(10) is StepState.COULD_NOT_CHECK
    assert report.require_facts()["revocation"] == fact
    assert report.require_facts()["signature_valid"] is True


@pytest.mark.parametrize("state", [RevocationState.UNKNOWN, RevocationState.COULD_NOT_CHECK])
def test_an_authentication_needs_an_answer(state: RevocationState) -> None:
    """Authentication has no attribute for doubt, so doubt leaves no facts; it isn't a refusal of the evidence."""
    report = authenticate(revocation=Says(state))
    assert stopped(report) == ("revocation_not_checked", 10)
    assert report.state(10) is StepState.COULD_NOT_CHECK


@pytest.mark.parametrize(
    ("state", "slug"),
    [(RevocationState.REVOKED, "certificate_revoked"), (RevocationState.EXPIRED, "certificate_lapsed")],
)
def test_revoked_and_expired_are_refused(state: RevocationState, slug: str) -> None:
    """Both states of a platform's answer end the verification at step 10, for both kinds of certificate."""
    report = sign(revocation=Says(state))
    assert stopped(report) == (slug, 10)
    assert report.findings["revocation"] == state.value
    assert stopped(authenticate(revocation=Says(state))) == (slug, 10)


@pytest.mark.parametrize("age", [timedelta(hours=49), timedelta(minutes=-2)])
def test_a_good_answer_about_another_time_is_no_answer(age: timedelta) -> None:
    """Good as of the day before yesterday, or as of the future, isn't good now."""
    report = sign(revocation=Says(RevocationState.GOOD, as_of=MOMENT - age))
    assert report.require_facts()["revocation"] == "could_not_check"


@pytest.mark.parametrize(
    ("at", "slug"),
    [
        (datetime(2026, 11, 20, tzinfo=UTC), "crl_expired"),
        (datetime(2026, 11, 25, tzinfo=UTC), "crl_from_the_future"),
    ],
)
def test_an_expired_or_future_list_fails_closed(at: datetime, slug: str) -> None:
    """A list that doesn't speak about the moment answers nothing, by name and with the number of the step."""
    report = sign(revocation=StoredLists(lists_of([pki.crl(at=at)], pki.signing_store()), "made-up lists"))
    assert report.require_facts()["revocation"] == "could_not_check"
    assert {one.step.number: one.error for one in report.steps if one.error} == {10: slug}


def test_a_list_of_another_distribution_point_doesnt_answer() -> None:
    """JPKI's lists are in parts: the part for crl-a says nothing of a certificate whose part is crl-b."""
    only_a = StoredLists(lists_of([pki.crl("signing-a")], pki.signing_store()), "made-up lists")
    report = sign("taro-without-crl-point", revocation=only_a)
    assert {one.step.number: one.error for one in report.steps if one.error} == {10: "crl_missing"}
    assert sign("taro-without-crl-point").require_facts()["revocation"] == "good"


def test_the_simulated_platform_answers_like_a_real_one() -> None:
    """Good, revoked, expired, unknown and silence, each as a platform operator would say it."""
    who = CertificateId.of(pki.issued("taro"))
    platform = SimulatedPlatform({who: RevocationState.GOOD})
    assert sign(revocation=platform).require_facts()["revocation"] == "good"
    assert sign("taro-phone", revocation=platform).require_facts()["revocation"] == "unknown"
    assert stopped(sign(revocation=SimulatedPlatform({who: RevocationState.REVOKED}))) == ("certificate_revoked", 10)
    assert stopped(sign(revocation=SimulatedPlatform({who: RevocationState.EXPIRED}))) == ("certificate_lapsed", 10)
    silent = sign(revocation=SimulatedPlatform({who: RevocationState.GOOD}, down="maintenance"))
    assert silent.require_facts()["revocation"] == "could_not_check"
    assert platform.asked == 2


def test_the_first_that_knows_answers() -> None:
    """A silent or ignorant source gives way to the next; a revocation anywhere before is final."""
    silent, ignorant = SimulatedPlatform(down="maintenance"), Says(RevocationState.UNKNOWN)
    assert sign(revocation=FirstAnswer([silent, ignorant, GOOD])).require_facts()["revocation"] == "good"
    assert sign(revocation=FirstAnswer([ignorant, silent])).require_facts()["revocation"] == "unknown"
    assert sign(revocation=FirstAnswer([silent])).require_facts()["revocation"] == "could_not_check"
    assert sign(revocation=FirstAnswer([])).require_facts()["revocation"] == "could_not_check"
    assert stopped(sign(revocation=FirstAnswer([Says(RevocationState.REVOKED), GOOD])))[0] == "certificate_revoked"


def test_nobody_is_asked_about_a_certificate_that_isnt_proven() -> None:
    """A forged certificate costs no fee and tells the platform nothing."""
    platform = SimulatedPlatform()
    for label in ("forged", "of-a-stranger", "expired"):
        sign(label, revocation=platform)
    assert platform.asked == 0


def test_a_moment_has_a_zone() -> None:
    """A naive time would be read as another hour."""
    nonces, challenge = MemoryNonces(), pki.challenge()
    nonces.keep(challenge)
    with pytest.raises(ValueError, match="moment of a verification is an aware time"):
        _answered(pki.submission(challenge), nonces, MOMENT.replace(tzinfo=None))


def test_the_readers_word_names_the_reader() -> None:
    """The word about the PIN is somebody's."""
    assert PinAttestation("app 1", True).reader == "app 1"
