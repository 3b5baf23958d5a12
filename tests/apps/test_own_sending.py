"""Exemption 2: what goes to the operator's own equipment is judged only where somebody relies on it for that."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from sekisho.apps.collector import Collected, Observed
from sekisho.apps.collector.observed import PageSeen
from sekisho.apps.evidence import Consent, Reading, Target, TargetKind
from sekisho.apps.facts_of import Material
from sekisho.apps.law.facts import Known, Unmeasured
from sekisho.apps.law.questions import Answer, Answers
from sekisho.apps.looking import Asked, look
from sekisho.apps.own_sending import own_sendings
from sekisho.apps.scan import Scan, scan
from sekisho.apps.traffic import Request, pieces_of
from sekisho.apps.visiting import SimulatedBrowser, WebPages

ON = date(2026, 11, 24)
HOME, OWN = "https://shop.example/", "shop.example"
ID = "a8f3c2e19b7d4f60"
SHA = "ab" * 32


def request(number: int, host: str, *, cookie: str = "", url: str = "", **more: object) -> Request:
    """A request of the site."""
    headers = (("Cookie", f"sid={cookie}"),) if cookie else ()
    return Request(number=number, url=url or f"https://{host}/", host=host, headers=headers, page=HOME,
                   consent=Consent.BEFORE, **more)  # type: ignore[arg-type]  # fields by name


def visit(*requests: Request) -> Collected:
    """A visit with these requests."""
    page = PageSeen(address=HOME, consent=Consent.BEFORE, title="", status=200, settled=True, waited_s=1, requests=1)
    reading = Reading(target=Target(name=HOME, sha256="", kind=TargetKind.WEB), pieces=pieces_of(requests, (OWN,)))
    return Collected(requests=requests, observed=Observed(pages=(page,)), reading=reading, honey=None)


def judged(one: Collected, *, relied: bool = True) -> Scan:
    """The scan, with or without an answer that exemption 2 is relied on for the own host."""
    answers = [Answer(question="covered", value="yes", who="甲", on=ON, evidence=(SHA,))]
    if relied:
        answers.append(Answer(question="basis", value="own_identifier", who="甲", on=ON, recipient=OWN))
    material = Material(service="x", readings=(one.reading,), visits=(one,), own_hosts=(OWN,))
    return scan(material, answers=Answers(answers), on=ON)


def verdict(made: Scan, item: str) -> str:
    """The verdict on one item."""
    (found,) = [each for each in made.findings if each.item == item]
    return str(found.verdict.value)


def test_an_own_host_is_no_recipient_until_exemption_2_is_relied_on() -> None:
    """Without the answer nothing is asked about the own host; with it, the exemption is judged for it alone."""
    only_own = visit(request(1, OWN, cookie=ID), request(2, "www.google-analytics.com"))
    assert verdict(judged(only_own, relied=False), "ETR-13") == "to_confirm"
    made = judged(only_own)
    assert OWN not in {each.key for each in made.receivers}
    assert verdict(made, "ETR-13") != "not_applicable"


def test_the_same_identifier_elsewhere() -> None:
    """A value that somebody else gets too, in whatever of the known encodings, is no identifier for oneself."""
    there = visit(request(1, OWN, cookie=ID), request(2, "x.vendor.example", url=f"https://x.vendor.example/?u={ID}"))
    (one,) = own_sendings({}, [there], (OWN,), frozenset({OWN}))
    assert isinstance(one.identifier_elsewhere, Known)
    assert one.identifier_elsewhere.value is True
    assert one.identifier_elsewhere.places[0].path.startswith(f"{HOME}: request 2")
    assert verdict(judged(there), "ETR-13") == "not_compliant"


def test_nowhere_else_is_said_only_of_what_was_seen_whole() -> None:
    """Not found in requests that were seen whole; not known where a body wasn't, or where no identifier was there."""
    first = request(1, OWN, cookie=ID)
    whole = own_sendings({}, [visit(first, request(2, "x.vendor.example"))], (OWN,), frozenset({OWN}))[0]
    assert whole.identifier_elsewhere == Known(False)
    cut = own_sendings({}, [visit(first, request(2, "x.vendor.example", body_whole=False))], (OWN,), frozenset({OWN}))
    assert isinstance(cut[0].identifier_elsewhere, Unmeasured)
    none = own_sendings({}, [visit(request(1, OWN))], (OWN,), frozenset({OWN}))[0]
    assert isinstance(none.identifier_elsewhere, Unmeasured)


def test_an_own_name_for_somebody_elses_equipment() -> None:
    """A name that is an alias (CNAME) of another company isn't the operator's own equipment."""
    aliased = visit(request(1, f"metrics.{OWN}", cookie=ID, cname=("collect.vendor.example",)))
    (one,) = own_sendings({}, [aliased], (OWN,), frozenset({OWN}))
    assert one.alias_of == "collect.vendor.example"
    assert verdict(judged(aliased), "ETR-13") == "not_compliant"


def test_a_recording_to_own_hosts(tmp_path: Path) -> None:
    """A recording shows that own hosts get an identifier, and not whether somebody else gets the same one."""
    entry = {"startedDateTime": "2026-11-24T00:00:00Z", "response": {"status": 200, "headers": []},
             "request": {"method": "GET", "url": f"{HOME}x",
                         "headers": [{"name": "Cookie", "value": f"sid={ID}"}]}}  # fmt: skip
    (tmp_path / "a.har").write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    asked = Asked(service="x", targets=(str(tmp_path / "a.har"),), own_hosts=(OWN,))
    material = look(asked, collector=SimulatedBrowser({}), pages=WebPages())
    (one,) = own_sendings(material.to_own, (), (OWN,), frozenset({OWN}))
    assert "cookie_id" in one.information
    assert isinstance(one.identifier_elsewhere, Unmeasured)
    answers = Answers([Answer(question="covered", value="yes", who="甲", on=ON, evidence=(SHA,)),
                       Answer(question="basis", value="own_identifier", who="甲", on=ON, recipient=OWN)])  # fmt: skip
    assert verdict(scan(material, answers=answers, on=ON), "ETR-13") == "not_measured"
    assert verdict(scan(material, answers=Answers(), on=ON), "ETR-13") != "compliant"
