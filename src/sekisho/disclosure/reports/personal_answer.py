"""A person's question of what was given to others about them, answered from one workspace's records.

The query itself reaches only requests that rest on consent and aren't secret: no other row is read, so nothing about
them can show, neither in what is answered nor in how long it takes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, select

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.progress import Event
from sekisho.disclosure.record import Origin
from sekisho.disclosure.reports.data_subject import BY_CONSENT, DataSubjectAnswer, Tellable, answer, tellable
from sekisho.disclosure.reports.errors import NotForThem
from sekisho.disclosure.stepping import Stepping
from sekisho.disclosure.tables import disclosure_case, disclosure_event
from sekisho.keys.errors import KeyDestroyed

IDENTITY: Final = "authenticity.identity_proved"


class PersonalAnswers:
    """Answers to people of one workspace. Thread-safe."""

    def __init__(self, steps: Stepping) -> None:
        """Reads and writes nothing until asked to."""
        self._steps, self._workspace = steps, steps.workspace

    def answer(self, case_id: str, *, by: Principal) -> DataSubjectAnswer:
        """The answer to the question ``case_id``: a request about one's own account by somebody whose identity was
        proved. It is on record that it was made.

        Raises ``NotForThem``, ``UnknownCase``, ``ScopeMissing``, ``CaseDestroyed``, ``CaseMoved``.
        """
        by.require(Scope.DISCLOSURE_RELEASE)
        known = self._steps.known(case_id, by)
        question = known.case
        proved = question.facts.get(IDENTITY)
        checked = proved is not None and proved.value is True and proved.origin is Origin.CHECKED
        if question.type is not CaseType.OWN_ACCOUNT or not checked:
            raise NotForThem(case=case_id)
        with self._workspace.database.read() as connection:
            found = self._tellable(connection, case_id)
        made = answer(self._workspace.name, question, found)
        said = {"given": len(made.given), "on": japan_date(self._workspace.clock.now()).isoformat()}
        self._steps.note(known, "told_data_subject", said, by=by)
        return made

    def _tellable(self, connection: Connection, case_id: str) -> list[Tellable]:
        cases, events = disclosure_case, disclosure_event
        query = (
            select(cases.c.id, events.c.at)
            .join(events, (events.c.case_id == cases.c.id) & (events.c.event == Event.DELIVER.value))
            .where(
                cases.c.type.in_([one.value for one in BY_CONSENT]), cases.c.secret.is_(False), cases.c.id != case_id
            )
            .order_by(events.c.at, cases.c.id)
        )
        found = []
        for row in connection.execute(query).all():
            with suppress(KeyDestroyed):
                entry = rows.find(connection, self._workspace.keyring, row.id)
                if entry.case is None:
                    continue
                one = tellable(entry.case, secret=entry.secret, given_on=japan_date(row.at))
                if one is not None:
                    found.append(one)
        return found
