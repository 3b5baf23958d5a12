"""What a visit says on notice, choice and coverage; the simulated browser behind the same port."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sekisho.apps.collector import Observed, Plan
from sekisho.apps.collector.lexicon import Meaning
from sekisho.apps.collector.observed import BannerSeen, ButtonSeen, NoticeSeen, PageSeen
from sekisho.apps.collector.unmeasured import unmeasured
from sekisho.apps.errors import TargetRefused, TargetUnknown
from sekisho.apps.evidence import Consent, Place
from sekisho.apps.facts_of_visit import choice_of, coverage_of, display_of, reach_of
from sekisho.apps.law.facts import Choice, Coverage, Display, Known, Reach, Unmeasured
from sekisho.apps.looking import Asked, look
from sekisho.apps.traffic import Request
from sekisho.apps.visiting import SimulatedBrowser, Site, WebPages

HOME = "https://shop.example/"


def button(meaning: Meaning, *, steps: int = 1, area: float = 1000.0) -> ButtonSeen:
    """A banner's button."""
    return ButtonSeen(meaning=meaning, words="x", steps=steps, area=area, px=14, contrast=5)


def with_banner(*buttons: ButtonSeen) -> list[Observed]:
    """What was seen of a banner with these buttons."""
    return [Observed(banners=(BannerSeen(page=HOME, text="x", buttons=buttons),))]


def notice(clicks: int | None, px: float = 14.0) -> NoticeSeen:
    """A notice, so many presses from the first page."""
    return NoticeSeen(address=f"{HOME}external", title="外部送信", clicks=((HOME, clicks),), link_words="", link_px=0,
                      body_px=px, smallest_px=px, language="ja", html="")  # fmt: skip


def page(consent: Consent) -> PageSeen:
    """A page that was looked at in a state."""
    return PageSeen(address=HOME, consent=consent, title="", status=200, settled=True, waited_s=1, requests=1)


def test_the_share_of_the_refusals_button() -> None:
    """The collector tells the acceptance's area over the refusal's; the law is asked about the other way round."""
    found = choice_of(with_banner(button(Meaning.ACCEPT, area=4000), button(Meaning.REJECT, area=1000)))
    assert isinstance(found, Known)
    assert found.value == Choice(accept_steps=1, reject_steps=1, area_ratio=0.25)


def test_a_way_to_refuse_may_lie_behind_any_unclear_button() -> None:
    """Without a plain refusal nothing is concluded, unless every button plainly accepts."""
    assert isinstance(choice_of(with_banner(button(Meaning.ACCEPT), button(Meaning.SETTINGS))), Unmeasured)
    assert isinstance(choice_of(with_banner(button(Meaning.UNCLEAR))), Unmeasured)
    only = choice_of(with_banner(button(Meaning.ACCEPT)))
    assert isinstance(only, Known)
    assert only.value.reject_steps is None
    assert isinstance(choice_of([Observed()]), Unmeasured)


def test_the_hardest_banner_counts() -> None:
    """Of several pages, the banner on which refusing takes most is the choice that is judged."""
    easy = with_banner(button(Meaning.ACCEPT), button(Meaning.REJECT))
    hard = with_banner(button(Meaning.ACCEPT), button(Meaning.NECESSARY, steps=3))
    found = choice_of([*easy, *hard])
    assert isinstance(found, Known)
    assert found.value.reject_steps == 3


def test_ways_to_a_notice_are_never_a_complete_search() -> None:
    """No way found by words is told as such and not as whole; the notice itself is no press away from itself."""
    found = reach_of([Observed(notices=(notice(None),))])
    assert isinstance(found, Known)
    assert set(found.value) == {Reach(page=HOME, clicks=None), Reach(page=f"{HOME}external", clicks=0)}
    assert isinstance(reach_of([Observed()]), Unmeasured)
    both = reach_of([Observed(notices=(notice(None), replace(notice(2), address=f"{HOME}b")))])
    assert isinstance(both, Known)
    assert Reach(page=HOME, clicks=2) in both.value


def test_letters_that_could_not_be_measured() -> None:
    """The smallest letters count; a page without measurable letters isn't measured."""
    assert display_of([Observed(notices=(notice(1, 9.0), notice(1, 14.0)))]) == Known(
        Display(font_px=9.0), (Place(path=f"{HOME}external"),)
    )
    assert isinstance(display_of([Observed(notices=(notice(1, 0.0),))]), Unmeasured)


def test_a_state_that_was_not_reached_is_no_state() -> None:
    """A state without its choice made, and a page not looked at to its end, are told; asides aren't."""
    observed = Observed(pages=(page(Consent.BEFORE), page(Consent.REJECTED)))
    gaps = [
        unmeasured("no_way", page=HOME, consent=Consent.REJECTED),
        unmeasured("never_settled", page=f"{HOME}a", consent=Consent.BEFORE),
        unmeasured("worker_unwatched", page=f"{HOME}b", consent=Consent.BEFORE),
    ]
    assert coverage_of(observed, gaps) == Coverage(states=frozenset({Consent.BEFORE}), blocked=(f"{HOME}a",))


def test_a_simulated_site_is_scanned_as_a_real_one() -> None:
    """The port's other side: what the site sends in the states asked for; an unknown address can't be opened."""
    request = Request(number=1, url="https://tr.line.me/x", host="tr.line.me", consent=Consent.BEFORE, page=HOME)
    browser = SimulatedBrowser({HOME: Site(requests=(request,), observed=Observed(pages=(page(Consent.BEFORE),)))})
    found = look(Asked(service="x", targets=(HOME,)), collector=browser, pages=WebPages())
    assert [each.host for each in found.readings[0].pieces] == ["tr.line.me"]
    assert isinstance(found.notice, Unmeasured)
    assert found.notice.reason == "notice_not_found"
    assert found.own_hosts == ("shop.example",)
    missing = browser.visit(Plan(address="https://elsewhere.example/"))
    assert {each.reason for each in missing.reading.not_measured} == {"navigation_failed"}


def test_what_cannot_be_opened_or_told_refuses_everything(tmp_path: object) -> None:
    """Before anything is read or visited: a file that isn't there, and one of no known kind."""
    browser = SimulatedBrowser({})
    with pytest.raises(TargetRefused):
        look(Asked(service="x", targets=("/nowhere/x.apk",)), collector=browser, pages=WebPages())
    odd = f"{tmp_path}/odd.bin"
    with open(odd, "wb") as file:  # noqa: PTH123  a name as somebody types it
        file.write(b"\x7fELF")
    with pytest.raises(TargetUnknown):
        look(Asked(service="x", targets=(odd,)), collector=browser, pages=WebPages())
