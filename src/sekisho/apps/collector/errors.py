"""What a visit of a site is refused for before it begins. What a site does during a visit is never an error.

::

    SekishoError
    ├── InputRefused
    │   ├── AddressRefused      it isn't the address of a site
    │   └── PlanRefused         a number of the plan can't be meant
    └── Unavailable
        ├── PlaywrightMissing   the package that drives the browser isn't installed
        └── BrowserMissing      the browser isn't there or doesn't start
"""

from __future__ import annotations

from sekisho.errors import InputRefused, Unavailable


class AddressRefused(InputRefused):
    """Not the address of a site: only http and https with a host are visited. Fields: ``address``."""

    reason = "collector_address_refused"
    http_status = 422
    ja = "「{address}」は訪問できません。https:// または http:// で始まるサイトのアドレスを指定してください。"
    en = "{address!r} can't be visited. Give a site's address that begins with https:// or http://."


class PlanRefused(InputRefused):
    """A setting of the visit is outside of what can be meant. Fields: ``name``, ``value``."""

    reason = "collector_plan_refused"
    http_status = 422
    ja = "設定「{name}」の値{value}は使えません。docs/apps/collector.mdの範囲で指定してください。"
    en = "The setting {name!r} can't be {value}. Choose a value within the range in docs/apps/collector.md."


class PlaywrightMissing(Unavailable):
    """The Python package Playwright isn't installed."""

    reason = "collector_playwright_missing"
    ja = "サイトを訪問する部品（Playwright）が入っていません。「pip install sekisho[web]」で入れてください。"
    en = "The part that visits sites (Playwright) isn't installed. Install it with 'pip install sekisho[web]'."


class BrowserMissing(Unavailable):
    """Chromium isn't where it was said to be, or doesn't start. Fields: ``path``, ``detail``."""

    reason = "collector_browser_missing"
    ja = (
        "ブラウザ「{path}」を起動できません（{detail}）。Chromiumを入れるか（Debian: apt install chromium）、"
        "場所を指定してください。"
    )
    en = (
        "The browser {path!r} doesn't start ({detail}). Install Chromium (Debian: apt install chromium), "
        "or say where it is."
    )
