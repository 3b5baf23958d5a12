"""Lookups verified: what holds, and each way in which it doesn't, with the number of the step."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from sekisho.contracts.evidence.registry import verify
from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.model import (
    Company,
    Lookup,
    LookupState,
    SavedAnswer,
    Source,
    StatedCompany,
    UnverifiedRequest,
    VerifiedLookup,
)
from sekisho.contracts.evidence.registry.verify import (
    ACCOUNT,
    CORPORATE_NUMBER_STEPS,
    REGISTRY_STEPS,
    LookupResult,
    verify_corporate_number,
    verify_registry_information,
)
from sekisho.contracts.evidence.steps import Report, StepState, Walk
from sekisho.contracts.simulators.corporate_registry import CLOSED, MIHON
from sekisho.engine.facts import Text

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NUMBER = CorporateNumber(MIHON.number)
STATED = StatedCompany("見本商事株式会社", "東京都千代田区架空町1-2-3")
COMPANY = Company(NUMBER, MIHON.name, MIHON.head_office, updated_on=date(2026, 4, 2))


@dataclass
class Answers:
    """A port of both kinds that gives one answer and counts what it was asked."""

    lookup: Lookup
    asked: list[CorporateNumber] = field(default_factory=list)

    def published(
        self,
        number: CorporateNumber,
        moment: datetime,  # noqa: ARG002  the protocol's
    ) -> Lookup:
        """The one answer."""
        self.asked.append(number)
        return self.lookup

    registered = published


def answering(
    company: Company | None = COMPANY, *, source: Source = Source.CORPORATE_NUMBER_SITE, at: datetime = MOMENT
) -> Answers:
    """A port that answers with this company."""
    return Answers(Lookup.of(source, at, "made-up site", company))


def look_up(port: Answers | None, *, stated: StatedCompany = STATED, number: str = MIHON.number) -> LookupResult:
    """Ask for a corporate number."""
    return verify_corporate_number(UnverifiedRequest(number), stated=stated, moment=MOMENT, site=port)


def stopped(report: Report) -> tuple[str, int | None]:
    """The slug and step of what stopped a verification."""
    assert report.facts is None
    assert report.failure is not None
    assert [one.error for one in report.steps if one.error] == [report.failure.reason]
    return report.failure.reason, report.failure.step


def test_a_company_that_was_looked_up_yields_the_facts() -> None:
    """Every step is done; the facts say that the site itself answered."""
    result = look_up(answering())
    assert {one.state for one in result.report.steps} == {StepState.DONE}
    assert result.report.require_facts() == {
        "at": date(2026, 11, 23),
        "from_official_site": True,
        "name_agrees": True,
        "address_agrees": True,
    }
    assert result.report.steps[1].reason.en == "2026-11-23T03:00:00+00:00, answered by made-up site"


def test_registry_information_says_whose_it_is() -> None:
    """The same steps, the other service, the other attribute."""
    port = answering(source=Source.REGISTRY_INFORMATION)
    result = verify_registry_information(UnverifiedRequest(MIHON.number), stated=STATED, moment=MOMENT, registry=port)
    assert result.report.yields == "registry_record"
    assert result.report.require_facts()["from_designated_service"] is True


def test_the_report_holds_no_name_or_address() -> None:
    """Those stand in the record alone."""
    for result in (look_up(answering()), look_up(answering(dataclasses.replace(COMPANY, closed_on=date(2024, 1, 1))))):
        assert all(word not in str(result.report.as_document()) for word in ("見本", "架空"))


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (StatedCompany(), {}),
        (StatedCompany(name="別見本株式会社"), {"name_agrees": False}),
        (StatedCompany(address="東京都千代田区架空町9"), {"address_agrees": False}),
    ],
)
def test_items_agree_differ_or_are_unknown(stated: StatedCompany, expected: dict[str, bool]) -> None:
    """What one side lacks is unknown."""
    facts = look_up(answering(), stated=stated).report.require_facts()
    assert {name: value for name, value in facts.items() if name.endswith("_agrees")} == expected


def test_what_a_person_should_see_is_noted() -> None:
    """Left out of searches, being wound up, shown as an image: none decides, all are told."""
    odd = dataclasses.replace(COMPANY, name=None, excluded=True, in_liquidation=True)
    report = look_up(answering(odd)).report
    assert report.steps[5].reason.en == (
        "updated on 2026-04-02, left out of the site's searches, being wound up, published as an image only"
    )
    assert "name_agrees" not in report.require_facts()


# --- what doesn't -----------------------------------------------------------------------------------------------------


def test_a_wrong_check_digit_is_never_asked_about() -> None:
    """The number is looked at before anybody is asked."""
    port = answering()
    wrong = str(int(MIHON.number[0]) % 9 + 1) + MIHON.number[1:]
    assert stopped(look_up(port, number=wrong).report) == ("corporate_number_wrong", 0)
    assert port.asked == []


CLOSED_COMPANY = Company(NUMBER, CLOSED.name, CLOSED.head_office, CLOSED.closed_on, CLOSED.cause)
FAULTS = [
    (None, "nobody_to_ask", 1),
    (Answers(Lookup.failed(Source.CORPORATE_NUMBER_SITE, MOMENT, "made-up site", "HTTP 500")), "lookup_failed", 1),
    (answering(source=Source.OTHER), "other_service", 2),
    (answering(source=Source.REGISTRY_INFORMATION), "other_service", 2),
    (answering(dataclasses.replace(COMPANY, number=CorporateNumber(CLOSED.number))), "other_corporation", 3),
    (answering(at=MOMENT - timedelta(hours=25)), "lookup_failed", 4),
    (answering(at=MOMENT + timedelta(minutes=2)), "lookup_failed", 4),
    (answering(None), "corporation_not_found", 5),
    (answering(CLOSED_COMPANY), "corporation_closed", 5),
]


@pytest.mark.parametrize(("port", "reason", "step"), FAULTS)
def test_each_fault_is_named_with_its_step(port: Answers | None, reason: str, step: int) -> None:
    """Nobody to ask, no answer, somebody else's, another body's, an old one, none, closed."""
    assert stopped(look_up(port).report) == (reason, step)


def test_no_answer_is_neither_good_nor_bad() -> None:
    """A lookup that failed says nothing about the company; one that found none does."""
    failed = look_up(FAULTS[1][0]).report
    assert failed.state(1) is StepState.COULD_NOT_CHECK
    assert look_up(answering(None)).report.state(5) is StepState.FAILED


def test_a_closed_company_says_since_when_and_why() -> None:
    """So that a person can ask for the one that succeeded it."""
    failure = look_up(answering(CLOSED_COMPANY)).report.failure
    assert failure is not None
    assert failure.fields == {"closed_on": "2024-03-31", "cause": "11"}


def test_an_answer_from_outside_is_never_believed() -> None:
    """It isn't signed: the report says who got it, from whom and when, and the port isn't even asked."""
    port = answering()
    brought = SavedAnswer(LookupState.FOUND, "api.example", "clerk-7", MOMENT)
    result = verify_corporate_number(UnverifiedRequest(MIHON.number, brought), stated=STATED, moment=MOMENT, site=port)
    assert stopped(result.report) == ("answer_not_ours", 1)
    assert result.report.state(0) is StepState.DONE
    assert result.report.state(1) is StepState.COULD_NOT_CHECK
    said = result.report.steps[1].reason.en
    assert all(word in said for word in ("clerk-7", "api.example", "2026-11-23T03:00:00+00:00"))
    assert port.asked == []


# --- the declaration --------------------------------------------------------------------------------------------------


def test_every_field_is_accounted_for() -> None:
    """Nothing is read that the account doesn't have, and the reverse."""
    models = (("request", UnverifiedRequest), ("lookup", Lookup), ("company", Company))
    names = {f"{prefix}.{one.name}" for prefix, model in models for one in dataclasses.fields(model)}
    assert ACCOUNT.unaccounted(names) == frozenset()
    assert ACCOUNT.absent(names) == frozenset()


def test_the_steps_are_numbered_as_the_file_says() -> None:
    """The list at the top of ``verify.py`` and the declared steps have the same numbers."""
    listed = [line for line in (verify.__doc__ or "").splitlines() if line.startswith("(")]
    numbers = [int(line[1:].partition(")")[0]) for line in listed]
    assert numbers == [step.number for step in CORPORATE_NUMBER_STEPS.steps]
    assert numbers == [step.number for step in REGISTRY_STEPS.steps]


def test_a_verified_lookup_needs_every_step() -> None:
    """The proof of fewer steps makes none."""
    lookup = answering().lookup

    def verified(*left: int) -> VerifiedLookup:
        walk = Walk(CORPORATE_NUMBER_STEPS)
        for step in CORPORATE_NUMBER_STEPS.steps:
            if step.number in left:
                walk.leave(step.number, Text("しない", "left"))
            else:
                with walk.step(step.number):
                    pass
        proof = walk.proof(*(step.number for step in CORPORATE_NUMBER_STEPS.steps if step.number not in left))
        return VerifiedLookup(lookup, COMPANY, {}, MOMENT, proof)

    assert verified().facts()["from_official_site"] is True
    for left in range(7):
        with pytest.raises(TypeError):
            verified(left)


def test_a_lookup_is_of_one_piece() -> None:
    """A company belongs to what was found, a problem to what couldn't be checked, and a time has an offset."""
    site = Source.CORPORATE_NUMBER_SITE
    with pytest.raises(ValueError, match="a company belongs"):
        Lookup(LookupState.FOUND, site, MOMENT, "x")
    with pytest.raises(ValueError, match="a problem"):
        Lookup(LookupState.COULD_NOT_CHECK, site, MOMENT, "x")
    with pytest.raises(ValueError, match="aware"):
        Lookup(LookupState.NOT_FOUND, site, datetime(2026, 11, 23), "x")  # noqa: DTZ001  the fault under test
