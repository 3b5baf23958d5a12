"""Which paper of a case is printed from what: the case, its records, and what the person at the desk adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sekisho.access.principal import Principal
from sekisho.cli.errors import Usage
from sekisho.cli.log_options import read_document
from sekisho.clock import japan_date
from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.chain.outgoing import Outgoing
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.delivery.service import DeliveryDesk, Mode, Package
from sekisho.disclosure.desk_settings import DeskSettings
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.holding import PARENT
from sekisho.disclosure.intake.fees import quote as fees_of
from sekisho.disclosure.papers import from_desk
from sekisho.disclosure.papers.answers import Answer, BarAnswer, Doubt, QuestionBack
from sekisho.disclosure.papers.decisions import DisclosureDecision, RefusalDecision
from sekisho.disclosure.papers.frame import Office, Paper
from sekisho.disclosure.papers.handing import Inventory, Means, Provision, Receipt
from sekisho.disclosure.papers.keeping import HoldNotice
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.papers.shown import Answered, Told
from sekisho.disclosure.progress import Event
from sekisho.disclosure.record import DisclosureCase
from sekisho.disclosure.service import DisclosureService
from sekisho.workspace import Workspace

_COMMAND: Final = "sekisho disclosure paper print"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person at the desk says: the operator's name as it stands on papers (None: the settings'), number, day,
    and what else this paper needs."""

    office: str | None
    number: str
    dated: date
    inquiry: int | None = None
    objector: str = ""
    package: str | None = None
    belongs_to: str = ""
    payment: str = ""
    by_day: date | None = None
    reasons: tuple[str, ...] = ()
    file: str | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    workspace: Workspace
    service: DisclosureService
    case: DisclosureCase
    by: Principal
    asked: Asked

    @property
    def frame(self) -> dict[str, Any]:
        return {"office": self.office, "number": self.asked.number, "dated": self.asked.dated}

    @property
    def office(self) -> Office:
        if self.asked.office is not None:
            return _office(self.asked.office)
        found: Office = _need(DeskSettings(self.workspace).office(), "--office")
        return found

    def package(self) -> Package:
        wanted = _need(self.asked.package, "--package")
        for one in DeliveryDesk(self.service).packages(self.case.id, by=self.by):
            if one.id == wanted:
                return one
        raise CaseRefused(field="package", problem="one of `sekisho disclosure deliver list`")

    def answers(self) -> list[Answered]:
        """What is told of each item, beside the outcome that is on record."""
        found = {one.number: one.outcome for one in self.service.deciding.results(self.case.id, by=self.by)}
        written = read_document(_need(self.asked.file, "--file")).get("answers")
        if not isinstance(written, list):
            raise CaseRefused(field="answers", problem="a list of objects with item, told and why")
        return [_answered(one, found) for one in written]


def made(workspace: Workspace, case_id: str, kind: PaperKind, asked: Asked, *, by: Principal) -> Paper:
    """A paper of a case. Raises ``UnknownCase``, ``CaseRefused``, ``Usage`` for what it needs and wasn't given, and
    what papers raise: ``WrongPaper``, ``SecrecyForbidsPaper``, ``PaperRefused`` …"""
    service = DisclosureService(workspace)
    case = service.steps.known(case_id, by).case
    return PRINTABLE[kind](_Desk(workspace, service, case, by, asked))


def _question(desk: _Desk) -> Paper:
    """What was asked back last."""
    asked = [one for one in desk.service.timeline(desk.case.id, by=desk.by) if one.event == Event.QUESTION]
    if not asked or asked[-1].said is None:
        raise CaseRefused(field="question", problem="nothing was asked back yet")
    said = str(asked[-1].said["said"]["question"])
    doubts = [Doubt(field="請求の記載", question=line) for line in said.splitlines() if line.strip()]
    return QuestionBack.of(desk.case, doubts, answer_by=desk.asked.by_day, **desk.frame)


def _quote(desk: _Desk) -> Paper:
    fees = fees_of(desk.case.type, desk.case.items, DeskSettings(desk.workspace).prices())
    payment, by_day = _need(desk.asked.payment, "--payment"), _need(desk.asked.by_day, "--by-day")
    return from_desk.quote(desk.case, fees, payment=payment, pay_by=by_day, **desk.frame)


def _hold(desk: _Desk) -> Paper:
    holding = desk.service.holding
    (first, *_), letters = holding.find(desk.case.id, by=desk.by), holding.letters(desk.case.id, by=desk.by)
    held = from_desk.held(desk.case, {one.hold: one for one in letters}, holding.find(desk.case.id, by=desk.by))
    ends = "" if first.until is not None else "手続の終了"
    since = japan_date(desk.case.received_at)
    return HoldNotice.of(desk.case, held, since=since, until=first.until, ends=ends, **desk.frame)


def _opinion(desk: _Desk) -> Paper:
    inquiry = _need(desk.asked.inquiry, "--inquiry")
    letter = desk.service.hearings.letter(desk.case.id, inquiry, by=desk.by)
    return from_desk.opinion_inquiry(desk.case, letter, office=desk.office, number=desk.asked.number)


def _opinion_answer(desk: _Desk) -> Paper:
    """Goes out with the letter: its number and day are the letter's."""
    inquiry = _need(desk.asked.inquiry, "--inquiry")
    letter = desk.service.hearings.letter(desk.case.id, inquiry, by=desk.by)
    return from_desk.opinion_answer(desk.case, letter, office=desk.office, number=desk.asked.number)


def _sender_notice(desk: _Desk) -> Paper:
    """To a sender who opposed, here or in the claim before."""
    objector = _need(desk.asked.objector, "--objector")
    told = desk.service.hearings.objected(desk.case.id, objector, by=desk.by)
    return from_desk.sender_notice(desk.case, told, **desk.frame)


def _extension(desk: _Desk) -> Paper:
    holding = desk.service.holding
    holds, letters = holding.find(desk.case.id, by=desk.by), holding.letters(desk.case.id, by=desk.by)
    held = from_desk.held(desk.case, {one.hold: one for one in letters}, holds)
    with desk.workspace.database.read() as connection:
        parents = links_of(connection, desk.case.id, PARENT)
    terms = [one for parent in parents for one in desk.service.deadlines(parent, by=desk.by)]
    former = [one.due_on for one in terms if one.kind == DeadlineKind.PRESERVATION.value]
    return from_desk.hold_extension(desk.case, held, holds, former=former, **desk.frame)


def _next_provider(desk: _Desk) -> Paper:
    outgoing = Outgoing(desk.service)
    return outgoing.notice(desk.case.id, by=desk.by, number=desk.asked.number, office=desk.office)


def _answer(desk: _Desk) -> Paper:
    return Answer.of(desk.case, desk.answers(), **desk.frame)


def _bar_answer(desk: _Desk) -> Paper:
    return BarAnswer.of(desk.case, desk.answers(), **desk.frame)


def _disclosed(desk: _Desk) -> Paper:
    return DisclosureDecision.of(desk.case, desk.answers(), **desk.frame)


def _refused(desk: _Desk) -> Paper:
    if not desk.asked.reasons:
        raise Usage(problem="--reason is needed", command=_COMMAND)
    return RefusalDecision.of(desk.case, desk.asked.reasons, **desk.frame)


def _provision(desk: _Desk) -> Paper:
    package = desk.package()
    on_paper = package.mode is Mode.PAPER
    return Provision.of(
        desk.case,
        from_desk.handed(package.manifest),
        means=Means.PAPER if on_paper else Means.MEDIUM,
        package_sha256=None if on_paper else package.sha256,
        **desk.frame,
    )


def _inventory(desk: _Desk) -> Paper:
    handed = from_desk.handed(desk.package().manifest)
    return Inventory.of(desk.case, handed, belongs_to=_need(desk.asked.belongs_to, "--belongs-to"), **desk.frame)


def _receipt(desk: _Desk) -> Paper:
    handed = from_desk.handed(desk.package().manifest)
    return Receipt.of(desk.case, handed, belongs_to=_need(desk.asked.belongs_to, "--belongs-to"), **desk.frame)


PRINTABLE: Final[dict[PaperKind, Callable[[_Desk], Paper]]] = {
    PaperKind.QUESTION: _question,
    PaperKind.QUOTE: _quote,
    PaperKind.HOLD_NOTICE: _hold,
    PaperKind.HOLD_EXTENSION: _extension,
    PaperKind.OPINION_INQUIRY: _opinion,
    PaperKind.OPINION_ANSWER: _opinion_answer,
    PaperKind.SENDER_NOTICE: _sender_notice,
    PaperKind.ANSWER: _answer,
    PaperKind.BAR_ANSWER: _bar_answer,
    PaperKind.DISCLOSURE_DECISION: _disclosed,
    PaperKind.REFUSAL_DECISION: _refused,
    PaperKind.PROVISION: _provision,
    PaperKind.INVENTORY: _inventory,
    PaperKind.RECEIPT: _receipt,
    PaperKind.NEXT_PROVIDER: _next_provider,
}
"""The papers that this command prints."""


def _need(given: Any, option: str) -> Any:
    if given in (None, ""):
        raise Usage(problem=f"{option} is needed", command=_COMMAND)
    return given


def _office(file: str) -> Office:
    written = read_document(file)
    if not set(written) <= set(Office.__dataclass_fields__):
        raise CaseRefused(field="office", problem=f"only {', '.join(Office.__dataclass_fields__)}")
    lines = written.get("address", [])
    if not isinstance(lines, list) or any(not isinstance(one, str) for one in lines):
        raise CaseRefused(field="office.address", problem="a list of lines")
    texts = {name: written.get(name, "") for name in Office.__dataclass_fields__ if name != "address"}
    if any(not isinstance(one, str) for one in texts.values()):
        raise CaseRefused(field="office", problem="texts")
    return Office(address=tuple(lines), **texts)


def _answered(written: Any, found: dict[int, Any]) -> Answered:
    if not isinstance(written, dict) or not set(written) <= {"item", "told", "why", "provider"}:
        raise CaseRefused(field="answers", problem="objects with item, told, why, provider")
    item, told = written.get("item"), written.get("told", [])
    if not isinstance(item, int) or not isinstance(told, list):
        raise CaseRefused(field="answers.item", problem="an item's number, and a list told")
    lines = []
    for one in told:
        if not isinstance(one, dict) or not set(one) <= set(Told.__dataclass_fields__):
            raise CaseRefused(field="answers.told", problem=f"objects with {', '.join(Told.__dataclass_fields__)}")
        if any(not isinstance(text, str) for text in one.values()):
            raise CaseRefused(field="answers.told", problem="texts")
        lines.append(Told(**one))
    return Answered(
        item=item,
        outcome=found.get(item),
        told=tuple(lines),
        provider=str(written.get("provider", "")),
        why=str(written.get("why", "")),
    )
