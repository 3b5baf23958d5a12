"""The gate in a workspace: the pure desk, asked with a case's facts as they stand, under the workspace's law settings.

Every act asks here in the call that commits it. What stands in the way is an error that says what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import ip_network
from typing import Any, Final

from sekisho.clock import JAPAN, japan_date
from sekisho.disclosure import filing, outcome_rows, rows
from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.case_facts import facts_of
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.decide import DisclosureDesk, Law, Permission, Permissions
from sekisho.disclosure.hearing.record import Hearing
from sekisho.disclosure.hearing.store import PARENT, hearing_of
from sekisho.disclosure.kinds import CASE_TYPES, Act, CaseType, DataClass
from sekisho.disclosure.lasting import Running
from sekisho.disclosure.law import disclosure_engine, load_disclosure
from sekisho.disclosure.record import DisclosureCase, Item, ItemKind
from sekisho.disclosure.scope import OrderScope, Planned, mismatches, require_within
from sekisho.disclosure.scope_errors import ClassNotOrdered, NothingNamed, NotYetValid, ValidityOver
from sekisho.disclosure.search.outcomes import DISCLOSABLE
from sekisho.disclosure.stepping import Known
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.grant import AP_KINDS, CP_KINDS, Target
from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind, identifier
from sekisho.workspace import Workspace
from sekisho.workspace.legal_texts import LegalTexts

_LEAVING: Final = frozenset({Act.DISCLOSE, Act.FORWARD})
"""Acts by which something leaves."""


class Gate:
    """Asks the rules what may be done in a case now. Thread-safe; opens nothing by itself."""

    def __init__(self, workspace: Workspace) -> None:
        """The rulebook is loaded once per process."""
        self._workspace = workspace
        self.desk = DisclosureDesk(disclosure_engine())
        self._heard: tuple[tuple[str, int], Hearing] | None = None

    def require_planned(
        self,
        known: Known,
        act: Act,
        data_class: DataClass,
        plans: Sequence[tuple[OrderScope, Planned]],
        *,
        items: Sequence[Item],
    ) -> Permission:
        """The permission to hold or to search just what ``plans`` name, each beside what the paper covers of it.

        Raises ``ScopeExceeded`` where a plan goes beyond its order, and ``NotPermittedByLaw`` where the rules refuse
        the act at this moment or something is missing; ``ValueError`` for what hands something over.
        """
        if act in _LEAVING:
            raise ValueError(f"{act.value} is judged by what was found: use require")
        return self._require(known, act, data_class, plans, items, None)

    def require(
        self,
        known: Known,
        act: Act,
        data_class: DataClass,
        *,
        items: Sequence[Item] = (),
        outcome: str | None = None,
    ) -> Permission:
        """The permission to hand over, or pass on, what was found for ``items`` (empty: all of the class): the
        questions under which it was found are compared with what the paper covers of each.

        Raises as :meth:`require_planned`, ``NothingNamed`` for an item about which nothing was asked; ``ValueError``
        for holding and searching, which are planned.
        """
        if act not in _LEAVING:
            raise ValueError(f"{act.value} needs its plan: use require_planned")
        about = items or [item for item in known.case.items if item.data_class is data_class]
        return self._require(known, act, data_class, self._found(known, about), items, outcome)

    def require_found_within(self, known: Known, items: Sequence[Item]) -> None:
        """Raise ``ScopeExceeded`` where anything that was found for ``items`` isn't about what the paper covers."""
        for order, planned in self._found(known, items):
            self.require_within(order, planned)

    def require_within(self, order: OrderScope, planned: Planned) -> None:
        """Raise ``ScopeExceeded`` where what is planned would go beyond what the paper covers, now."""
        require_within(order, planned, at=self._workspace.clock.now())

    def _require(
        self,
        known: Known,
        act: Act,
        data_class: DataClass,
        plans: Sequence[tuple[OrderScope, Planned]],
        items: Sequence[Item],
        outcome: str | None,
    ) -> Permission:
        now = self._workspace.clock.now()
        if not plans:
            raise NothingNamed
        exceeded = [one for order, planned in plans for one in mismatches(order, planned, at=now)]
        if any(data_class not in planned.data_classes for _, planned in plans):
            exceeded.append(ClassNotOrdered(data_class=data_class.value))
        over = [one for one in exceeded if isinstance(one, NotYetValid | ValidityOver)]
        for found in exceeded:
            if found not in over:
                raise found
        # That a paper's time is over is a fact of the rules too; they say what helps.
        permission = self.permission(known, act, data_class, items=items, outcome=outcome).require()
        for found in over:
            raise found
        return permission

    def _found(self, known: Known, items: Sequence[Item]) -> list[tuple[OrderScope, Planned]]:
        with self._workspace.database.read() as connection:
            asked = outcome_rows.asked_of_items(
                connection, self._workspace.keyring, known.entry.id, [item.number for item in items]
            )
        plans = []
        own = {item.number: item for item in known.case.items}
        for item in (own[one.number] for one in items):
            questions = asked.get(item.number, [])
            if not questions:
                raise NothingNamed
            for question in questions:
                order = order_of_question(known.case, item, question)
                plans.append((order, Planned.of_question(question, frozenset({item.data_class}))))
        return plans

    def permission(
        self, known: Known, act: Act, data_class: DataClass, *, items: Sequence[Item] = (), outcome: str | None = None
    ) -> Permission:
        """What the rules say now of an act that stays within the paper, whatever that is. It opens nothing: whoever
        acts asks :meth:`require` or :meth:`require_planned`, which compare what is done with the paper."""
        on = self.today()
        facts = self._facts(known, items, outcome)
        return self.desk.permission(
            facts,
            event=known.entry.type,
            act=act,
            data_class=data_class,
            on=on,
            law=self.law(),
            received=japan_date(known.case.received_at),
            extends=self._extends(known),
        )

    def permissions(self, known: Known) -> Permissions:
        """Every act on every class of data that the case asks for, as of now."""
        on = self.today()
        classes = sorted({item.data_class for item in known.case.items}) or list(DataClass)
        return self.desk.permissions(
            self._facts(known, (), None),
            event=known.entry.type,
            on=on,
            law=self.law(),
            data_classes=classes,
            received=japan_date(known.case.received_at),
            extends=self._extends(known),
        )

    def today(self) -> date:
        """The Japan date for which is judged."""
        return japan_date(self._workspace.clock.now())

    def hearing(self, known: Known) -> Hearing:
        """What was recorded of the sender's hearing, as of the case's revision."""
        if not CASE_TYPES[known.entry.type].hears_sender:
            return Hearing()
        at = (known.entry.id, known.entry.revision)
        held = self._heard
        if held is None or held[0] != at:
            with self._workspace.database.read() as connection:
                held = at, hearing_of(connection, self._workspace.keyring, known.entry.id)
            self._heard = held
        return held[1]

    def law(self) -> Law:
        """The law as known today, under this workspace's settings."""
        # Read anew: what is confirmed or adopted while a desk is at work counts at once.
        selection, confirmation = LegalTexts(self._workspace, load_disclosure()).settings()
        return Law.of(self.today(), confirmation=confirmation, adopted=selection.adopted)

    def _extends(self, known: Known) -> Running | None:
        """The preservation that an extension extends, once the case is tied to it: from the first request on."""
        if known.entry.type is not CaseType.PRESERVATION_EXTENSION:
            return None
        found: Running | None = None
        with self._workspace.database.read() as connection:
            at, seen = known.entry.id, {known.entry.id}
            while parents := [one for one in links_of(connection, at, PARENT) if one not in seen]:
                at = parents[-1]
                seen.add(at)
                terms = [one for one in rows.deadlines_of(connection, at) if one.kind == DeadlineKind.PRESERVATION]
                if terms:
                    found = Running(terms[-1].started_on, terms[-1].due_on if found is None else found.last_day)
        return found

    def _facts(self, known: Known, items: Sequence[Item], outcome: str | None) -> dict[str, Any]:
        on = self.today()
        hearing = self.hearing(known)
        case = known.case
        with self._workspace.database.read() as connection:
            terms = rows.deadlines_of(connection, known.entry.id)
            if known.entry.type is CaseType.IDENTIFICATION_ORDER and items:
                # Towards each provider the order lives by that provider's own term.
                leads = filing.named_in(connection, known.entry.id)
                parties = {leads[one.number] for one in items if one.number in leads}
                case = filing.as_towards(case, terms, sorted(parties))
            numbers = [one.number for one in items]
            if hearing.entries and not items:
                # Nobody is heard about an item that names nobody.
                named = outcome_rows.outcomes_of(connection, known.entry.id)
                numbers = [number for number, found in named.items() if found in DISCLOSABLE]
        return facts_of(
            case,
            on=on,
            parts=known.parts,
            terms=terms,
            # What is asked here is what the paper opens; _require compares every act with the paper before.
            within_order=True,
            items=items,
            outcome=outcome,
            hearing=hearing.facts(numbers, on),
        )


def order_of(case: DisclosureCase, items: Sequence[Item]) -> OrderScope:
    """What the paper covers of ``items``, as it was read."""
    until = case.document.valid_until
    dated = case.document.dated
    return OrderScope(
        kinds=frozenset(kind for item in items for kind in kinds_of(item)),
        data_classes=frozenset(item.data_class for item in items),
        begin=min((item.begin for item in items), default=datetime.min.replace(tzinfo=UTC)),
        end=max((item.until for item in items), default=datetime.min.replace(tzinfo=UTC)),
        targets=tuple(target_of(item) for item in items if item.kind is ItemKind.ADDRESS),
        identifiers=frozenset(identifiers_of(items)),
        names=frozenset(item.value for item in items if item.kind in (ItemKind.LINE, ItemKind.ACCOUNT)),
        valid_from=None if dated is None else datetime.combine(dated, time(), JAPAN),
        valid_until=None if until is None else datetime.combine(until + timedelta(days=1), time(), JAPAN),
    )


def order_of_question(case: DisclosureCase, item: Item, asked: Mapping[str, Any]) -> OrderScope:
    """What the paper covers of an item, for one question about it."""
    order = order_of(case, (item,))
    if "on" not in asked:
        return order
    # The register answers for whole days: asking it for a day asks nothing beyond the moment's own day.
    return replace(order, begin=datetime.combine(japan_date(order.begin), time(), JAPAN))


def kinds_of(item: Item) -> frozenset[LogKind]:
    """The kinds of log in which an item is looked for: no more than what it asks."""
    found: set[LogKind] = set()
    if item.data_class is DataClass.SECRECY and item.kind in (ItemKind.ADDRESS, ItemKind.LINE):
        found.update((*AP_KINDS, *CP_KINDS))
    elif item.data_class is DataClass.SECRECY and item.kind is ItemKind.ACCOUNT:
        found.update(CP_KINDS)
    if item.data_class is not DataClass.LOCATION and item.kind is not ItemKind.POST_URL and asks_who(item):
        found.add(LogKind.SUBSCRIBER)
    return frozenset(found)


def asks_who(item: Item) -> bool:
    """Whether the contractor is asked for: by name, or by one of the civil items that the register answers."""
    return any(one == "subscriber" or one.startswith("civil.") for one in item.wanted)


def target_of(item: Item) -> Target:
    """An address item as a target: with its port, or with every one where none is named."""
    network = ip_network(item.value)
    return Target(network) if item.port is None else Target(network, item.port, item.port)


def identifiers_of(items: Iterable[Item]) -> list[Identifier]:
    """The identifiers that items name, each once."""
    found = [
        identifier(IdentifierKind(item.kind.value), item.value)
        for item in items
        if item.kind not in (ItemKind.ADDRESS, ItemKind.POST_URL)
    ]
    return list(dict.fromkeys(found))
