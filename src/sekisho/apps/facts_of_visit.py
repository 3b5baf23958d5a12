"""What a visit of a site says on notice, choice and coverage, as the law asks about it. Pure.

A notice is looked for by the words of links, so what isn't found that way is never said to be absent; a button whose
words aren't plain may be the one that refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from sekisho.apps.collector.lexicon import Meaning
from sekisho.apps.collector.observed import BannerSeen, NoticeSeen, Observed
from sekisho.apps.evidence import Consent, NotMeasured, Place
from sekisho.apps.law.facts import Banner, Choice, Coverage, Display, Fact, Known, Reach, Unmeasured

NOT_MADE: Final = frozenset(
    {"no_banner", "banner_unclear", "no_way", "press_without_effect", "no_opt_out", "state_timeout", "browser_gone",
     "memory_limit"}
)  # fmt: skip
"""Gaps after which a state wasn't reached, or not looked at to its end."""

ASIDE: Final = frozenset(
    {"hook_absent", "hook_replaced", "worker_unwatched", "reports_full", "cname_not_asked", "body_unseen",
     "fields_unclear"}
)  # fmt: skip
"""Gaps that leave open what scripts did or what a request held, not to whom a page sent. All others end the looking at
a page before its end."""

_STATE: Final = re.compile(r"^(.*) \((\w+)\)$", re.DOTALL)
NO_NOTICE: Final = Unmeasured(
    "notice_not_found",
    "リンクの言葉を頼りに探して、公表・通知のページが見つかりません。`--policy` でページを指定してください",
    "No notice was found by the words of links. Name its page with `--policy`",
)
"""Where a site was visited and no notice came to light: looking by words is no complete search."""


def coverage_of(observed: Observed, gaps: Iterable[NotMeasured]) -> Coverage:
    """The states in which pages were looked at, and the pages that weren't looked at to the end."""
    states = {each.consent for each in observed.pages} - {Consent.UNKNOWN}
    blocked: dict[str, None] = {}
    for gap in gaps:
        placed = _STATE.match(gap.place.path)
        page, state = (placed[1], placed[2]) if placed is not None else (gap.place.path, "")
        if gap.reason in NOT_MADE:
            states -= {each for each in states if each.value == state}
        elif gap.reason not in ASIDE:
            blocked.setdefault(page)
    return Coverage(states=frozenset(states), blocked=tuple(blocked))


def _notices(seen: Iterable[Observed]) -> list[NoticeSeen]:
    return [notice for each in seen for notice in each.notices]


def display_of(seen: Sequence[Observed]) -> Fact[Display]:
    """The smallest letters of the notice as it was displayed."""
    found = _notices(seen)
    if not found:
        return NO_NOTICE
    smallest = min(found, key=lambda each: each.smallest_px)
    if smallest.smallest_px <= 0:
        return Unmeasured("no_letters", "公表・通知の文字の大きさが測れません（画像や枠の中かもしれません）",
                          "The size of its letters couldn't be measured (a picture or a frame?)")  # fmt: skip
    return Known(Display(font_px=smallest.smallest_px), (Place(path=smallest.address),))


def reach_of(seen: Sequence[Observed]) -> Fact[tuple[Reach, ...]]:
    """The operations from each page that was visited to the nearest notice; never a complete search."""
    found = _notices(seen)
    if not found:
        return NO_NOTICE
    nearest: dict[str, int | None] = {each.address: 0 for each in found}
    for notice in found:
        for page, clicks in notice.clicks:
            before = nearest.get(page)
            if before is None or (clicks is not None and clicks < before):
                nearest[page] = clicks
    places = tuple(Place(path=each.address) for each in found)
    return Known(tuple(Reach(page=page, clicks=clicks) for page, clicks in nearest.items()), places)


def banner_of(seen: Sequence[Observed]) -> Fact[Banner]:
    """Whether a notification is shown at once and whole: a person reads the banner's text for that."""
    banners = [banner for each in seen for banner in each.banners]
    if not banners:
        return Unmeasured("no_banner", "通知（ポップアップ・バナー）が言葉からは見つかりません",
                          "No notification (pop-up, banner) was found by its words")  # fmt: skip
    return Unmeasured("banner_to_be_read", f"バナー（{banners[0].page}）にすべての事項があるかは、人が読んで確かめます",
                      f"Whether the banner ({banners[0].page}) tells everything is for a person to read")  # fmt: skip


def choice_of(seen: Sequence[Observed]) -> Fact[Choice]:
    """Accepting and refusing on the banner where refusing is hardest; not measured where a button isn't plain."""
    banners = [banner for each in seen for banner in each.banners]
    if not banners:
        return Unmeasured("no_banner", "同意を求めるバナーが、言葉からは見つかりません",
                          "No banner that asks for consent was found by its words")  # fmt: skip
    found: list[tuple[Choice, Place]] = []
    for banner in banners:
        choice = _choice(banner)
        if isinstance(choice, Unmeasured):
            return choice
        found.append((choice, Place(path=f"{banner.page}: banner")))
    worst = max(found, key=lambda each: _hardness(each[0]))
    return Known(worst[0], (worst[1],))


def _hardness(choice: Choice) -> tuple[bool, int, float]:
    return (choice.reject_steps is None, (choice.reject_steps or 0) - choice.accept_steps, -choice.area_ratio)


def _choice(banner: BannerSeen) -> Choice | Unmeasured:
    accept = banner.easiest(Meaning.ACCEPT)
    reject = banner.easiest(Meaning.REJECT, Meaning.NECESSARY)
    unclear = Unmeasured("banner_unclear", f"バナー（{banner.page}）のボタンの意味が、言葉だけでは決まりません",
                         f"What the banner's buttons ({banner.page}) mean isn't plain from their words")  # fmt: skip
    if accept is None:
        return unclear
    if reject is None:
        # A way to refuse may lie behind any button that doesn't plainly accept.
        plain = all(each.meaning is Meaning.ACCEPT for each in banner.buttons)
        return Choice(accept_steps=accept.steps, reject_steps=None, area_ratio=0.0) if plain else unclear
    ratio = banner.area_ratio
    if ratio is None or ratio <= 0:
        return Unmeasured("button_area", f"バナー（{banner.page}）のボタンの大きさが測れません",
                          f"The size of the buttons of the banner ({banner.page}) couldn't be measured")  # fmt: skip
    # The collector has the acceptance's area over the refusal's; the law's fact is the other way round.
    return Choice(accept_steps=accept.steps, reject_steps=reject.steps, area_ratio=1 / ratio)
