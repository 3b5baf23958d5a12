"""The framework: what wasn't done is explained, and facts come only out of a proof."""

from __future__ import annotations

import dataclasses

import pytest

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.steps import (
    EARLIER_FAILED,
    FieldAccount,
    FieldUse,
    Proof,
    Report,
    Step,
    Steps,
    StepState,
    Treatment,
    Walk,
)
from sekisho.engine.facts import Text

STEPS = Steps(
    "made_up", "electronic_signature", tuple(Step(n, Text(f"手順{n}", f"step {n}"), "here") for n in range(1, 4))
)
WHY = Text("鍵がない", "no key")


class _Wrong(EvidenceRefused):
    reason = "made_up_wrong"
    ja = "違います（{what}）。"
    en = "Wrong ({what})."


class _NobodyThere(NotCheckable):
    reason = "made_up_nobody"
    ja = "答えがありません。"
    en = "No answer."


def _refused(walk: Walk, number: int) -> EvidenceRefused:
    with pytest.raises(_Wrong) as caught, walk.step(number):
        raise _Wrong(what="it")
    return caught.value


def test_a_report_lists_what_was_done_and_what_was_not() -> None:
    """Each step has its state and, where it wasn't done, its reason."""
    walk = Walk(STEPS)
    with walk.step(1) as note:
        note.text = Text("二つ", "two")
    walk.leave(2, WHY)
    walk.could_not_check(3, WHY)
    report = walk.report({"signature_valid": True})
    assert [one.state for one in report.steps] == [StepState.DONE, StepState.NOT_DONE, StepState.COULD_NOT_CHECK]
    assert [one.reason for one in report.steps] == [Text("二つ", "two"), WHY, WHY]
    assert report.require_facts() == {"signature_valid": True}


def test_a_failed_step_stops_the_walk_and_names_itself() -> None:
    """The error knows its step, later steps say that an earlier one failed, and there are no facts."""
    walk = Walk(STEPS)
    error = _refused(walk, 1)
    report = walk.refused(error, findings={"revocation": "revoked"})
    assert [one.state for one in report.steps] == [StepState.FAILED, StepState.NOT_DONE, StepState.NOT_DONE]
    assert report.steps[0].error == "made_up_wrong"
    assert report.steps[0].reason == Text("違います（it）。", "Wrong (it).")
    assert report.steps[1].reason == EARLIER_FAILED
    assert report.facts is None
    assert report.as_document()["findings"] == {"revocation": "revoked"}
    assert error.as_document()["step"] == 1
    assert error.sentence("en") == "Step 1: Wrong (it)."
    assert error.sentence("ja") == "手順1: 違います（it）。"
    with pytest.raises(_Wrong):
        report.require_facts()


def test_no_answer_is_neither_done_nor_failed() -> None:
    """An error of the not-checkable family marks its step as could-not-check."""
    walk = Walk(STEPS)
    with pytest.raises(_NobodyThere) as caught, walk.step(1):
        raise _NobodyThere
    report = walk.refused(caught.value)
    assert report.state(1) is StepState.COULD_NOT_CHECK
    assert report.state(2) is StepState.NOT_DONE


def test_a_step_cannot_be_forgotten() -> None:
    """A report with a step neither done nor explained isn't made."""
    walk = Walk(STEPS)
    with walk.step(1):
        pass
    with pytest.raises(ValueError, match=r"\[2, 3\] were neither done nor left"):
        walk.report({})


def test_an_empty_set_of_checks_is_a_failure() -> None:
    """A walk that did nothing has no facts, whatever its reasons."""
    walk = Walk(STEPS)
    for number in (1, 2, 3):
        walk.leave(number, WHY)
    with pytest.raises(ValueError, match="at least one step done"):
        walk.report({})


def test_steps_go_forward_only() -> None:
    """A step after a later one is a mistake of the verifier."""
    walk = Walk(STEPS)
    walk.leave(2, WHY)
    with pytest.raises(ValueError, match="step 1 after step 2"):
        walk.leave(1, WHY)


def test_what_was_left_needs_a_reason_in_both_languages() -> None:
    """An empty reason is no reason."""
    with pytest.raises(ValueError, match="needs a reason"):
        Walk(STEPS).leave(1, Text("鍵がない", ""))
    with pytest.raises(ValueError, match="needs a reason"):
        Walk(STEPS).could_not_check(1, Text("", "no key"))


@pytest.mark.parametrize("facts", [{"colour": "red"}, {"revocation": "fine"}, {"signature_valid": "yes"}])
def test_facts_are_those_of_the_catalogue(facts: dict[str, str]) -> None:
    """A name or value that no rule could read is refused, in facts and in findings."""
    walk = Walk(STEPS)
    for number in (1, 2, 3):
        with walk.step(number):
            pass
    with pytest.raises(ValueError, match=r"electronic_signature\."):
        walk.report(facts)
    failed = Walk(STEPS)
    with pytest.raises(ValueError, match=r"electronic_signature\."):
        failed.refused(_refused(failed, 1), findings=facts)


def test_a_refusal_outside_a_step_is_a_mistake() -> None:
    """Nothing is refused without a step that failed."""
    with pytest.raises(ValueError, match="outside a step"):
        Walk(STEPS).refused(_Wrong(what="it"))


def test_a_report_without_facts_names_its_failure() -> None:
    """A hand-made report that has neither is an error, not an acceptance."""
    with pytest.raises(ValueError, match="names its failure"):
        Report("made_up", "electronic_signature", (), None, ()).require_facts()


def test_only_a_walk_makes_a_proof() -> None:
    """A proof can't be made by hand, nor of a step that wasn't done, nor of nothing."""
    with pytest.raises(TypeError, match="never by hand"):
        Proof("made_up", frozenset({1}), object())
    walk = Walk(STEPS)
    with walk.step(1):
        pass
    walk.leave(2, WHY)
    with pytest.raises(ValueError, match=r"steps \[2\] were not done"):
        walk.proof(1, 2)
    with pytest.raises(ValueError, match="steps none were not done"):
        walk.proof()
    proof = walk.proof(1)
    proof.require("made_up", [1])
    with pytest.raises(TypeError):
        proof.require("made_up", [1, 2])
    with pytest.raises(TypeError):
        proof.require("passport", [1])
    with pytest.raises(TypeError):
        dataclasses.replace(proof, steps=frozenset({1, 2}), issued=None)


def test_steps_are_declared_without_gaps() -> None:
    """A gap, an empty list or an unknown kind of evidence is found when the module is imported."""
    one, three = Step(1, WHY, "here"), Step(3, WHY, "here")
    for steps in ((), (one, three)):
        with pytest.raises(ValueError, match="without gaps"):
            Steps("made_up", "electronic_signature", steps)
    with pytest.raises(ValueError, match="no evidence kind"):
        Steps("made_up", "horoscope", (one,))
    with pytest.raises(KeyError):
        STEPS[4]


def test_every_field_has_one_treatment() -> None:
    """An account knows what it lacks and what is too old; a mistake in it is found at once."""
    uses = (FieldUse("a", Treatment.VERIFIED, 1), FieldUse("b", Treatment.IGNORED, None, "noise"))
    account = FieldAccount(STEPS, uses)
    assert account.unaccounted(["a", "b", "c"]) == {"c"}
    assert account.absent(["a"]) == {"b"}
    with pytest.raises(ValueError, match="twice"):
        FieldAccount(STEPS, (FieldUse("a", Treatment.VERIFIED, 1), FieldUse("a", Treatment.OPTIONAL, 2)))
    with pytest.raises(ValueError, match="nothing is verified"):
        FieldAccount(STEPS, (FieldUse("a", Treatment.OPTIONAL, 1),))
    with pytest.raises(KeyError):
        FieldAccount(STEPS, (FieldUse("a", Treatment.VERIFIED, 9),))
    with pytest.raises(ValueError, match="which step"):
        FieldUse("a", Treatment.VERIFIED)
    with pytest.raises(ValueError, match="why is it ignored"):
        FieldUse("a", Treatment.IGNORED)
