"""One JSON document: a question, or an answer that was kept; and the shape every verifier has."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sekisho.contracts.errors import ApplicationRefused, MissingField, UnknownField, WrongValue
from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.document import answer_document, read_document
from sekisho.contracts.evidence.registry.kind import CORPORATE_NUMBER, REGISTRY_INFORMATION
from sekisho.contracts.evidence.registry.model import Company, Lookup, LookupState, Source
from sekisho.contracts.evidence.verifier import Asked, Person
from sekisho.contracts.simulators.corporate_registry import MIHON

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NUMBER = CorporateNumber(MIHON.number)


class Port:
    """Knows the made-up company as both services."""

    def published(
        self,
        number: CorporateNumber,  # noqa: ARG002  the protocol's
        moment: datetime,
    ) -> Lookup:
        """What the site says."""
        return Lookup.of(
            Source.CORPORATE_NUMBER_SITE, moment, "made-up", Company(NUMBER, MIHON.name, MIHON.head_office)
        )

    def registered(
        self,
        number: CorporateNumber,  # noqa: ARG002  the protocol's
        moment: datetime,
    ) -> Lookup:
        """What the register says."""
        return Lookup.of(Source.REGISTRY_INFORMATION, moment, "made-up", Company(NUMBER, MIHON.name, MIHON.head_office))


def raw(document: object) -> bytes:
    """As it is sent."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8")


ASKS = {"number": MIHON.number, "stated": {"name": MIHON.name, "address": MIHON.head_office}}


def test_with_somebody_to_ask_a_question_is_answered() -> None:
    """Both kinds, through the shape that every verifier has; number and company go to the record."""
    for prepared in (
        CORPORATE_NUMBER.asking(Port()).prepare({}, moment=MOMENT),
        REGISTRY_INFORMATION.asking(Port()).prepare({}, moment=MOMENT),
    ):
        found = prepared.verify(raw(ASKS), Asked("", MOMENT))
        assert found.report.require_facts()["name_agrees"] is True
        assert found.identifier == MIHON.number
        assert found.shown == Person(MIHON.name, MIHON.head_office)


def test_about_an_application_only_what_it_states_counts() -> None:
    """The document can't bring a statement that agrees with the register."""
    prepared = CORPORATE_NUMBER.asking(Port()).prepare({}, moment=MOMENT)
    facts = prepared.verify(raw(ASKS), Asked("A-1", MOMENT, Person(name="別見本株式会社"))).report.require_facts()
    assert facts["name_agrees"] is False
    assert "address_agrees" not in facts


@pytest.mark.parametrize("verifier", [CORPORATE_NUMBER, REGISTRY_INFORMATION], ids=lambda one: one.kind)
def test_with_nobody_to_ask_the_report_says_so(verifier: Any) -> None:
    """As on the command line: the number's check digit, and no further."""
    found = verifier.prepare({}, moment=MOMENT).verify(raw(ASKS), Asked("", MOMENT))
    assert found.report.failure.reason == "nobody_to_ask"
    assert (found.identifier, found.shown) == (None, Person())


@pytest.mark.parametrize(
    "lookup",
    [
        Port().published(NUMBER, MOMENT),
        Lookup.of(Source.CORPORATE_NUMBER_SITE, MOMENT, "simulator (127.0.0.1)", None),
        Lookup.failed(Source.CORPORATE_NUMBER_SITE, MOMENT, "api.example", "HTTP 500"),
    ],
)
def test_an_answer_kept_reads_as_what_it_was_and_proves_nothing(lookup: Lookup) -> None:
    """Written, read again: same state, who and when; without name or address; and stopped at step 1."""
    kept = answer_document(NUMBER, lookup, fetched_by="staff:clerk-7")
    assert all(word not in str(kept) for word in ("見本", "架空"))
    answer = read_document(raw(kept)).request.answer
    assert answer is not None
    assert (answer.state, answer.answered_by, answer.fetched_by, answer.fetched_at) == (
        lookup.state,
        lookup.answered_by,
        "staff:clerk-7",
        MOMENT,
    )
    report = CORPORATE_NUMBER.asking(Port()).prepare({}, moment=MOMENT).verify(raw(kept), Asked("", MOMENT)).report
    assert report.failure is not None
    assert (report.failure.reason, report.failure.step) == ("answer_not_ours", 1)


ANSWER = {"state": "found", "answered_by": "api.example", "fetched_by": "c-1", "fetched_at": MOMENT.isoformat()}


@pytest.mark.parametrize(
    ("document", "error", "field"),
    [
        ({}, MissingField, "number"),
        ({"number": 1}, WrongValue, "number"),
        ({"number": "1" * 41}, WrongValue, "number"),
        ({"number": "1", "more": 1}, UnknownField, "more"),
        ({**ASKS, "answer": ANSWER}, WrongValue, "stated"),
        ({"number": "1", "answer": {**ANSWER, "state": "maybe"}}, WrongValue, "answer.state"),
        ({"number": "1", "answer": {**ANSWER, "fetched_by": "見本太郎"}}, WrongValue, "answer.fetched_by"),
        ({"number": "1", "answer": {**ANSWER, "fetched_at": "yesterday"}}, WrongValue, "answer.fetched_at"),
        ({"number": "1", "answer": {"state": "found"}}, MissingField, "answer.answered_by"),
        ({"number": "1", "stated": {"name": "マイナンバー 123456789018"}}, ApplicationRefused, "stated.name"),
    ],
)
def test_each_fault_of_a_document_names_its_field(
    document: dict[str, Any], error: type[ApplicationRefused], field: str
) -> None:
    """Strict, and a name can't stand where a report would repeat it."""
    with pytest.raises(error) as refused:
        read_document(raw(document))
    assert refused.value.fields["field"] == field


def test_every_state_can_be_kept() -> None:
    """The document knows the states of a lookup, all of them."""
    for state in LookupState:
        answer = read_document(raw({"number": "1", "answer": {**ANSWER, "state": state.value}})).request.answer
        assert answer is not None
        assert answer.state is state
