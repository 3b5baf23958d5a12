"""What is new in a scan against an earlier one, and what is never said to be gone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sekisho.apps.changes import Change, ChangeKind, baseline_of, changes
from sekisho.apps.errors import BaselineRefused
from sekisho.apps.evidence import Consent, Grade, NotMeasured, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.facts_of import Material
from sekisho.apps.law.questions import Answers
from sekisho.apps.scan import scan

GAP = NotMeasured(place=Place(path="x"), reason="har_cut_off", ja="x", en="x")


def document(*pieces: Piece, kind: TargetKind = TargetKind.HAR, gaps: tuple[NotMeasured, ...] = ()) -> dict[str, Any]:
    """A scan's document."""
    read = Reading(target=Target(name="a", sha256="00", kind=kind), pieces=pieces, not_measured=gaps)
    material = Material(service="x", readings=(read,), own_hosts=("own.example",))
    return scan(material, answers=Answers(), on=date(2026, 11, 24)).as_document()


def piece(host: str, information: str | None = None, grade: Grade = Grade.OBSERVED, purpose: str | None = None,
          company: str | None = None, mark: str | None = None) -> Piece:  # fmt: skip
    """A piece of evidence."""
    return Piece(grade=grade, place=Place(path="request 1"), host=host or None, information=information,
                 purpose=purpose, company=company, signature=mark, consent=Consent.BEFORE)  # fmt: skip


def found(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Each change: kind, recipient, what."""
    told = changes(baseline_of(before, "before"), baseline_of(after, "after"))
    return [(each.kind.value, each.recipient, each.what) for each in told]


def test_who_is_new() -> None:
    """A recipient that wasn't there is new; the operator's own host and a row of a policy aren't one."""
    before = document(piece("a.example"))
    after = document(piece("a.example"), piece("b.example"), piece("x.own.example"),
                     piece("", grade=Grade.DECLARED, company="架空分析"))  # fmt: skip
    assert found(before, after) == [("new_recipient", "b.example", "")]
    assert found(after, after) == []


def test_more_of_the_same_recipient() -> None:
    """New information and a new purpose of somebody who was there are told, and are no new recipient."""
    before = document(piece("a.example", "ip_address"))
    after = document(piece("a.example", "ip_address"), piece("a.example", "email", purpose="advertising"))
    assert found(before, after) == [
        ("new_information", "a.example", "email"), ("new_purpose", "a.example", "advertising")
    ]  # fmt: skip


def test_from_the_file_to_the_wire() -> None:
    """What was in the app's file only and is sent to now is told as such."""
    before = document(piece("a.example", grade=Grade.EMBEDDED, mark="a"), kind=TargetKind.ANDROID)
    after = document(piece("a.example"))
    assert found(before, after) == [("now_observed", "a.example", "")]


def test_nothing_is_said_to_be_gone() -> None:
    """What isn't there any more wasn't seen where it was measured as before, and wasn't measured elsewhere."""
    before = document(piece("a.example"), piece("b.example"))
    assert found(before, document(piece("a.example"))) == [("not_seen", "b.example", "")]
    assert found(before, document(piece("a.example"), gaps=(GAP,))) == [("not_measured", "b.example", "")]
    other = document(piece("a.example", grade=Grade.EMBEDDED, mark="a"), kind=TargetKind.ANDROID)
    assert [kind for kind, _, _ in found(before, other)] == ["not_measured"]
    for kind in (ChangeKind.NOT_SEEN, ChangeKind.NOT_MEASURED):
        told = Change(kind=kind, recipient="a", name="A")
        assert "限らない" in told.sentence("ja") or "なくなったのではない" in told.sentence("ja")
        assert "gone" in told.sentence("en")


@pytest.mark.parametrize(
    "given",
    [None, [], {}, {"format": "sekisho/app-scan/1"}, {"format": "other"},
     {"format": "sekisho/app-scan/1", "flows": [{"recipient": 1}], "targets": []},
     {"format": "sekisho/app-scan/1", "flows": 3, "targets": []},
     {"format": "sekisho/app-scan/1", "flows": [None], "targets": []}],
)  # fmt: skip
def test_what_is_no_scan_is_refused(given: Any) -> None:
    """A file that isn't a scan is refused, and isn't taken for one in which nobody receives anything."""
    with pytest.raises(BaselineRefused):
        baseline_of(given, "x.json")


def test_a_host_that_is_only_written_in_a_file_fails_nothing() -> None:
    """A host among an app's strings is told as written there; it becomes a new recipient with a mark or a request."""
    before = document(piece("a.example", grade=Grade.EMBEDDED), kind=TargetKind.ANDROID)
    after = document(piece("a.example", grade=Grade.EMBEDDED), piece("b.example", grade=Grade.EMBEDDED),
                     kind=TargetKind.ANDROID)  # fmt: skip
    assert found(before, after) == [("host_written", "b.example", "")]
    assert found(after, before) == []
    assert found(after, document(piece("b.example"))) == [("new_recipient", "b.example", "")]
