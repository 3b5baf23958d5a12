"""Which pages are visited, how notices are reached, and what a plan refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.apps.collector import AddressRefused, BrowserMissing, FixedResolver, NoResolver, Plan, PlanRefused, collect
from sekisho.apps.collector.crawl import Frontier, Link
from sekisho.apps.collector.notice import Looked, notices, promised
from sekisho.apps.collector.plan import Timing
from sekisho.apps.evidence import Consent

SITE = "https://www.a.example/"


def _links(*paths: str) -> tuple[Link, ...]:
    return tuple(Link(each if ":" in each else f"{SITE}{each}", "", 16, True) for each in paths)


def test_a_page_of_each_kind_comes_before_a_second_of_any() -> None:
    """Five news items don't keep the form from being visited; the order is that of the links."""
    frontier = Frontier(Plan(address=SITE, max_pages=4))
    assert frontier.next() == SITE
    frontier.add(_links("news/1", "news/2#x", "news/3", "contact", "contact"))
    assert [frontier.next() for _ in range(4)] == [f"{SITE}news/1", f"{SITE}contact", f"{SITE}news/2", None]


def test_only_pages_of_the_operator_are_followed() -> None:
    """Other people's pages, files, other schemes and ways out of a session aren't; an own second domain is."""
    frontier = Frontier(Plan(address=SITE, own_hosts=("b.example",), max_pages=9))
    frontier.next()
    frontier.add((*_links("x.pdf", "logout", "https://c.example/", "mailto:a@b.example", "https://m.b.example/"),
                  Link(f"{SITE}bye", "退会する", 16, True)))  # fmt: skip
    assert (frontier.next(), frontier.next()) == ("https://m.b.example/", None)


def _page(path: str, title: str, links: tuple[tuple[str, str], ...], text: str = "") -> Looked:
    return Looked(f"{SITE}{path}", title, (), text, {16.0: 900, 10.0: 40, 8.0: 3}, "ja",
                  tuple(Link(f"{SITE}{to}", words, 12, True) for to, words in links))  # fmt: skip


def test_clicks_are_counted_along_words_that_promise_a_notice() -> None:
    """A notice behind a policy is two clicks away; from the policy one; a page without a way has none."""
    pages = (
        _page("", "店", (("privacy", "プライバシーポリシー"), ("news", "お知らせ"))),
        _page("news", "お知らせ", ()),
        _page("privacy", "プライバシーポリシー", (("ext", "外部送信について"),)),
        _page("ext", "外部送信について", (), "送信先 利用目的"),
    )
    (found,) = notices(pages, [each.address for each in pages])
    assert [clicks for _, clicks in found.clicks] == [2, None, 1, 0]
    assert (found.link_words, found.link_px, found.body_px, found.smallest_px) == ("外部送信について", 12, 16.0, 10.0)
    assert promised(pages) == (f"{SITE}ext", f"{SITE}privacy")


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "chrome://crash", "https://", "ftp://a.example/", "http://[::"])
def test_what_is_no_site_is_refused(address: str) -> None:
    """Only http and https with a host are visited."""
    with pytest.raises(AddressRefused):
        Plan(address=address)


def test_a_plan_that_cannot_be_meant_is_refused() -> None:
    """No pages, endless waits and an unknown state are refused by name."""
    with pytest.raises(PlanRefused, match="max_pages"):
        Plan(address=SITE, max_pages=0)
    with pytest.raises(PlanRefused, match="settle_s"):
        Plan(address=SITE, timing=Timing(settle_s=1e9))
    with pytest.raises(PlanRefused, match="states"):
        Plan(address=SITE, states=(Consent.UNKNOWN,))


def test_a_missing_browser_says_what_to_install(tmp_path: Path) -> None:
    """Where there is no browser, the error says so in both languages."""
    with pytest.raises(BrowserMissing) as refused:
        collect(Plan(address=SITE, chromium=tmp_path / "chromium", states=(Consent.BEFORE,)))
    assert "apt install chromium" in refused.value.sentence("ja")


def test_resolvers_know_what_they_were_told() -> None:
    """A list answers for its hosts, nothing for others; without a resolver nothing is known."""
    assert FixedResolver({"m.a.example": ("x.b.example",)}).aliases("m.a.example") == ("x.b.example",)
    assert FixedResolver({}).aliases("m.a.example") == ()
    assert NoResolver().aliases("m.a.example") is None
