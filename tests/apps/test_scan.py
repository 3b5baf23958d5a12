"""One scan put together and judged: what is known, what isn't, and that nothing is right from what wasn't seen."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Consent, Grade, NotMeasured, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.facts_of import Material, facts_of, mediums_of, with_state
from sekisho.apps.flows import flows_of
from sekisho.apps.law.facts import Inapplicable, Known, Medium, Notice, Unmeasured
from sekisho.apps.law.questions import Answer, Answers
from sekisho.apps.notices import notice_of
from sekisho.apps.recipients import shipped
from sekisho.apps.reconcile.origin import Origin
from sekisho.apps.scan import scan
from sekisho.apps.service import packed

ON = date(2026, 11, 24)
GAP = NotMeasured(place=Place(path="x"), reason="har_cut_off", ja="切れている。", en="It is cut off.")


def reading(kind: TargetKind, *pieces: Piece, gaps: tuple[NotMeasured, ...] = (), name: str = "") -> Reading:
    """A reading of one target."""
    target = Target(name=name or f"a.{kind.value}", sha256="00", kind=kind)
    return Reading(target=target, pieces=pieces, not_measured=gaps)


def sent(host: str = "tr.line.me", information: str | None = "cookie_id") -> Piece:
    """Something seen on its way."""
    place = Place(path="request 1, header cookie")
    return Piece(grade=Grade.OBSERVED, place=place, host=host, information=information)


def embedded(mark: str = "com.google.android.gms.ads") -> Piece:
    """A module's mark in an app's file."""
    return Piece(grade=Grade.EMBEDDED, place=Place(path="classes.dex"), signature=mark)


def judged(*readings: Reading, answers: Answers | None = None, **more: object) -> dict[str, str]:
    """Each item's verdict, by item and aspect."""
    material = Material(service="x", readings=readings, **more)  # type: ignore[arg-type]  # fields by name
    made = scan(material, answers=answers or Answers(), on=ON)
    return {f"{each.item}/{each.aspect}".rstrip("/"): each.verdict.value for each in made.findings}


def test_what_a_service_is_judged_as() -> None:
    """An app where something of one is there, a site where it was visited; recordings go with what is there."""

    def mediums(*kinds: TargetKind, origin: Origin | None = None) -> tuple[Medium, ...]:
        readings = tuple(reading(kind) for kind in kinds)
        told = {} if origin is None else {each.target.name: origin for each in readings}
        return mediums_of(Material(service="x", readings=readings, origins=told))

    assert mediums(TargetKind.ANDROID, TargetKind.HAR) == (Medium.APP,)
    assert mediums(TargetKind.WEB, TargetKind.HAR) == (Medium.WEB,)
    assert mediums(TargetKind.IOS, TargetKind.WEB) == (Medium.APP, Medium.WEB)
    assert mediums(TargetKind.HAR) == (Medium.WEB,)
    assert mediums(TargetKind.HAR, origin=Origin.ANDROID) == (Medium.APP,)
    assert mediums(TargetKind.FLOWS) == (Medium.APP,)


def test_a_visited_site_is_no_traffic_of_the_app() -> None:
    """Beside an app's file, what the site sends is the site's: of the app nothing that is sent was measured."""
    both = (reading(TargetKind.ANDROID, embedded()), reading(TargetKind.WEB, sent()))
    material = Material(service="x", readings=both)
    flows = flows_of(material.readings, shipped(), ())
    app, web = (facts_of(material, flows, medium) for medium in (Medium.APP, Medium.WEB))
    assert isinstance(app.sendings, Unmeasured)
    assert app.sendings.reason == "no_traffic"
    assert isinstance(web.sendings, Known)
    assert [each.recipient for each in web.sendings.value] == ["line-tag"]
    assert isinstance(web.embedded, Inapplicable)


def test_places_name_their_target() -> None:
    """Of several targets, evidence says in which one it stands."""
    made = scan(Material(service="x", readings=(reading(TargetKind.HAR, sent(), name="a.har"),)),
                answers=Answers(), on=ON)  # fmt: skip
    places = {place.path for each in made.findings for place in each.evidence}
    assert "a.har: request 1, header cookie" in places


def test_only_a_hosts_name_is_not_what_was_sent() -> None:
    """From a packet capture of encrypted traffic it isn't known what was sent, although the address always is."""
    material = Material(service="x", readings=(reading(TargetKind.PCAP, sent(information="ip_address")),))
    (medium,) = mediums_of(material)
    facts = facts_of(material, flows_of(material.readings, shipped(), ()), medium)
    assert isinstance(facts.sendings, Known)
    assert facts.sendings.value[0].information == frozenset()


def test_a_cut_recording_is_not_the_whole() -> None:
    """What stands before the break counts; the extent of the scan is said to be broken."""
    whole = with_state(reading(TargetKind.HAR, sent()), Consent.BEFORE)
    cut = reading(TargetKind.HAR, gaps=(GAP,), name="cut.har")
    material = Material(service="x", readings=(whole, cut))
    facts = facts_of(material, flows_of(material.readings, shipped(), ()), Medium.WEB)
    assert isinstance(facts.coverage, Known)
    assert (facts.coverage.value.states, facts.coverage.value.blocked) == (frozenset({Consent.BEFORE}), ("cut.har",))
    alone = Material(service="x", readings=(cut,))
    assert facts_of(alone, (), Medium.WEB).sendings == Unmeasured.of(GAP)


def test_a_program_that_was_not_read_whole_lists_no_modules() -> None:
    """Of an app whose code couldn't be read, neither that nothing is in it nor that all of it is known is said."""
    material = Material(service="x", readings=(reading(TargetKind.ANDROID, embedded(), gaps=(GAP,)),))
    facts = facts_of(material, flows_of(material.readings, shipped(), ()), Medium.APP)
    assert facts.embedded == Unmeasured.of(GAP)


def test_one_unread_page_leaves_the_others_open() -> None:
    """Rows of two pages are one notice; with a page that nobody could read, nothing is missing for certain."""
    read, unread = Known(Notice(japanese=True, jargon=("SDK",))), Unmeasured.of(GAP)
    both = notice_of([read, Known(Notice(japanese=True)), unread])
    assert isinstance(both, Known)
    assert (both.value.read_whole, both.value.japanese, both.value.jargon) == (False, True, ("SDK",))
    assert notice_of([unread]) == unread


def test_the_same_input_gives_the_same_document() -> None:
    """In whatever order targets are read, what goes to whom is the same; the document's bytes are the same again."""
    readings = (reading(TargetKind.ANDROID, embedded()), reading(TargetKind.HAR, sent(), sent("unknown.example")))
    one, again = (scan(Material(service="x", readings=readings), answers=Answers(), on=ON) for _ in range(2))
    assert packed(one.as_document()) == packed(again.as_document())
    turned = scan(Material(service="x", readings=readings[::-1]), answers=Answers(), on=ON)
    assert (turned.flows, turned.receivers) == (one.flows, one.receivers)


_KINDS = st.sampled_from([TargetKind.ANDROID, TargetKind.IOS, TargetKind.HAR, TargetKind.WEB, TargetKind.PCAP,
                          TargetKind.FLOWS, TargetKind.PLAY_DATA_SAFETY, TargetKind.POLICY])  # fmt: skip
_YES = Answers([Answer(question="covered", value="yes", who="甲", on=ON, evidence=("ab" * 32,)),
                Answer(question="inventory_confirmed", value="yes", who="甲", on=ON, evidence=("ab" * 32,)),
                Answer(question="basis", value="publication", who="甲", on=ON)])  # fmt: skip


@given(st.lists(st.tuples(_KINDS, st.booleans(), st.booleans()), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_nothing_about_what_is_sent_is_right_without_a_notice(given_: list[tuple[TargetKind, bool, bool]]) -> None:
    """Whatever mix of targets, empty or broken: what the law asks of a notice is never found right from absence."""
    readings = tuple(
        reading(kind, *((sent(),) if full else ()), gaps=(GAP,) if broken else (), name=f"{number}")
        for number, (kind, full, broken) in enumerate(given_)
    )
    found = judged(*readings, answers=_YES)
    asked = {item: verdict for item, verdict in found.items() if item.partition("/")[0] not in {"ETR-01", "ETR-19"}}
    assert {"compliant"}.isdisjoint({verdict for item, verdict in asked.items() if item.startswith("ETR-")})
