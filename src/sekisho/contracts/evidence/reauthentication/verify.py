"""Verify a passkey's registration, a passkey's assertion, and a one-time code. The steps, in their order.

A registration (WebAuthn level 2 §7.1):

 (0) sizes and form of client data and attestation object
 (1) it is a registration, and its challenge is ours: for this account, in time, used up by this very call
 (2) made on a configured origin, not inside another site's page
 (3) for the configured RP ID
 (4) user present and user verified
 (5) backup flags that can be
 (6) a key of an accepted algorithm and size; the credential id is the one in the signed data
 (7) attestation: none, or by the passkey's own key, whose signature holds

An assertion (WebAuthn level 2 §7.2):

 (0) sizes and form
 (1) it is an assertion, and its challenge is ours: for this application, in time, used up by this very call
 (2) the credential is registered to this account
 (3) made on a configured origin, not inside another site's page
 (4) for the configured RP ID
 (5) user present
 (6) user verified, always
 (7) backup flags that can be; whether BE changed since registration is told as a finding
 (8) the signature is the registered key's
 (9) the counter rose, or there is none (0 after 0)

A one-time code (RFC 6238):

 (0) six digits
 (1) the account has the authenticator
 (2) it isn't locked out
 (3) the code is of now, give or take one step; which one is recorded
 (4) no code of this step or a later one was accepted before

What this doesn't do: say who the person is, or decide which level suffices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.reauthentication.errors import (
    AuthenticatorUnknown,
    ClockBehind,
    CodeUsed,
    CodeWrong,
    LockedOut,
    PasskeyUnreadable,
    UserNotPresent,
)
from sekisho.contracts.evidence.reauthentication.model import (
    ASSERTION,
    ASSERTION_STEPS_NEEDED,
    BACKUP_CHANGED,
    CODE,
    CODE_STEPS_NEEDED,
    REGISTRATION,
    REGISTRATION_STEPS_NEEDED,
    AcceptedCode,
    CodeKeeper,
    Registrations,
    VerifiedAssertion,
    VerifiedRegistration,
)
from sekisho.contracts.evidence.reauthentication.profile import PURPOSE_ASSERTION, PURPOSE_REGISTRATION
from sekisho.contracts.evidence.steps import (
    NO_REASON,
    FieldAccount,
    FieldUse,
    Report,
    Step,
    Steps,
    Treatment,
    Walk,
)
from sekisho.contracts.reauthentication import passkey
from sekisho.contracts.reauthentication.level import derive
from sekisho.contracts.reauthentication.passkey import (
    Ceremony,
    Flags,
    Registered,
    RelyingParty,
    UnverifiedAssertion,
    UnverifiedRegistration,
)
from sekisho.contracts.reauthentication.totp import Secret, check_code
from sekisho.engine.facts import Text

_ORIGIN = Text("登録されたサイトで作られた", "made on a configured origin")
_RP_ID = Text("登録されたドメインのため", "for the configured RP ID")
_BACKUP = Text("バックアップの表示", "backup flags")
_CHALLENGE = Text("署名要求（一度だけ使える）", "challenge, used once")
_SIZES = Text("大きさと形", "sizes and form")

REGISTRATION_STEPS = Steps(
    REGISTRATION,
    "authentication",
    (
        Step(0, _SIZES, "WebAuthn L2 §6.1, §6.5, §5.8.1"),
        Step(1, _CHALLENGE, "WebAuthn L2 §7.1 steps 7, 8; §13.4.3"),
        Step(2, _ORIGIN, "WebAuthn L2 §7.1 step 9; L3 §7.1 (crossOrigin)"),
        Step(3, _RP_ID, "WebAuthn L2 §7.1 step 13"),
        Step(4, Text("利用者の操作と本人の確認", "user present and verified"), "WebAuthn L2 §7.1 steps 14, 15"),
        Step(5, _BACKUP, "WebAuthn L3 §6.1.3"),
        Step(6, Text("鍵の方式と長さ", "algorithm and size of the key"), "WebAuthn L2 §7.1 step 16; RFC 9053"),
        Step(7, Text("認証器についての証明", "attestation"), "WebAuthn L2 §7.1 steps 18, 19; §8.2, §8.7"),
    ),
)
"""The steps of :func:`prove_registration`. Registering isn't an authentication: its report holds no facts."""

ASSERTION_STEPS = Steps(
    ASSERTION,
    "authentication",
    (
        Step(0, _SIZES, "WebAuthn L2 §6.1, §5.8.1"),
        Step(1, _CHALLENGE, "WebAuthn L2 §7.2 steps 11, 12; §13.4.3"),
        Step(2, Text("このアカウントに登録済み", "registered to this account"), "WebAuthn L2 §7.2 steps 5 to 7"),
        Step(3, _ORIGIN, "WebAuthn L2 §7.2 step 13; L3 §7.2 (crossOrigin)"),
        Step(4, _RP_ID, "WebAuthn L2 §7.2 step 15"),
        Step(5, Text("利用者の操作", "user present"), "WebAuthn L2 §7.2 step 16"),
        Step(6, Text("端末による本人の確認", "user verified"), "WebAuthn L2 §7.2 step 17; NIST SP 800-63B-4 §3.1.7"),
        Step(7, _BACKUP, "WebAuthn L3 §6.1.3, §7.2"),
        Step(8, Text("署名", "signature"), "WebAuthn L2 §7.2 steps 19, 20"),
        Step(9, Text("使用回数が進んだ", "the counter rose"), "WebAuthn L2 §7.2 step 21; §6.1.1"),
    ),
)
"""The steps of :func:`prove_assertion`."""

CODE_STEPS = Steps(
    CODE,
    "authentication",
    (
        Step(0, Text("数字6桁", "six digits"), "RFC 4226 §5.3"),
        Step(1, Text("登録済みの認証アプリ", "the authenticator is registered"), "NIST SP 800-63B-4 §3.1.4"),
        Step(2, Text("一時停止中でない", "not locked out"), "NIST SP 800-63B-4 §3.2.2"),
        Step(3, Text("今の時間のコード", "a code of now"), "RFC 6238 §5.2"),
        Step(4, Text("使用済みでない", "not used before"), "RFC 6238 §5.2; NIST SP 800-63B-4 §3.1.4.2"),
    ),
)
"""The steps of :func:`prove_code`."""

_V, _U, _O, _I = Treatment.VERIFIED, Treatment.UNVERIFIABLE, Treatment.OPTIONAL, Treatment.IGNORED
ACCOUNT = FieldAccount(
    ASSERTION_STEPS,
    (
        FieldUse("credential.id", _V, 2),
        FieldUse("credential.rawId", _V, 2),
        FieldUse("credential.type", _V, 0),
        FieldUse("credential.authenticatorAttachment", _I, None, "unsigned; nothing rests on it"),
        FieldUse("credential.clientExtensionResults", _I, None, "unsigned, and we ask for no extension"),
        FieldUse("response.clientDataJSON", _V, 8),
        FieldUse("response.authenticatorData", _V, 8),
        FieldUse("response.signature", _V, 8),
        FieldUse("response.userHandle", _I, None, "the credential itself tells whose it is"),
        FieldUse("clientData.type", _V, 1),
        FieldUse("clientData.challenge", _V, 1),
        FieldUse("clientData.origin", _V, 3),
        FieldUse("clientData.crossOrigin", _O, 3),
        FieldUse("clientData.topOrigin", _O, 3),
        FieldUse("clientData.tokenBinding", _I, None, "no browser supports it any more (WebAuthn L3 dropped it)"),
        FieldUse("authenticatorData.rpIdHash", _V, 4),
        FieldUse("authenticatorData.flags.up", _V, 5),
        FieldUse("authenticatorData.flags.uv", _V, 6),
        FieldUse("authenticatorData.flags.be", _V, 7),
        FieldUse("authenticatorData.flags.bs", _V, 7),
        FieldUse("authenticatorData.signCount", _V, 9),
        FieldUse("authenticatorData.extensions", _I, None, "we ask for none; covered by the signature"),
    ),
)
"""Every field of an assertion and what is done with it."""

LEFT_TO_CALLER = (
    Text(
        "だれの証拠か（契約者本人か代表者等か）は、呼び出す側が示します。",
        "Whose evidence it is (the counterparty's or a representative's) is the caller's to say.",
    ),
    Text(
        "アカウントの持ち主がだれかは、登録の前の本人確認が示したものです。",
        "Who the account's holder is was shown by the identity proofing before the registration.",
    ),
)


@dataclass(frozen=True, slots=True)
class ProvenRegistration:
    """The report, and what it proves; None where it doesn't."""

    report: Report
    registration: VerifiedRegistration | None


@dataclass(frozen=True, slots=True)
class ProvenAssertion:
    """The report, and what it proves; None where it doesn't."""

    report: Report
    assertion: VerifiedAssertion | None


@dataclass(frozen=True, slots=True)
class ProvenCode:
    """The report, and what it proves; None where it doesn't."""

    report: Report
    code: AcceptedCode | None


def prove_registration(
    registration: UnverifiedRegistration,
    *,
    application: str,
    moment: datetime,
    party: RelyingParty,
    challenges: Challenges,
) -> ProvenRegistration:
    """Verify a new passkey. ``application`` is what the challenge was issued for. Whether the credential id is taken
    is the caller's to see, in the statement that stores it.
    """
    walk = Walk(REGISTRATION_STEPS)
    try:
        with walk.step(0):
            passkey.require_sizes(
                id=(registration.credential_id, passkey.MAX_CREDENTIAL_ID),
                clientDataJSON=(registration.client_data, passkey.MAX_CLIENT_DATA),
                attestationObject=(registration.attestation, passkey.MAX_ATTESTATION),
            )
            found = passkey.read_attestation(registration.attestation)
            credential = found.auth_data.attested_credential_data
            if credential is None:
                raise PasskeyUnreadable(problem="attestationObject: no credential")
        with walk.step(1, challenges.limits):
            client = passkey.read_client_data(registration.client_data, Ceremony.REGISTRATION)
            challenges.consume(client.nonce, purpose=PURPOSE_REGISTRATION, application=application, moment=moment)
        with walk.step(2):
            passkey.require_origin(client, party)
        with walk.step(3):
            passkey.require_relying_party(found.auth_data, party)
        with walk.step(4):
            flags = passkey.require_user(found.auth_data)
        with walk.step(5, _flags(flags)):
            passkey.require_possible_backup(flags)
        with walk.step(6):
            if credential.credential_id != registration.credential_id:
                raise PasskeyUnreadable(problem="id: not the one in the signed data")
            passkey.require_key(credential.credential_public_key)
        with walk.step(7, Text(f"形式 {found.fmt}", f"format {found.fmt}")):
            passkey.require_attestation(found)
            passkey.verify_registration_statement(registration, nonce=client.nonce, party=party)
        registered = Registered(
            credential.credential_id,
            credential.credential_public_key,
            found.auth_data.sign_count,
            flags.backup_eligible,
        )
        made = VerifiedRegistration(registered, flags, credential.aaguid.hex(), walk.proof(*REGISTRATION_STEPS_NEEDED))
    except (EvidenceRefused, NotCheckable) as error:
        return ProvenRegistration(walk.refused(error), None)
    return ProvenRegistration(walk.report({}), made)


def prove_assertion(
    assertion: UnverifiedAssertion,
    *,
    application: str,
    moment: datetime,
    party: RelyingParty,
    challenges: Challenges,
    registrations: Registrations,
) -> ProvenAssertion:
    """Verify an answer. Never raises for what it holds: the report says which step failed and why."""
    walk = Walk(ASSERTION_STEPS)
    try:
        with walk.step(0):
            passkey.require_sizes(
                id=(assertion.credential_id, passkey.MAX_CREDENTIAL_ID),
                clientDataJSON=(assertion.client_data, passkey.MAX_CLIENT_DATA),
                authenticatorData=(assertion.authenticator_data, passkey.MAX_AUTHENTICATOR_DATA),
                signature=(assertion.signature, passkey.MAX_SIGNATURE),
            )
            data = passkey.read_authenticator_data(assertion.authenticator_data)
        with walk.step(1, challenges.limits):
            client = passkey.read_client_data(assertion.client_data, Ceremony.ASSERTION)
            challenges.consume(client.nonce, purpose=PURPOSE_ASSERTION, application=application, moment=moment)
        with walk.step(2):
            registered = registrations.find(assertion.credential_id)
        with walk.step(3):
            passkey.require_origin(client, party)
        with walk.step(4):
            passkey.require_relying_party(data, party)
        with walk.step(5):
            if not data.flags.up:
                raise UserNotPresent
        with walk.step(6):
            flags = passkey.require_user(data)
        changed = flags.backup_eligible != registered.backup_eligible
        with walk.step(7, _flags(flags, changed=changed)):
            passkey.require_possible_backup(flags)
        with walk.step(8):
            passkey.verify_assertion_signature(assertion, nonce=client.nonce, party=party, registered=registered)
        with walk.step(9, _counted(registered.sign_count, data.sign_count, registrations.limits)):
            passkey.require_count(registered.sign_count, data.sign_count)
            registrations.count(registered, data.sign_count)
        verified = VerifiedAssertion(
            assertion.credential_id,
            flags,
            data.sign_count,
            (BACKUP_CHANGED,) if changed else (),
            moment,
            walk.proof(*ASSERTION_STEPS_NEEDED),
        )
    except (EvidenceRefused, NotCheckable) as error:
        return ProvenAssertion(walk.refused(error, left_to_caller=LEFT_TO_CALLER), None)
    facts = derive(verified.factors(), moment=moment).facts()
    return ProvenAssertion(walk.report(facts, left_to_caller=LEFT_TO_CALLER), verified)


def prove_code(code: str, *, secret: Secret | None, moment: datetime, keeper: CodeKeeper) -> ProvenCode:
    """Verify a one-time code and use its time step up. ``secret`` None: the account has no such authenticator."""
    walk = Walk(CODE_STEPS)
    try:
        with walk.step(0):
            # Checked against any secret: the form is wrong whoever asks, and nobody learns who has an authenticator.
            check = check_code(secret or Secret(bytes(20)), code, moment=moment)
        with walk.step(1):
            if secret is None:
                raise AuthenticatorUnknown(kind="totp")
        attempt = keeper.attempt(check)
        with walk.step(2):
            # A code that has just led to a lock-out fails as what it is, below; the next one meets the lock here.
            if attempt.locked_until is not None:
                raise LockedOut(until=attempt.locked_until.isoformat())
        with walk.step(3) as note:
            if check.matched is None:
                if check.behind is None:
                    raise CodeWrong(left=attempt.left)
                raise ClockBehind(steps=check.behind, left=attempt.left)
            matched = check.matched
            note.text = Text(f"時間のずれ: {matched.offset}", f"steps from the present: {matched.offset}")
        with walk.step(4):
            if not attempt.accepted:
                raise CodeUsed
        accepted = AcceptedCode(matched, moment, walk.proof(*CODE_STEPS_NEEDED))
    except (EvidenceRefused, NotCheckable) as error:
        return ProvenCode(walk.refused(error, left_to_caller=LEFT_TO_CALLER), None)
    facts = derive(accepted.factors(), moment=moment).facts()
    return ProvenCode(walk.report(facts, left_to_caller=LEFT_TO_CALLER), accepted)


def _flags(flags: Flags, *, changed: bool = False) -> Text:
    shown = f"UV={flags.user_verified:d} BE={flags.backup_eligible:d} BS={flags.backed_up:d}"
    if not changed:
        return Text(shown, shown)
    return Text(f"{shown}。BEが登録時と違います（要確認）", f"{shown}; finding: BE differs from the registration")


def _counted(before: int, now: int, limits: Text) -> Text:
    more = limits if limits != NO_REASON else Text("", "")
    ja = "使用回数を数えない認証器（0）" if now == before == 0 else f"{before} → {now}"
    en = "an authenticator that doesn't count (0)" if now == before == 0 else f"{before} to {now}"
    return Text(f"{ja}。{more.ja}" if more.ja else ja, f"{en}; {more.en}" if more.en else en)
