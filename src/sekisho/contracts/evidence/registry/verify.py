"""Verify by lookup. The steps, in their order; the numbers stand beside the statements that do them:

(0) the corporate number has its thirteen digits and the right check digit
(1) the service itself asked, and was answered
(2) whoever answered is the one the Ordinance names
(3) the answer is about the number that was asked for
(4) it is of now
(5) the body is there, and its register isn't closed
(6) name and head office are compared with the application

An answer over the wire isn't signed: what makes it good is that this very service asked, over a connection that proves
the other end's name (TLS). So an answer that somebody brings in a file stops at step 1, whatever it says: its report
tells who got it, from whom and when. Time is an argument; the port is another.

What this doesn't do: say that whoever applies belongs to the company or may act for it (a name and an address are
public), or send the post that the Ordinance asks for where nobody was met.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.registry import company
from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.errors import (
    AnswerNotOurs,
    CorporationClosed,
    CorporationNotFound,
    LookupFailed,
    NobodyToAsk,
    OtherCorporation,
    OtherService,
)
from sekisho.contracts.evidence.registry.model import (
    Company,
    Lookup,
    LookupState,
    Source,
    StatedCompany,
    UnverifiedRequest,
    VerifiedLookup,
)
from sekisho.contracts.evidence.registry.ports import CorporateNumberSite, CorporateRegistry
from sekisho.contracts.evidence.registry.profile import CLOCK_TOLERANCE, MAX_ANSWER_AGE
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Report, Step, Steps, Treatment, Walk
from sekisho.engine.facts import Text


def _steps(kind: str, yields: str, service: Text, law: str) -> Steps:
    return Steps(
        kind,
        yields,
        (
            Step(0, Text("法人番号の検査用数字", "the number's check digit"), "平成26年財務省令第70号2条"),
            Step(1, Text("このサービスが照会し、回答を得た", "this service asked and was answered"), law),
            Step(2, Text(f"回答したのは{service.ja}", f"the answer is {service.en}'s"), law),
            Step(3, Text("照会した法人についての回答", "the answer is about the body asked for"), law),
            Step(4, Text("いまの回答", "the answer is of now"), "規則8条2項（確認の日）"),
            Step(
                5,
                Text("法人があり、閉鎖されていない", "the body is there and not closed"),
                "商業登記規則80条（登記記録の閉鎖）",
            ),
            Step(6, Text("申込みとの照合", "compared with the application"), "携帯電話不正利用防止法3条1項"),
        ),
    )


_LAW = "規則3条1項2号（2026-04-01版、要旨）"
CORPORATE_NUMBER_STEPS = _steps(
    "corporate_number",
    "public_corporate_record",
    Text("国税庁法人番号公表サイト", "the National Tax Agency's site"),
    f"{_LAW}; 番号法39条4項",
)
"""The steps of :func:`verify_corporate_number`."""
REGISTRY_STEPS = _steps(
    "registry_information",
    "registry_record",
    Text("登記情報提供サービス", "the designated registry information service"),
    f"{_LAW}; 平成11年法律第226号3条2項",
)
"""The steps of :func:`verify_registry_information`."""

_V, _O, _I = Treatment.VERIFIED, Treatment.OPTIONAL, Treatment.IGNORED
ACCOUNT = FieldAccount(
    CORPORATE_NUMBER_STEPS,
    (
        FieldUse("request.number", _V, 0),
        FieldUse("request.answer", _V, 1),
        FieldUse("lookup.state", _V, 5),
        FieldUse("lookup.source", _V, 2),
        FieldUse("lookup.asked_at", _V, 4),
        FieldUse("lookup.answered_by", Treatment.UNVERIFIABLE, None, "the adapter's word; TLS proved the host to it"),
        FieldUse("lookup.company", _V, 5),
        FieldUse("lookup.problem", _V, 1),
        FieldUse("company.number", _V, 3),
        FieldUse("company.name", _V, 6),
        FieldUse("company.address", _V, 6),
        FieldUse("company.closed_on", _V, 5),
        FieldUse("company.cause", _O, 5),
        FieldUse("company.updated_on", _O, 5),
        FieldUse("company.excluded", _O, 5),
        FieldUse("company.in_liquidation", _O, 5),
        FieldUse("company.officers", _I, None, "whether an officer acts is authority: evidence of its own"),
    ),
)
"""Every field of a request and of an answer, and what is done with it; the same for both kinds."""

LEFT_TO_CALLER = (
    Text(
        "名称と所在地は公表されています。申込者の在籍・権限は、別の証拠で確かめてください。",
        "Name and address are public: that the applicant belongs to the company and may act is for other evidence.",
    ),
    Text(
        "非対面で、登記された代表者でないときは、本店あての転送不要郵便などが要ります。",
        "Where nobody was met and no registered representative acts, post to the head office is needed too.",
    ),
)


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The report, the answer (None where nobody was asked), and what was verified (None without facts)."""

    report: Report
    lookup: Lookup | None = field(default=None, repr=False)
    verified: VerifiedLookup | None = field(default=None, repr=False)


def verify_corporate_number(
    request: UnverifiedRequest, *, stated: StatedCompany, moment: datetime, site: CorporateNumberSite | None
) -> LookupResult:
    """Look a corporate number up on the National Tax Agency's site and compare. ``site`` is None where nobody can ask.

    Never raises for what the request holds or the site says: the report tells.
    """
    ask = None if site is None else site.published
    return _verify(CORPORATE_NUMBER_STEPS, Source.CORPORATE_NUMBER_SITE, request, stated, moment, ask)


def verify_registry_information(
    request: UnverifiedRequest, *, stated: StatedCompany, moment: datetime, registry: CorporateRegistry | None
) -> LookupResult:
    """Get the registry information of a body from the designated service and compare. As above."""
    ask = None if registry is None else registry.registered
    return _verify(REGISTRY_STEPS, Source.REGISTRY_INFORMATION, request, stated, moment, ask)


def _verify(
    steps: Steps,
    source: Source,
    request: UnverifiedRequest,
    stated: StatedCompany,
    moment: datetime,
    ask: Callable[[CorporateNumber, datetime], Lookup] | None,
) -> LookupResult:
    if moment.tzinfo is None:
        raise ValueError("the moment of a verification is an aware time")
    walk = Walk(steps)
    lookup: Lookup | None = None
    try:
        with walk.step(0):
            number = CorporateNumber.written(request.number)
        with walk.step(1) as note:
            if request.answer is not None:
                kept = request.answer
                raise AnswerNotOurs(
                    fetched_at=kept.fetched_at.isoformat(), fetched_by=kept.fetched_by, answered_by=kept.answered_by
                )
            if ask is None:
                raise NobodyToAsk
            lookup = ask(number, moment)
            if lookup.state is LookupState.COULD_NOT_CHECK:
                raise LookupFailed(problem=lookup.problem)
            at = lookup.asked_at.isoformat()
            note.text = Text(f"{at}、回答: {lookup.answered_by}", f"{at}, answered by {lookup.answered_by}")
        with walk.step(2):
            if lookup.source is not source:
                raise OtherService(answered_by=lookup.answered_by)
        with walk.step(3):
            if lookup.company is not None and lookup.company.number != number:
                raise OtherCorporation
        with walk.step(4):
            if not moment - MAX_ANSWER_AGE <= lookup.asked_at <= moment + CLOCK_TOLERANCE:
                raise LookupFailed(problem=f"answer of {lookup.asked_at.isoformat()}")
        with walk.step(5) as note:
            found = _require_open(lookup)
            note.text = _noticed(found)
        agreement = company.comparison(
            name=found.name, address=found.address, stated_name=stated.name, stated_address=stated.address
        )
        with walk.step(6, company.told(agreement)):
            pass
        verified = VerifiedLookup(lookup, found, agreement, moment, walk.proof(*range(7)))
    except (EvidenceRefused, NotCheckable) as error:
        return LookupResult(walk.refused(error, left_to_caller=LEFT_TO_CALLER), lookup)
    return LookupResult(walk.report(verified.facts(), left_to_caller=LEFT_TO_CALLER), lookup, verified)


def _require_open(lookup: Lookup) -> Company:
    if lookup.company is None:
        raise CorporationNotFound(answered_by=lookup.answered_by)
    if lookup.state is LookupState.CLOSED:
        closed_on = lookup.company.closed_on
        raise CorporationClosed(
            closed_on="" if closed_on is None else closed_on.isoformat(), cause=lookup.company.cause or "?"
        )
    return lookup.company


def _noticed(found: Company) -> Text:
    """What a person should see though it decides nothing."""
    said = []
    if found.updated_on is not None:
        said.append((f"{found.updated_on.isoformat()} 更新", f"updated on {found.updated_on.isoformat()}"))
    if found.excluded:
        said.append(("検索対象から除外されている", "left out of the site's searches"))
    if found.in_liquidation:
        said.append(("清算中", "being wound up"))
    if found.name is None or found.address is None:
        said.append(("文字が画像でしか公表されていない", "published as an image only"))
    return Text("、".join(ja for ja, _ in said), ", ".join(en for _, en in said))
