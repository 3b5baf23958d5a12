"""A notice's rows meet the flows: by the company's name, by names that nobody could match, by what is only written."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.apps.evidence import Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.facts_of import Material, facts_of
from sekisho.apps.flows import flows_of
from sekisho.apps.law.facts import Known, Medium, Notice, NoticeRow, Stated
from sekisho.apps.law.questions import Answer, Answers
from sekisho.apps.law.verdicts import Finding
from sekisho.apps.recipients import shipped
from sekisho.apps.reconcile.compare import compare
from sekisho.apps.scan import Scan, scan
from sekisho.apps.youth.facts import YouthFacts
from sekisho.apps.youth_of import youth_of

ON = date(2026, 11, 24)
SHA = "ab" * 32
ANSWERS = Answers([Answer(question="covered", value="yes", who="甲", on=ON, evidence=(SHA,)),
                   Answer(question="inventory_confirmed", value="yes", who="甲", on=ON, evidence=(SHA,)),
                   Answer(question="basis", value="publication", who="甲", on=ON)])  # fmt: skip
OF_ROWS = ("ETR-03", "ETR-04", "ETR-05", "ETR-06")


def row(recipient: str, *information: str) -> NoticeRow:
    """A row in clear words."""
    return NoticeRow(recipient=recipient, handler=Stated.CLEAR, information=frozenset(information),
                     information_stated=Stated.CLEAR, sender_purpose=Stated.CLEAR, recipient_purpose=Stated.CLEAR,
                     purposes=frozenset({"analytics"}))  # fmt: skip


def sent(host: str, *information: str) -> Reading:
    """A recording in which this host got this."""
    pieces = tuple(
        Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host=host, information=each) for each in information
    )
    return Reading(target=Target(name="a.har", sha256="00", kind=TargetKind.HAR), pieces=pieces)


def in_file(*pieces: Piece) -> Reading:
    """An app's file with these in it."""
    return Reading(target=Target(name="a.apk", sha256="00", kind=TargetKind.ANDROID), pieces=pieces)


def written(host: str) -> Piece:
    """A host's name among the strings of an app's code."""
    return Piece(grade=Grade.EMBEDDED, place=Place(path="classes.dex", offset=7), host=host)


def judged(*readings: Reading, rows: tuple[NoticeRow, ...], whole: bool = True) -> Scan:
    """The scan beside a notice of these rows."""
    notice = Known(Notice(rows=rows, read_whole=whole, japanese=True))
    return scan(Material(service="x", readings=readings, notice=notice), answers=ANSWERS, on=ON)


def finding(made: Scan, item: str) -> Finding:
    """The finding on one item."""
    (found,) = [each for each in made.findings if each.item == item]
    return found


@pytest.mark.parametrize("name", ["Google LLC", "グーグル合同会社"])
def test_a_company_that_is_named_is_told_of_its_services(name: str) -> None:
    """A row on the company is the row on a service of it that is sent to: nothing of it is said to be missing."""
    made = judged(sent("www.google-analytics.com", "cookie_id"), rows=(row(name, "cookie_id"),))
    assert [finding(made, item).verdict.value for item in OF_ROWS] == ["compliant"] * 4
    assert not any("欄がない" in why.ja or "公表・通知にない" in why.ja for each in made.findings for why in each.why)


def test_several_rows_of_a_company_are_told_together() -> None:
    """What any row on the company tells of its services is told; what none tells is missing still."""
    rows = (row("Google LLC", "cookie_id"), row("グーグル合同会社", "page_viewed"))
    one = judged(sent("www.google-analytics.com", "cookie_id", "page_viewed"), rows=rows)
    assert finding(one, "ETR-03").verdict.value == "compliant"
    more = judged(sent("www.google-analytics.com", "cookie_id", "email"), rows=rows)
    assert finding(more, "ETR-03").verdict.value == "not_compliant"


def test_a_wider_word_is_for_a_person() -> None:
    """An identifier of another kind may be what the notice's word means: somebody must see, as with the reconciler."""
    made = judged(sent("www.google-analytics.com", "device_id"), rows=(row("Google LLC", "cookie_id"),))
    found = finding(made, "ETR-03")
    assert found.verdict.value == "to_confirm"
    assert "より広い言葉" in found.why[0].ja


def test_a_name_that_matched_nobody_may_be_an_unknown_domain() -> None:
    """Of a domain that nobody knows nothing is said to be missing while the notice has a name that nobody could
    match; the finding names both. Without such a name, and of a company that is known, it is missing."""
    unknown = sent("collect.kakuu-bunseki.example", "cookie_id")
    open_ = judged(unknown, rows=(row("架空分析株式会社", "cookie_id"),))
    for item in OF_ROWS:
        found = finding(open_, item)
        assert found.verdict.value == "to_confirm"
        assert any("架空分析株式会社" in why.ja for why in found.why)
        assert any("kakuu-bunseki" in step.ja for step in found.next_step)
    # In how many states it was measured isn't known here, so the list is open anyway; its reason is the names.
    assert any("照合できない名" in why.ja for why in finding(open_, "ETR-02").why)
    named = judged(unknown, rows=(row("google-analytics", "cookie_id"),))
    assert finding(named, "ETR-03").verdict.value == "not_compliant"
    known = judged(sent("www.google-analytics.com", "cookie_id"), rows=(row("架空分析株式会社", "cookie_id"),))
    assert finding(known, "ETR-03").verdict.value == "not_compliant"


def test_only_the_known_ones_are_said_to_be_missing() -> None:
    """Of two that aren't told, the one whose company is known is named as missing, the unknown domain isn't."""
    both = Reading(
        target=Target(name="a.har", sha256="00", kind=TargetKind.HAR),
        pieces=(*sent("www.google-analytics.com", "cookie_id").pieces,
                *sent("collect.kakuu-bunseki.example", "cookie_id").pieces),
    )  # fmt: skip
    made = judged(both, rows=(row("架空分析株式会社", "cookie_id"),))
    missing = [why.ja for why in finding(made, "ETR-02").why if "公表・通知にない" in why.ja]
    assert missing
    assert not any("kakuu-bunseki" in why for why in missing)


def test_a_host_that_is_written_in_a_file_is_no_module() -> None:
    """It is shown, as what it is: neither among the modules, nor wrong, nor a reason to find an ads module in an app
    for children."""
    made = judged(in_file(written("googleads.g.doubleclick.net"), written("cdn.example")), rows=(row("Google LLC"),))
    assert {each.only_written for each in made.receivers} == {True}
    assert compare(made.flows, made.readings).rows == ()
    assert {"host_written", "embedded_told"} >= {reason.value for each in made.reconciled for reason in each.reasons
                                                 if each.grade is Grade.EMBEDDED}  # fmt: skip
    assert "not_compliant" not in {each.verdict.value for each in made.findings if each.item == "ETR-02"}
    assert any("書かれているだけ" in why.ja for why in finding(made, "ETR-02").why)
    material = Material(service="x", readings=(in_file(written("googleads.g.doubleclick.net")),))
    youth: YouthFacts = youth_of(material, flows_of(material.readings, shipped(), ()))
    assert youth.ad_modules == Known(())


def test_a_mark_makes_a_module_of_what_was_written() -> None:
    """Where a module's mark is in the file beside its host, the module is what is told, at the mark's place."""
    mark = Piece(grade=Grade.EMBEDDED, place=Place(path="classes2.dex"), signature="com.google.android.gms.ads")
    material = Material(service="x", readings=(in_file(written("googleads.g.doubleclick.net"), mark),))
    facts = facts_of(material, flows_of(material.readings, shipped(), ()), Medium.APP)
    assert isinstance(facts.embedded, Known)
    marks = [each for each in facts.embedded.value if not each.only_written]
    assert [each.place.path for each in marks] == ["a.apk: classes2.dex"]
