"""A company's signature verified from bytes: what holds, and each way in which it doesn't, with the step's number."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from sekisho.contracts.evidence.commercial_register.model import StatedCorporation, UnverifiedRegisterSubmission
from sekisho.contracts.evidence.commercial_register.verify import RegisterResult, prove_register_signature
from sekisho.contracts.evidence.jpki.model import RevocationAnswer, RevocationMethod, RevocationState
from sekisho.contracts.evidence.jpki.ports import MemoryNonces, RevocationSource, SimulatedPlatform
from sekisho.contracts.evidence.pki.path import IssuedCertificate, TrustStore
from sekisho.contracts.evidence.steps import Report, StepState
from tests.contracts.evidence.fixtures import commercial_register as made
from tests.contracts.evidence.fixtures.commercial_register import APPLICATION, MIHON, MOMENT


class Says:
    """A source that gives one answer."""

    def __init__(self, state: RevocationState, *, old: timedelta = timedelta()) -> None:
        self.answer = RevocationAnswer(state, RevocationMethod.OCSP, MOMENT - old, "made-up responder", None)

    def status(
        self,
        issued: IssuedCertificate,  # noqa: ARG002  the protocol's
        moment: object,  # noqa: ARG002  the protocol's
    ) -> RevocationAnswer:
        """The one answer."""
        return self.answer


GOOD = Says(RevocationState.GOOD)


def sign(
    label: str = "mihon",
    *,
    key: str = "mihon",
    stated: StatedCorporation = MIHON,
    revocation: RevocationSource | None = None,
) -> RegisterResult:
    """A company signs a fresh challenge with the certificate ``label``."""
    nonces, challenge = MemoryNonces(), made.challenge()
    nonces.keep(challenge)
    return prove_register_signature(
        made.submission(challenge, label=label, key=key),
        application=APPLICATION,
        stated=stated,
        moment=MOMENT,
        profile=made.profile(),
        nonces=nonces,
        revocation=revocation or made.stored_lists(),
    )


def stopped(report: Report) -> tuple[str, int | None]:
    """The slug and step of what stopped a verification; exactly one step has an error, and there are no facts."""
    assert report.facts is None
    assert report.failure is not None
    assert [one.error for one in report.steps if one.error] == [report.failure.reason]
    return report.failure.reason, report.failure.step


# --- what holds -------------------------------------------------------------------------------------------------------


def test_a_signature_by_a_good_certificate_yields_the_facts() -> None:
    """Every step is done and the facts are those the rulebook asks about, with the Japan date of the act."""
    report = sign().report
    assert {one.state for one in report.steps} == {StepState.DONE}
    assert report.require_facts() == {
        "at": date(2026, 11, 23),
        "certificate": "commercial_registry",
        "signature_valid": True,
        "revocation": "good",
        "name_agrees": True,
        "address_agrees": True,
    }


def test_who_signed_is_known_to_the_record_alone() -> None:
    """The registered items reach the caller; the report holds none of them, nor the certificate."""
    result = sign()
    assert result.signer is not None
    assert result.signer.corporation.representative_name == "見本太郎"
    assert result.signer.corporation.representative_title == "代表取締役"
    assert result.signer.corporation.number == "999901000001"
    for report in (result.report, sign("revoked").report, sign("name-twice").report):
        text = str(report.as_document())
        assert all(word not in text for word in ("見本", "太郎", "架空", "999901000001", "別会社"))


def test_certificates_from_before_the_renewal_hold() -> None:
    """Until March 2026 there was no keyUsage; such certificates are valid beside the others, and it is noted."""
    report = sign("before-renewal").report
    assert report.facts is not None
    assert report.steps[6].reason.en == "names no usage (as until March 2026)"


@pytest.mark.parametrize("label", ["no-policy", "common-policy"])
def test_a_policy_is_asked_for_only_where_one_is_named(label: str) -> None:
    """The registrar issues nothing else; where a policy is named, in either extension, it must be the right one."""
    assert sign(label).report.facts is not None


def test_a_grown_profile_is_noticed_and_not_believed() -> None:
    """Items and extensions that nobody reads are listed by the step that came across them."""
    assert sign("new-item").report.steps[11].reason.en == "items nobody here reads: tag a7"
    assert "1.2.392.100300.1.1.99" in sign("new-extension").report.steps[8].reason.en


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (StatedCorporation(), {}),
        (StatedCorporation(name="見本商事（株）"), {"name_agrees": True}),
        (StatedCorporation(name="㈱見本商事"), {"name_agrees": False}),
        (StatedCorporation(name="見本商事 株式会社"), {"name_agrees": True}),
        (StatedCorporation(name="別見本株式会社"), {"name_agrees": False}),
        (StatedCorporation(address="東京都千代田区架空町１－２－３"), {"address_agrees": True}),
        (StatedCorporation(address="東京都千代田区架空町1-2-4"), {"address_agrees": False}),
    ],
)
def test_items_agree_differ_or_are_unknown(stated: StatedCorporation, expected: dict[str, bool]) -> None:
    """An item that one side lacks is unknown: no fact, rather than a false one."""
    facts = sign(stated=stated).report.require_facts()
    assert {name: value for name, value in facts.items() if name.endswith("_agrees")} == expected


def test_a_branch_managers_certificate_names_no_head_office() -> None:
    """It names his place of business: whether the head office agrees is unknown, even where the text is the same."""
    facts = sign(
        "branch-manager", stated=StatedCorporation("見本商事株式会社", "大阪府大阪市北区架空一丁目１番１号")
    ).report
    assert "address_agrees" not in facts.require_facts()
    assert facts.steps[12].reason.en.endswith("(the certificate names another office)")


def test_characters_the_registrar_replaces_make_a_difference_unknown() -> None:
    """髙 isn't in JIS X 0208, so the registrar writes 高: the names may be the same. 別 is in it, so they differ."""
    assert (
        "name_agrees" not in sign("other-characters", stated=StatedCorporation("髙見本株式会社")).report.require_facts()
    )
    differs = sign("other-characters", stated=StatedCorporation("別見本株式会社")).report
    assert differs.require_facts()["name_agrees"] is False


@pytest.mark.parametrize(
    ("source", "state"),
    [
        (Says(RevocationState.UNKNOWN), "unknown"),
        (Says(RevocationState.COULD_NOT_CHECK), "could_not_check"),
        (SimulatedPlatform(down="down for the night"), "could_not_check"),
        (Says(RevocationState.GOOD, old=timedelta(hours=49)), "could_not_check"),
        (Says(RevocationState.GOOD, old=timedelta(minutes=-2)), "could_not_check"),
    ],
)
def test_no_answer_is_neither_good_nor_bad(source: RevocationSource, state: str) -> None:
    """The signature holds; that revocation has no answer stands in the facts, for the rulebook to judge."""
    report = sign(revocation=source).report
    assert report.require_facts()["revocation"] == state
    assert report.state(10) is StepState.COULD_NOT_CHECK


def test_who_answered_stands_in_the_report() -> None:
    """Revocation is told with method, time and who answered."""
    assert sign().report.steps[10].reason.en == "crl, as of 2026-11-23T00:00:00+00:00, answered by made-up lists"


# --- what doesn't -----------------------------------------------------------------------------------------------------

FAULTS = [
    ("by-stranger", "issuer_unknown", 3),
    ("an-authority", "leaf_is_authority", 3),
    ("forged", "issuer_signature_wrong", 4),
    ("not-yet", "certificate_not_yet_valid", 5),
    ("expired", "certificate_expired", 5),
    ("by-expired-registrar", "certificate_expired", 5),
    ("encipherment", "register_key_usage", 6),
    ("other-policy", "register_policy", 7),
    ("critical-unknown", "critical_extension_unknown", 8),
    ("revoked", "register_revoked", 10),
    ("suspended", "register_revoked", 10),
    ("no-items", "corporation_unreadable", 11),
    ("no-name", "corporation_unreadable", 11),
    ("no-address", "corporation_unreadable", 11),
    ("number-of-letters", "corporation_unreadable", 11),
    ("name-twice", "corporation_unreadable", 11),
    ("control-character", "corporation_unreadable", 11),
]


@pytest.mark.parametrize(("label", "reason", "step"), FAULTS)
def test_each_fault_of_a_certificate_is_named_with_its_step(label: str, reason: str, step: int) -> None:
    """A certificate that is wrong in one thing is refused for that thing."""
    assert stopped(sign(label).report) == (reason, step)


def test_a_key_too_short_is_refused_at_the_signature() -> None:
    """RSA-1024 isn't what the registrar certifies."""
    assert stopped(sign("short-key", key="short").report) == ("unsuitable_key", 9)


def test_a_signature_by_another_key_is_refused() -> None:
    """The certificate is good; the signature isn't its key's."""
    report = sign(key="stranger").report
    assert stopped(report) == ("register_signature_wrong", 9)
    assert report.findings["signature_valid"] is False


@pytest.mark.parametrize(
    ("state", "reason"), [(RevocationState.REVOKED, "register_revoked"), (RevocationState.EXPIRED, "register_lapsed")]
)
def test_what_a_responder_says_is_a_finding(state: RevocationState, reason: str) -> None:
    """A bad answer refuses the item; the state is there so that a decision can say what is wrong."""
    report = sign(revocation=Says(state)).report
    assert stopped(report) == (reason, 10)
    assert report.findings["revocation"] == state.value


def test_without_the_registrar_nothing_is_believed() -> None:
    """An operator that configured no registrar gets no facts: the certificate is nobody's."""
    nonces, challenge = MemoryNonces(), made.challenge()
    nonces.keep(challenge)
    bare = dataclasses.replace(made.profile(), trust=TrustStore(()))
    result = prove_register_signature(
        made.submission(challenge),
        application=APPLICATION,
        stated=MIHON,
        moment=MOMENT,
        profile=bare,
        nonces=nonces,
        revocation=GOOD,
    )
    assert stopped(result.report) == ("issuer_unknown", 3)


def answer(submission: UnverifiedRegisterSubmission, nonces: MemoryNonces, **other: object) -> Report:
    """Verify with this store of nonces."""
    given: dict[str, object] = {"application": APPLICATION, "moment": MOMENT, **other}
    return prove_register_signature(
        submission,
        stated=MIHON,
        profile=made.profile(),
        nonces=nonces,
        revocation=GOOD,
        **given,  # type: ignore[arg-type]  # the tests name what they change
    ).report


def test_a_challenge_counts_once_and_only_for_what_it_was_made() -> None:
    """Unknown, used, late, for another application, for another kind: each refused at step 1."""
    nonces, challenge = MemoryNonces(), made.challenge()
    sent = made.submission(challenge)
    assert stopped(answer(sent, nonces)) == ("nonce_unknown", 1)
    nonces.keep(challenge)
    assert answer(sent, nonces).facts is not None
    assert stopped(answer(sent, nonces)) == ("nonce_used", 1)
    for changed, reason in (
        ({"moment": MOMENT + timedelta(minutes=10)}, "nonce_expired"),
        ({"application": "A-2026-0102"}, "nonce_for_another"),
    ):
        fresh = made.challenge()
        nonces.keep(fresh)
        assert stopped(answer(made.submission(fresh), nonces, **changed)) == (reason, 1)
    person = made.challenge(purpose="signing")
    nonces.keep(person)
    assert stopped(answer(made.submission(person), nonces)) == ("nonce_for_another", 1)


@pytest.mark.parametrize("part", ["certificate", "signature", "nonce"])
@pytest.mark.parametrize("size", [0, 20_000])
def test_sizes_are_looked_at_first(part: str, size: int) -> None:
    """A part that is empty or larger than anything real is refused before anything is read of it."""
    nonces, challenge = MemoryNonces(), made.challenge()
    nonces.keep(challenge)
    sent = dataclasses.replace(made.submission(challenge), **{part: b"\x30" * size})
    assert stopped(answer(sent, nonces)) == ("register_too_big", 0)


def test_bytes_that_are_no_certificate_stop_at_step_2() -> None:
    """Strict DER or nothing."""
    nonces, challenge = MemoryNonces(), made.challenge()
    nonces.keep(challenge)
    sent = dataclasses.replace(made.submission(challenge), certificate=made.certificate("mihon") + b"\x00")
    assert stopped(answer(sent, nonces)) == ("der_trailing_bytes", 2)
