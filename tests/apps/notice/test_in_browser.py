"""The page as a browser shows it: at once, large enough, on a telephone too, and without a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.apps.collector import CHROMIUM
from sekisho.apps.notice.draft import draft
from sekisho.apps.notice.pages import PAGE_EN, PAGE_JA, pages
from tests.apps.notice.town import TODAY, entries, flows, new_one

pytestmark = pytest.mark.chromium

_SMALL = """[...document.querySelectorAll('body *')].filter(each =>
    each.innerText && getComputedStyle(each).fontSize.replace('px', '') < 12).length"""
_OUT = "document.documentElement.scrollWidth > innerWidth"
_FIRST = "document.querySelector('h1').getBoundingClientRect().bottom < innerHeight"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", [PAGE_JA, PAGE_EN])
def test_shown(tmp_path: Path, name: str, width: int) -> None:
    """Letters of 12 pixels or more without doing anything, nothing to scroll sideways, tables still tables to who
    listens, no request but the page itself."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} isn't there: no page is shown (scripts/test installs chromium)")
    from playwright.sync_api import sync_playwright

    document = draft(flows(*new_one()), entries(), on=TODAY)
    for each, data in pages(document).items():
        (tmp_path / each).write_bytes(data)
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        try:
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.on("request", lambda request: asked.append(request.url))
            page.goto((tmp_path / name).as_uri())
            assert page.evaluate(_SMALL) == 0
            assert not page.evaluate(_OUT)
            assert page.evaluate(_FIRST)
            header = page.get_by_role("rowheader").first.bounding_box()
            assert header is not None
            assert header["width"] > 200
            assert page.get_by_role("table").count() == 2
            assert page.get_by_role("rowheader").count() == len(document.rows) + len(document.stops) + 1
        finally:
            browser.close()
    assert asked == [(tmp_path / name).as_uri()]
