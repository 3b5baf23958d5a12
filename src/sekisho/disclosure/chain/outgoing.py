"""The providing end of a chain: naming the next provider (stage 1), and handing over to it (stage 2).

Stage 1 gives the applicant a name and a postal address. Stage 2 waits for the notice that a petition was filed against
that provider, asks the gate again, and sends what was found to the provider, never to the applicant. What is sent is
written down before it is sent; a restart sends the same again, and the receiver knows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import filing, people, rows
from sekisho.disclosure.attaching import Keep, add_link
from sekisho.disclosure.chain.errors import NextUnknown, OrderLapsed, OtherProvider
from sekisho.disclosure.chain.handover import Handover, Paper
from sekisho.disclosure.chain.naming import leads, next_of, passed
from sekisho.disclosure.chain.notice import NOTICE, PAPER, Next, paper_of, record_of
from sekisho.disclosure.chain.petitions import PETITION, Petitions
from sekisho.disclosure.chain.sending import send
from sekisho.disclosure.deadlines import DeadlineKind, deadline
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.desk_settings import DeskSettings
from sekisho.disclosure.errors import CaseMoved, CaseRefused, WrongState
from sekisho.disclosure.filing import NEXT, named_in
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.kinds import Act, CaseType
from sekisho.disclosure.papers.answers import NextProvider
from sekisho.disclosure.papers.frame import Addressee, Office
from sekisho.disclosure.papers.printing import print_paper
from sekisho.disclosure.parties.party import Party, PartyKind
from sekisho.disclosure.parties.register import Parties
from sekisho.disclosure.parties.tables import disclosure_handover
from sekisho.disclosure.parties.wire import HttpWire, Wire
from sekisho.disclosure.progress import Part, State
from sekisho.disclosure.record import Fact, Item, Origin
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.service import WORKERS, DisclosureService
from sekisho.disclosure.stepping import Known
from sekisho.disclosure.words import not_permitted
from sekisho.engine.verdicts import Verdict
from sekisho.keys.schedule import disclosure_work_key
from sekisho.logs.lookup.answer import Outcome
from sekisho.store.personal import PersonalColumn

BODY: Final = PersonalColumn("disclosure_handover", "body")
RECEIPT: Final = "handover_receipt"
_AFTER: Final = frozenset({State.DELIVERED, State.WAITING})


class Outgoing:
    """The providing end in one workspace. Thread-safe."""

    def __init__(self, service: DisclosureService, *, wire: Wire | None = None) -> None:
        """Reads and writes nothing until asked to."""
        self._service, self._steps = service, service.steps
        self._workspace = service.steps.workspace
        self._parties = Parties(self._workspace)
        self._petitions = Petitions(service)
        self._wire: Wire = wire or HttpWire()

    # --- stage 1: the name ------------------------------------------------------------------------------------------

    def name(self, case_id: str, *, by: Principal, chosen: Mapping[int, str] | None = None) -> tuple[Next, ...]:
        """Name the next provider of each item whose records lead to one. ``chosen`` are providers, by item, that a
        person knows where the records name none; where they do, no other can be chosen.

        Raises ``OtherProvider``, ``UnknownParty``, ``NextUnknown`` where none of the items leads anywhere, and as every
        step of a releaser does.
        """
        known = self._releaser(case_id, by, (State.FOUND, State.HEARING, State.DECIDED))
        providers = self._parties.every(PartyKind.PROVIDER)
        results = {one.number: one for one in self._service.deciding.results(case_id, by=by)}
        named: dict[int, str] = {}
        for item in known.case.items:
            result = results.get(item.number)
            led = [] if result is None else leads(item, result, providers)
            found = next_of(led)
            wanted = (chosen or {}).get(item.number)
            if wanted is not None:
                self._provider(wanted)
                if not led:
                    # Nothing that was found leads to another provider: an own subscriber's line is never passed on.
                    raise NextUnknown(case=case_id, item=item.number)
                if found is not None and found.id != wanted:
                    raise OtherProvider(case=case_id, item=item.number, found=found.name)
            party = wanted or (None if found is None else found.id)
            if party is not None:
                named[item.number] = party
        if not named:
            raise NextUnknown(case=case_id, item=known.case.items[0].number)
        with self._workspace.database.read() as connection:
            before = named_in(connection, case_id)
        new = {number: party for number, party in named.items() if number not in before}
        for number, party in named.items():
            if before.get(number, party) != party:
                raise OtherProvider(case=case_id, item=number, found=before[number])

        def write(connection: Connection, now: datetime) -> None:
            for number, party in new.items():
                add_link(connection, case_id, NEXT, f"{number}/{party}", at=now, by=by.staff_id)

        if new:
            said = {"named": [[number, party] for number, party in sorted(named.items())]}
            self._steps.note(known, "next_named", said, by=by, write=write, part=Part.RELEASE)
        return self._named(case_id)

    def tell(
        self,
        case_id: str,
        *,
        by: Principal,
        number: str = "",
        office: Office | None = None,
        applicant: Addressee | None = None,
    ) -> CaseEntry:
        """Give the applicant the name and address of the next provider: the delivery of an order to name it, with
        which the two months begin, for each provider its own. The paper that goes to them (``number``: ours, by
        default the case's id; ``office``: by default the settings'; ``applicant``: who applied, where the court sent
        the order) is kept with the case. Asked again it is the same.

        Raises ``NextUnknown``, ``CaseRefused`` where nobody has set what stands on papers, and as papers and handing
        over do.
        """
        known = self._releaser(case_id, by, (State.DECIDED, *_AFTER))
        self._require_order(known)
        forwarded = self._forwarded(known, by)
        papers = self._service.papers
        if known.entry.state in _AFTER and papers.every(case_id, by=by, kind=NOTICE):
            return known.entry
        named = [one for one in self._named(case_id) if one.number in forwarded]
        if {one.number for one in named} != set(forwarded):
            raise NextUnknown(case=case_id, item=min(set(forwarded) - {one.number for one in named}))
        paper = papers.prepare(case_id, NOTICE, record_of(case_id, named), keep=Keep.RECORD, by=by)
        printed = print_paper(self._paper(known, named, number, office, applicant))
        sent = papers.prepare(case_id, PAPER, printed.pdf, keep=Keep.RECORD, by=by)

        def write(connection: Connection, now: datetime) -> None:
            paper.write(connection)
            sent.write(connection)
            filing.part_term(connection, case_id, filing.LAPSE, {one.party for one in named}, at=now)

        said = {"told": [[one.number, one.party] for one in named], "paper": paper.said, "sent": sent.said}
        return self._service.hand_over(known, paper.id, said, by=by, write=write)

    def notice(
        self,
        case_id: str,
        *,
        by: Principal,
        number: str = "",
        office: Office | None = None,
        applicant: Addressee | None = None,
    ) -> NextProvider:
        """The paper for the applicant as it would be sent now, or with the term that runs. Sends nothing. Raises as
        :meth:`tell`."""
        known = self._releaser(case_id, by, (State.DECIDED, *_AFTER))
        self._require_order(known)
        forwarded = self._forwarded(known, by)
        named = [one for one in self._named(case_id) if one.number in forwarded]
        return self._paper(known, named, number, office, applicant)

    def notified(
        self, case_id: str, party_id: str, petition: Paper, *, on: date, document: bytes, by: Principal
    ) -> CaseEntry:
        """Record the applicant's notice that a petition was filed against the next provider, received ``on`` a day.

        Whether it came in time is worked out from that provider's own term, never stated; the terms towards others
        run on. Raises ``WrongState``,
        ``OrderLapsed``, ``UnknownParty``, ``CaseRefused``, ``ScopeMissing``.
        """
        if not by.scopes & WORKERS:
            by.require(Scope.DISCLOSURE_INTAKE)
        known = self._steps.known(case_id, by)
        self._require_order(known)
        if known.entry.state not in _AFTER:
            raise WrongState(case=case_id, state=known.entry.state.value, event="notified")
        party = self._provider(party_id)
        if party.id not in {one.party for one in self._named(case_id)}:
            raise OtherProvider(case=case_id, item=0, found=", ".join(one.party for one in self._named(case_id)))
        now = self._workspace.clock.now()
        if not japan_date(known.case.received_at) <= on <= japan_date(now):
            raise CaseRefused(field="on", problem="a day from the order's receipt to today")
        due = self._petitions.last_day(case_id, party.id)
        if on > due:
            raise OrderLapsed(case=case_id, due=due.isoformat())
        notice = {"party": party.id, "petition": petition.document(), "on": on.isoformat()}
        if party.id in self._petitions.told_of(case_id):
            return known.entry
        papers = self._service.papers
        record = orjson.dumps({**notice, "sha256": hashlib.sha256(document).hexdigest()})
        kept = papers.prepare(case_id, PETITION, record, keep=Keep.RECORD, by=by)
        scan = papers.prepare(case_id, "petition_notice", document, keep=Keep.RECORD, by=by)
        fact = Fact(True, Origin.CHECKED, by.staff_id, now, f"通知 {on.isoformat()}")
        facts = {**known.case.facts, filing.NOTIFIED: fact, filing.IN_TIME: fact}
        body = rows.seal_header(self._workspace.keyring, replace(known.case, facts=facts))

        def write(connection: Connection, at: datetime) -> None:
            kept.write(connection)
            scan.write(connection)
            add_link(connection, case_id, PETITION, f"{party.id}/{kept.id}", at=at, by=by.staff_id)
            rows.end_deadline(
                connection, case_id, filing.LAPSE, state="done", at=at, by=by.staff_id, party=party.id
            )
            # It came in time and was typed in afterwards: the daily run had taken the order for lapsed.
            filing.restore_lapsed(connection, case_id, filing.LAPSE, party=party.id, at=at, by=by.staff_id)

        said = {**notice, "papers": [kept.said, scan.said]}
        return self._steps.note(known, "filing_notified", said, by=by, write=write, values={"body": body})

    # --- stage 2: the items -----------------------------------------------------------------------------------------

    def forward(self, case_id: str, party_id: str, *, by: Principal) -> CaseEntry:
        """Hand what was found to the next provider, and keep its receipt. Asked again, it is the same handover.

        Raises ``NoNotice``, ``NotPermittedByLaw``, ``NextUnknown``, ``PartyUnreachable``, ``ReceiptWrong``,
        ``NotSigned`` (somebody else answered), and as every step of a releaser does.
        """
        known = self._releaser(case_id, by, tuple(_AFTER))
        self._require_order(known)
        party = self._provider(party_id)
        if not party.url:
            raise CaseRefused(field="party", problem="a provider whose instance answers: hand it over on paper")
        petition = self._petitions.find(case_id, party.id, by=by)
        handover_id = _id_of(case_id, party.id, petition.number)
        row = self._row(handover_id)
        if row is not None and row.state == "received":
            return known.entry
        theirs = {one.number for one in self._named(case_id) if one.party == party.id}
        forwarded = {number: item for number, item in self._forwarded(known, by).items() if number in theirs}
        if not forwarded:
            raise OtherProvider(case=case_id, item=0, found=", ".join(one.party for one in self._named(case_id)))
        self._require_gate(known, forwarded)
        if row is None:
            self._prepare(known, self._handover(known, party, petition, handover_id, forwarded, by), party, by)
            known = self._steps.known(case_id, by)
            row = self._row(handover_id)
            if row is None:
                raise NextUnknown(case=case_id, item=min(forwarded))
        text: str = BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        now = self._workspace.clock.now()
        receipt = send(self._parties, self._wire, party, handover_id, text.encode(), now=now)
        paper = self._service.papers.prepare(case_id, RECEIPT, receipt, keep=Keep.RECORD, by=by)
        table = disclosure_handover

        def write(connection: Connection, now: datetime) -> None:
            del now
            paper.write(connection)
            connection.execute(update(table).where(table.c.id == handover_id).values(state="received"))

        said = {"handover": handover_id, "party": party.id, "receipt": paper.said}
        return self._steps.note(known, "forwarded", said, by=by, write=write, part=Part.RELEASE)

    # --- how ---------------------------------------------------------------------------------------------------------

    def _paper(
        self, known: Known, named: Sequence[Next], number: str, office: Office | None, applicant: Addressee | None
    ) -> NextProvider:
        office = office or DeskSettings(self._workspace).office()
        if office is None:
            raise CaseRefused(field="office", problem="set first: sekisho disclosure setting set office FILE")
        today, case_id = japan_date(self._workspace.clock.now()), known.entry.id
        runs = known.entry.state in _AFTER
        due = self._petitions.tell_by(case_id) if runs else deadline(DeadlineKind.IDENTIFICATION_LAPSE, today).last_day
        return paper_of(
            known.case, named, office=office, number=number or case_id, dated=today, notify_by=due, applicant=applicant
        )

    def _handover(
        self,
        known: Known,
        party: Party,
        petition: Paper,
        handover_id: str,
        forwarded: Mapping[int, Item],
        by: Principal,
    ) -> Handover:
        case, case_id = known.case, known.entry.id
        providers = self._parties.every(PartyKind.PROVIDER)
        results = {one.number: one for one in self._service.deciding.results(case_id, by=by)}
        items: list[Any] = []
        for number, item in forwarded.items():
            every = leads(item, results[number], providers)
            found = [one for one in every if one.party is None or one.party.id == party.id]
            items += passed(item, found, first=len(items) + 1)
        if not items:
            raise NextUnknown(case=case_id, item=min(forwarded))
        order = Paper(case.requester.name, case.document.number, case.document.dated or japan_date(case.received_at))
        return Handover(
            handover_id,
            party.known_as,
            party.origin,
            order,
            petition,
            self._petitions.lapse_on(case_id, party.id),
            tuple(items),
        )

    def _prepare(self, known: Known, handover: Handover, party: Party, by: Principal) -> None:
        ring, case_id, text = self._workspace.keyring, known.entry.id, handover.bytes()
        key = disclosure_work_key(case_id)
        values = {
            "id": handover.id,
            "direction": "out",
            "party": party.id,
            "state": "prepared",
            "case_id": case_id,
            "key": key,
            "digest": ring.blind_index(key, text),
            "lapse_on": handover.lapse_on,
            "body": BODY.seal(ring, text.decode(), row_id=handover.id, key=key),
        }

        def write(connection: Connection, now: datetime) -> None:
            connection.execute(insert(disclosure_handover).values(**values, at=now))
            add_link(connection, case_id, "chain", handover.id, at=now, by=by.staff_id)

        said = {
            "handover": handover.id,
            "party": party.id,
            "items": len(handover.items),
            "civil": sorted({number for one in handover.items for number in one.civil}),
            "sha256": hashlib.sha256(text).hexdigest(),
        }
        try:
            self._steps.note(known, "handover", said, by=by, write=write, part=Part.RELEASE)
        except IntegrityError:
            raise CaseMoved(case=case_id) from None  # another worker was quicker; asked again, it goes on from there

    def _require_gate(self, known: Known, forwarded: Mapping[int, Item]) -> None:
        """The next provider is among those whom the items may reach now. Raises ``NotPermittedByLaw``."""
        for data_class in sorted({item.data_class for item in forwarded.values()}):
            items = [item for item in forwarded.values() if item.data_class is data_class]
            permission = self._service.gate.require(
                known, Act.FORWARD, data_class, items=items, outcome=Outcome.NEXT_PROVIDER.value
            )
            if "next_provider" not in permission.recipients:
                raise NotPermittedByLaw(
                    **not_permitted(Act.FORWARD, data_class, Verdict.NEED_EVIDENCE),
                    why_ja="次の提供者に渡すには、申立人が申立てを2か月以内に知らせている必要があります"
                    "（情プラ法15条1項2号）。",
                    why_en="To hand it to the next provider, the applicant must have told of the petition within two "
                    "months (Platform Act art. 15(1)(ii)).",
                    missing=[filing.NOTIFIED, filing.IN_TIME],
                    duties=[],
                    rules=[],
                )

    def _releaser(self, case_id: str, by: Principal, states: tuple[State, ...]) -> Known:
        by.require(Scope.DISCLOSURE_RELEASE)
        by.require_proof("forward")
        known = self._steps.known(case_id, by)
        held = known.parts.get(by.staff_id, set())
        people.require_apart(case_id, by.staff_id, held, Part.RELEASE, emergency=known.entry.emergency)
        known.case  # noqa: B018  a destroyed case is told before anything else
        if known.entry.state not in states:
            raise WrongState(case=case_id, state=known.entry.state.value, event="forward")
        return known

    def _require_order(self, known: Known) -> None:
        if known.entry.type is not CaseType.IDENTIFICATION_ORDER:
            raise CaseRefused(field="type", problem=f"{known.entry.type.value}: an order to name the next provider")

    def _forwarded(self, known: Known, by: Principal) -> dict[int, Item]:
        items = {item.number: item for item in known.case.items}
        decisions = self._service.deciding.decisions(known.entry.id, by=by)
        found = {one.number: items[one.number] for one in decisions if one.choice is Choice.FORWARD}
        if not found:
            raise CaseRefused(field="items", problem="one that was decided to be forwarded")
        return found

    def _provider(self, party_id: str) -> Party:
        found = self._parties.find(party_id)
        if found.kind is not PartyKind.PROVIDER:
            raise CaseRefused(field="party", problem="a provider")
        return found

    def _named(self, case_id: str) -> tuple[Next, ...]:
        with self._workspace.database.read() as connection:
            named = named_in(connection, case_id)
        parties = {one: self._parties.find(one) for one in set(named.values())}
        return tuple(
            Next(number, party, parties[party].name, parties[party].address) for number, party in sorted(named.items())
        )

    def _row(self, handover_id: str) -> Any:
        table = disclosure_handover
        with self._workspace.database.read() as connection:
            return connection.execute(select(table).where(table.c.id == handover_id)).one_or_none()


def _id_of(case_id: str, party: str, petition: str) -> str:
    """The same handover has always the same id; nobody else can tell what it is of."""
    return "h" + hashlib.sha256(orjson.dumps(["sekisho/handover/1", case_id, party, petition])).hexdigest()[:32]
