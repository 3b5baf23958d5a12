"""What a whole step-up comes to: several answers, one ``authentication``. The steps, in their order:

 (0) the answers are to one step-up, for this application
 (1) passkeys, each verified by :func:`.verify.prove_assertion`
 (2) one-time codes, each by :func:`.verify.prove_code`
 (3) JPKI user certificates, each by :func:`..jpki.verify.prove_authentication`
 (4) what the operator's own sign-in vouches for (a password, a code by SMS)
 (5) how many different kinds of factor these are, and which level that is: by their properties, never by name
 (6) what was asked (``acr_values``, ``max_age``) is reached

Where a step-up ran here, (1) to (3) were done as the answers came, and the facts stand on that. A document is verified
anew: its passkeys can be, against registrations given as trust; its codes and certificates can't, and then don't count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.reauthentication.errors import NotProvenAgain, StepUpNotReached
from sekisho.contracts.evidence.reauthentication.verify import LEFT_TO_CALLER
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Report, Step, Steps, Treatment, Walk
from sekisho.contracts.reauthentication.factors import VOUCHED, Factor, Means
from sekisho.contracts.reauthentication.step_up import StepUpAnswer, StepUpRequest, answer
from sekisho.engine.facts import Text

STEPS = Steps(
    "reauthentication",
    "authentication",
    (
        Step(0, Text("この申込みのための認証である", "for this application"), "RFC 9470 §4"),
        Step(1, Text("パスキー", "passkeys"), "WebAuthn L2 §7.2"),
        Step(2, Text("確認コード", "one-time codes"), "RFC 6238"),
        Step(3, Text("公的個人認証の利用者証明", "JPKI user certificates"), "法36条（利用者証明検証者）"),
        Step(4, Text("自社のログインの申告", "what the operator's sign-in vouches for"), "NIST SP 800-63B-4 §3.1.1"),
        Step(5, Text("異なる要素の数とレベル", "different factors, and the level"), "DS-511 [M/U]; 規則3条3項 [I/U]"),
        Step(6, Text("求められた強さに達した", "what was asked is reached"), "RFC 9470 §3, §6"),
    ),
)
"""The steps of :func:`conclude`."""

ACCOUNT = FieldAccount(
    STEPS,
    (
        FieldUse("application", Treatment.VERIFIED, 0),
        FieldUse("step_up", Treatment.UNVERIFIABLE, None, "the service's own number; looked up there, told here"),
        FieldUse("acr_values", Treatment.VERIFIED, 6),
        FieldUse("max_age", Treatment.VERIFIED, 6),
        FieldUse("answers.means", Treatment.VERIFIED, 5),
        FieldUse("answers.at", Treatment.UNVERIFIABLE, None, "our own clock's; a passkey signs no time"),
        FieldUse("answers.challenge", Treatment.VERIFIED, 1),
        FieldUse("answers.credential", Treatment.VERIFIED, 1),
        FieldUse("answers.vouched_by", Treatment.UNVERIFIABLE, None, "the one who vouches is named, and that is all"),
    ),
)
"""Every field of a step-up's document and what is done with it."""

_PART = {Means.PASSKEY: 1, Means.TOTP: 2, Means.JPKI: 3, Means.PASSWORD: 4, Means.SMS_CODE: 4}
_UNUSED = Text("使われていません", "not used")
_AGAIN = {
    Means.TOTP: "確認コード / one-time code",
    Means.JPKI: "利用者証明 / user authentication",
    Means.PASSWORD: "自社のログインの申告 / sign-in",
    Means.SMS_CODE: "自社のログインの申告 / sign-in",
}


@dataclass(frozen=True, slots=True)
class Concluded:
    """The report, and where the step-up stands."""

    report: Report
    answer: StepUpAnswer | None


def conclude(
    factors: Sequence[Factor],
    *,
    request: StepUpRequest,
    moment: datetime,
    findings: Mapping[Means, Sequence[str]] | None = None,
    lost: Iterable[Means] = (),
) -> Concluded:
    """What verified ``factors`` come to at ``moment``. Refused with ``StepUpNotReached`` where it isn't enough.

    ``findings`` are slugs to tell beside a means; ``lost`` are means of the document that couldn't be proven again.
    """
    walk = Walk(STEPS)
    reached: StepUpAnswer | None = None
    try:
        with walk.step(0):
            pass
        gone = set(lost)
        for number in range(1, 5):
            _part(walk, number, factors, gone, findings or {})
        reached = answer(request, factors, moment=moment)
        found = reached.derived
        level = "0" if found.level is None else str(int(found.level))
        with walk.step(5) as note:
            note.text = Text(
                f"異なる要素{found.distinct}つ以上、レベル{level}", f"at least {found.distinct}, level {level}"
            )
        with walk.step(6, Text(reached.acr or "", reached.acr or "")):
            if not reached.authenticated:
                raise StepUpNotReached(acr_values=" ".join(request.acr_values))
    except (EvidenceRefused, NotCheckable) as error:
        return Concluded(walk.refused(error, left_to_caller=LEFT_TO_CALLER), reached)
    return Concluded(walk.report(found.facts(), left_to_caller=LEFT_TO_CALLER), reached)


def _part(
    walk: Walk, number: int, factors: Sequence[Factor], gone: set[Means], findings: Mapping[Means, Sequence[str]]
) -> None:
    used = sorted({each.means for each in factors if _PART[each.means] == number})
    if used:
        vouchers = sorted({each.vouched_by or "" for each in factors if each.means in VOUCHED and each.means in used})
        told = [*used, *(f"({one})" for one in vouchers), *(one for means in used for one in findings.get(means, ()))]
        with walk.step(number, Text("、".join(told), ", ".join(told))):
            pass
    elif missing := sorted(each for each in gone if _PART[each] == number):
        error = NotProvenAgain(what=_AGAIN[missing[0]])
        walk.could_not_check(number, Text(error.sentence("ja"), error.sentence("en")))
    else:
        walk.leave(number, _UNUSED)
