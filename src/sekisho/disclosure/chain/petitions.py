"""The applicant's two months towards each next provider, and the petitions of which they told (15条3項).

Each provider that was named to the applicant has a term of its own; the notice about one ends that one's alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import orjson

from sekisho.access.principal import Principal
from sekisho.disclosure import filing, rows
from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.chain.errors import NoNotice, OrderLapsed
from sekisho.disclosure.chain.handover import Paper
from sekisho.disclosure.service import DisclosureService

PETITION: Final = "petition"
"""The kind of the link from a case to a petition's paper: the provider's id, a slash and the paper's id."""
_ALIVE: Final = (rows.OPEN, "done")


class Petitions:
    """The terms and petitions of one workspace's orders to name the next provider. Thread-safe; writes nothing."""

    def __init__(self, service: DisclosureService) -> None:
        """Reads nothing until asked to."""
        self._service, self._database = service, service.steps.workspace.database

    def lapse_on(self, case_id: str, party: str) -> date:
        """The last day of the order towards a provider, that runs or of whom a notice came in time. Raises
        ``OrderLapsed``."""
        for one in self.terms(case_id, party):
            if one.state in _ALIVE:
                return one.due_on
        raise OrderLapsed(case=case_id, due=self.last_day(case_id, party).isoformat())

    def tell_by(self, case_id: str) -> date:
        """The day on which the first of the terms that still run ends, or where none runs of those that were met.
        Raises ``OrderLapsed`` where every one has lapsed."""
        for state in _ALIVE:
            days = [one.due_on for one in self.terms(case_id) if one.state == state]
            if days:
                return min(days)
        raise OrderLapsed(case=case_id, due=self.last_day(case_id).isoformat())

    def last_day(self, case_id: str, party: str | None = None) -> date:
        """The last day of the applicant's two months, over or not: a notice counts by the day on which it came."""
        return max((one.due_on for one in self.terms(case_id, party)), default=date.min)

    def terms(self, case_id: str, party: str | None = None) -> Sequence[rows.Deadline]:
        """The terms towards a provider, or (None) towards every one."""
        with self._database.read() as connection:
            return filing.terms_of(rows.deadlines_of(connection, case_id), party)

    def told_of(self, case_id: str) -> dict[str, str]:
        """The paper of the petition, by the provider against whom it was filed."""
        with self._database.read() as connection:
            found = links_of(connection, case_id, PETITION)
        return {party: paper for party, _, paper in (one.partition("/") for one in found)}

    def find(self, case_id: str, party: str, *, by: Principal) -> Paper:
        """The petition against a provider. Raises ``OrderLapsed`` where that provider's term has, ``NoNotice``."""
        paper = self.told_of(case_id).get(party)
        if paper is None:
            if self.terms(case_id, party):
                self.lapse_on(case_id, party)
            raise NoNotice(case=case_id, party=party)
        told = orjson.loads(self._service.papers.find(case_id, paper, by=by)[1])["petition"]
        return Paper(told["court"], told["number"], date.fromisoformat(told["dated"]))
