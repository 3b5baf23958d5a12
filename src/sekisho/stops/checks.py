"""The check of a wholesale customer before numbers go there: questions as data, answers with papers, two people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from sqlalchemy import Connection, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.stops.desk import Desk, checked_range, digest, new_id
from sekisho.stops.errors import RequestRefused, WrongStep
from sekisho.stops.kinds import NumberKind, StopEvent
from sekisho.stops.proposals import Proposal, ProposalKind, Proposals
from sekisho.stops.reading import as_day, as_text, only
from sekisho.stops.register import US, Register
from sekisho.stops.tables import stop_check

CHECK_LEAF: Final = "stops.wholesale_check"
SINCE: Final = date(2025, 5, 28)
"""令和7年法律第46号 was promulgated. What was given before is recorded without a check, on the paper that shows it."""
MOST_PORTED: Final = 1_000
"""Numbers in one entry of ported ones: a contractor's own range moves as one. More at once is wholesale by another
name, which the check is there for. A house limit."""


@cache
def questions() -> Mapping[str, Any]:
    """The questions, and what is known of the law behind them."""
    text = (files("sekisho.stops") / "questions.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


class WholesaleChecks:
    """The checks of one workspace. Thread-safe."""

    def __init__(self, desk: Desk, register: Register, proposals: Proposals) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._register, self._proposals = desk, register, proposals

    def enter(self, written: Mapping[str, Any], *, by: Principal) -> dict[str, Any]:
        """Enter answers: ``customer`` (the operator's name in the tree), ``answers`` (question to true or false; one
        left out is open), ``documents`` (question to the paper seen), ``note``. Raises ``RequestRefused``,
        ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        only(written, {"customer", "answers", "documents", "note"})
        known = {one["id"] for one in questions()["questions"]}
        answers, documents = written.get("answers"), written.get("documents", {})
        if (
            not isinstance(answers, dict)
            or not set(answers) <= known
            or not all(type(one) is bool for one in answers.values())
        ):
            raise RequestRefused(field="answers", problem=f"true or false to {', '.join(sorted(known))}")
        if not isinstance(documents, dict) or not set(documents) <= known:
            raise RequestRefused(field="documents", problem="the paper seen, by question")
        papers = {name: as_text(one, f"documents.{name}", most=300) for name, one in documents.items()}
        customer = as_text(written.get("customer"), "customer", most=64)
        body = {"answers": answers, "documents": papers, "note": str(written.get("note", ""))[:2000]}
        desk, now, made, key = self._desk, self._desk.now(), new_id("sk_"), self._desk.key()
        row = {
            "id": made, "customer": customer, "state": "entered", "made_at": now, "by": by.staff_id, "key": key,
            "body": desk.seal(stop_check, body, row_id=made, key=key),
        }  # fmt: skip
        said = {"check": made, "customer": customer, "state": "entered", "sha256": digest(body).hex()}
        desk.commit(
            lambda connection: connection.execute(insert(stop_check), row) and None,
            [desk.leaf(CHECK_LEAF, said, by, now)],
        )
        return self.find(made)

    def propose(self, check_id: str, *, by: Principal) -> Proposal:
        """Ask for approval of a check's outcome. Raises ``UnknownStop``, ``WrongStep``, ``NotUnderScheme`` for a doubt
        that a rule refuses."""

        def make(connection: Connection, _: str) -> Mapping[str, Any]:
            row = self._desk.one(connection, stop_check, check_id, "check")
            if row.state != "entered":
                raise WrongStep(id=row.id, state=row.state, next="a new check")
            body = self._desk.open(stop_check, row)
            if self._judge(connection, body, approved=False).refusals:
                self._judge(connection, body, approved=False).require()
            return {"check": row.id, "customer": row.customer, "contents": digest(body).hex()}

        return self._proposals.propose(ProposalKind.WHOLESALE, check_id, make, by=by)

    def accept(self, proposal_id: str, *, by: Principal) -> dict[str, Any]:
        """Use the approval: numbers may go to the customer. Raises ``NotUnderScheme`` while a question is open, a paper
        wasn't seen, or there is doubt; and as :meth:`Proposals.order`."""

        def do(connection: Connection, found: Proposal) -> None:
            row = self._desk.one(connection, stop_check, found.about, "check")
            self._judge(connection, self._desk.open(stop_check, row), approved=True).require()
            connection.execute(update(stop_check).where(stop_check.c.id == row.id).values(state="accepted"))

        done = self._proposals.order(proposal_id, ProposalKind.WHOLESALE, do, state="done", by=by)
        return self.find(done.about)

    def give(self, written: Mapping[str, Any], *, by: Principal) -> str:
        """Put an edge in the wholesale tree (:meth:`Register.add_edge`). What this operator gives wholesale since
        2025-05-28 needs an accepted check of the customer; for what it gave before, ``given_before`` names the paper
        that shows it, and goes into the ledger. What others give is theirs to check. Raises ``WrongStep``,
        ``TreeRefused``, ``RequestRefused``."""
        check, paper = None, None
        edge = {name: value for name, value in written.items() if name != "given_before"}
        if written.get("given_before") is not None:
            paper = as_text(written["given_before"], "given_before", most=300)
        giver, taker = (as_text(written.get(name), name, most=64) for name in ("giver", "taker"))
        if giver == US and written.get("relation", "wholesale") == "wholesale":
            check = self.accepted(taker)
            if check is None and as_day(written.get("from"), "from") >= SINCE:
                raise WrongStep(id=taker, state="not_checked", next="check the wholesale customer first")
            if check is None and paper is None:
                raise RequestRefused(
                    field="given_before", problem="the paper which shows that it was given before 2025-05-28"
                )
        elif giver == US:
            _require_few(written)
        return self._register.add_edge({**edge, "giver": giver, "taker": taker}, check=check, paper=paper, by=by)

    def accepted(self, customer: str) -> str | None:
        """The newest accepted check of a customer; ``None`` where one that was entered since has a doubt."""
        table = stop_check
        query = select(table).where(table.c.customer == customer).order_by(table.c.made_at.desc(), table.c.state)
        with self._desk.workspace.database.read() as connection:
            rows = connection.execute(query).all()
        good = next((row for row in rows if row.state == "accepted"), None)
        if good is None or any(row.made_at >= good.made_at and _doubt(self._desk.open(table, row)) for row in rows):
            return None
        return str(good.id)

    def find(self, check_id: str) -> dict[str, Any]:
        """A check as JSON values, with what its law is known by. Raises ``UnknownStop``."""
        with self._desk.workspace.database.read() as connection:
            row = self._desk.one(connection, stop_check, check_id, "check")
            body = self._desk.open(stop_check, row)
            judged = self._judge(connection, body, approved=row.state == "accepted")
        return {
            "id": row.id, "customer": row.customer, "state": row.state, **body, "judged": judged.document(),
            "law": {name: str(value) for name, value in questions()["law"].items()},
        }  # fmt: skip

    def _judge(self, connection: Connection, body: Mapping[str, Any], *, approved: bool) -> Any:
        asked, answers = questions()["questions"], body["answers"]
        facts = {
            "wholesale.answers_complete": all(one["id"] in answers for one in asked),
            "wholesale.documents_seen": all(body["documents"].get(one["id"]) for one in asked),
            "wholesale.doubt": _doubt(body),
            "people.approved": approved,
        }
        return self._desk.judge(
            connection, StopEvent.WHOLESALE_NUMBERS, facts, kind=NumberKind.FIXED, on=self._desk.today()
        )


def _require_few(written: Mapping[str, Any]) -> None:
    first, last = str(written.get("first", "")), str(written.get("last", written.get("first", "")))
    checked_range(first, last)
    if int(last) - int(first) >= MOST_PORTED:
        raise RequestRefused(field="last", problem=f"at most {MOST_PORTED} ported numbers in one entry")


def _doubt(body: Mapping[str, Any]) -> bool:
    """Whether an answer is another than the one expected."""
    answers = body["answers"]
    return any(answers.get(one["id"], one["expects"]) != one["expects"] for one in questions()["questions"])
