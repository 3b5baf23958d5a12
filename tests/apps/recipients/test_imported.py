"""Lists that may not be given out: read from the operator's own file, asked last, never run as patterns."""

from __future__ import annotations

from datetime import date

import orjson
import pytest

from sekisho.apps.recipients import Found, shipped
from sekisho.apps.recipients.errors import CollectionRefused
from sekisho.apps.recipients.imported import Form, read_collection

DAY = date(2026, 11, 24)
EXODUS = orjson.dumps(
    {
        "trackers": {
            "1": {"name": "Made-up Ads", "code_signature": "com.madeup.ads.|com.madeup.more",
                  "network_signature": "t\\.madeup\\.example|.*\\.any"},
            "2": {"name": "Adjust", "code_signature": "com.adjust.made.up", "network_signature": ""},
            "3": {"name": "Made-up ads", "code_signature": "(a+)+$", "network_signature": "co\\.jp"},
            "4": {"name": "Made up Ads", "code_signature": "com.other.sdk", "network_signature": "NC"},
        }
    }
)  # fmt: skip
DISCONNECT = orjson.dumps(
    {
        "license": "x",
        "categories": {
            "Advertising": [{"Made-up": {"https://madeup.example/": ["a.madeup.example", "co.jp"], "dnt": "eff"}}],
            "Analytics": [{"Made-up": {"https://madeup.example/": ["a.madeup.example", "B.madeup.example"]}}],
        },
    }
)


def test_exodus_is_read_as_beginnings_of_packages_and_domains() -> None:
    """Plain alternatives are taken, anything else is left out and counted; ours keep their row, and go first."""
    read = read_collection(EXODUS, Form.EXODUS, day=DAY)
    assert [(row.service, row.android, row.hosts) for row in read.rows] == [
        ("Made-up Ads", ("com.madeup.ads", "com.madeup.more"), ("*.t.madeup.example",)),
        ("Adjust", ("com.adjust.made.up",), ()),
        ("Made up Ads", ("com.other.sdk",), ()),
    ]
    assert len({row.id for row in read.rows}) == 3
    assert read.left_out == 3
    matcher = shipped().collecting(read).matcher()
    found = {name: matcher.android_class(name) for name in ("com.madeup.ads.View", "com.adjust.made.up.X", "com.mad")}
    ids = {name: each.recipient.id for name, each in found.items() if each is not None}
    assert ids == {"com.madeup.ads.View": "exodus:made-up-ads", "com.adjust.made.up.X": "adjust"}
    assert isinstance(matcher.host("x.t.madeup.example"), Found)


def test_disconnect_is_read_by_owner() -> None:
    """An owner's domains of every category, each once; a public suffix is nobody's."""
    read = read_collection(DISCONNECT, Form.DISCONNECT, day=DAY)
    assert [(row.company.en, row.hosts) for row in read.rows] == [
        ("Made-up", ("*.a.madeup.example", "*.b.madeup.example"))
    ]
    assert read.left_out == 1
    assert "CC BY-NC-SA" in read.rows[0].source


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"[" * 9999, b'{"trackers": 1}', b'{"categories": {"x": 1}}'])
def test_another_form_is_refused(text: bytes, form: Form) -> None:
    """A file of another form gives an error with what is wrong, no rows."""
    with pytest.raises(CollectionRefused):
        read_collection(text, form, day=DAY)
