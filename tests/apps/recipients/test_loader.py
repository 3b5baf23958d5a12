"""What the strict loader and the linter refuse, and other people's collections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import orjson
import pytest

from sekisho.apps.recipients import Found, Matcher, shipped
from sekisho.apps.recipients.collected import (
    Collected,
    cloaked_hosts,
    cname_trackers,
    domains_by_owner,
    open_cookie_database,
    third_party_web,
    third_party_web_entities,
)
from sekisho.apps.recipients.errors import CollectionRefused, RecipientsFaulty, RecipientsRefused
from sekisho.apps.recipients.knowledge import from_texts, merged
from sekisho.apps.recipients.loader import load_text
from sekisho.apps.recipients.recipient import MarkKind

ROW = """group: made-up
services:
  - id: one
    service: "One"
    company: {ja: "株式会社一", en: "", country: "JP"}
    hosts: ["*.one.example.com"]
    vendor_says: {items: [ip_address], purposes: [analytics]}
    source: memory
    date: 2026-11-23
    confidence: unconfirmed
"""


def second(**changes: str) -> str:
    """A second service beside the first, with lines changed."""
    lines = {
        "id": "two", "service": '"Two"', "company": '{ja: "", en: "Two", country: ""}', "hosts": '["two.example.org"]',
        "vendor_says": "{items: [], purposes: [other]}", "source": '"seen"', "date": "2026-11-23",
        "confidence": "confirmed", **changes,
    }  # fmt: skip
    told = "\n".join(f"    {key}: {value}" for key, value in lines.items() if key != "id")
    return f"{ROW}  - id: {lines['id']}\n{told}\n"


def test_a_plain_file_loads() -> None:
    """What the refusals below change one thing of is itself accepted."""
    assert [row.id for row in from_texts({"a": second()})] == ["one", "two"]


REFUSED = {
    "an unknown key": second(colour="red"),
    "an address": second(hosts='["192.0.2.1"]'),
    "an address of version 6": second(hosts='["2001:db8::1"]'),
    "capital letters": second(hosts='["Two.example.org"]'),
    "a star inside": second(hosts='["a.*.example.org"]'),
    "a public suffix": second(hosts='["*.co.jp"]'),
    "a shared hosting domain": second(hosts='["*.github.io"]'),
    "a host twice": second(hosts='["a.example.org", "a.example.org"]'),
    "an unknown item": second(vendor_says="{items: [soul], purposes: []}"),
    "an unknown purpose": second(vendor_says="{items: [], purposes: [fun]}"),
    "no such day": second(date="2026-02-30"),
    "a day as text": second(date='"yesterday"'),
    "http": second(policy='"http://two.example.org/"'),
    "a script": second(policy='"javascript:alert(1)"'),
    "a name and password": second(policy='"https://a:b@two.example.org/"'),
    "a confidence of its own": second(confidence="certain"),
    "memory confirmed": second(source="memory"),
    "a whole country's packages": second(android='["jp.co"]'),
    "an origin of another's mark": second(origins='[{source: "x", date: 2026-11-23, marks: ["else.example.org"]}]'),
    "an anchor": ROW.replace('"One"', "&x One"),
    "a tag": ROW.replace('"One"', "!!python/object:os.system One"),
    "a missing key": ROW.replace("    source: memory\n", ""),
    "a key twice": ROW.replace("    source: memory\n", "    source: memory\n    source: memory\n"),
    "nothing": "",
    "not YAML": "group: [",
    "a bomb of brackets": "[" * 5000,
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refused(text: str) -> None:
    """Each is refused with file and line, never loaded in part."""
    with pytest.raises(RecipientsRefused) as caught:
        load_text(text, "made-up.yaml")
    assert caught.value.fields["file"] == "made-up.yaml"
    assert caught.value.fields["line"] >= 1


FAULTY = {
    "an id twice": second(id="one"),
    "a host twice": second(hosts='["*.one.example.com"]'),
    "a narrower host unsaid": second(hosts='["a.one.example.com"]'),
    "precedence of nobody": second(over="[nobody]"),
    "an operator's confirmation": second(operator_confirmed="{items: [name], purposes: []}"),
    "a source that may not be given out": second(source='"Ghostery TrackerDB (CC BY-NC-SA 4.0)"'),
}


@pytest.mark.parametrize("text", FAULTY.values(), ids=FAULTY)
def test_faulty(text: str) -> None:
    """Each is found by the linter and named."""
    with pytest.raises(RecipientsFaulty) as caught:
        from_texts({"made-up.yaml": text})
    assert caught.value.fields["count"] == 1


def test_a_stated_precedence_is_no_fault() -> None:
    """A narrower host of another service is fine once it says so."""
    assert len(from_texts({"a": second(hosts='["a.one.example.com"]', over="[one]")})) == 2


def test_an_operators_own_rows_replace_ours() -> None:
    """An operator's row of a shipped id takes its place, with what the operator confirmed."""
    text = second(id="nend", operator_confirmed="{items: [ip_address], purposes: []}").replace("id: one", "id: own-one")
    known = shipped().extended(from_texts({"own.yaml": text}, given_out=False))
    assert known.get("nend").operator_confirmed.items == ("ip_address",)
    assert known.get("own-one").service == "One"


def test_collections() -> None:
    """Suffixes and second owners are left out and counted; purposes are never made up."""
    entities = [{"name": "A", "domains": ["*.a.example.com", "*.co.jp"]}, {"name": "B", "domains": ["*.a.example.com"]}]
    found = third_party_web_entities(orjson.dumps(entities), version="9", day=date(2026, 11, 23))
    assert [(row.service, row.hosts) for row in found.rows] == [("A", ("*.a.example.com",))]
    assert found.left_out == 2
    assert found.rows[0].vendor_says.purposes == ()
    owned = domains_by_owner(b'{"C": ["c.example.com"]}', collection="mine", source="mine", day=date(2026, 11, 23))
    assert owned.rows[0].hosts == ("*.c.example.com",)
    assert cloaked_hosts(b'{"A.example.jp": "T.a8.net"}') == {"a.example.jp": "t.a8.net"}


BROKEN = [b"", b"[]", b"{", b'{"entities": 1}', b'{"entities": [[1]], "version": 1, "date": "x"}']


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("read", [third_party_web, open_cookie_database, cname_trackers])
def test_broken_collections(text: bytes, read: Callable[[bytes], Collected]) -> None:
    """A collection of another form is refused, not read in part."""
    with pytest.raises(CollectionRefused):
        read(text)


def test_collected_marks_lead_to_our_row_of_that_name() -> None:
    """A service of ours that a collection knows by another mark stays one service; others are rows of their own, and
    what is ours is asked first."""
    ours = from_texts({"own.yaml": ROW + '    cookies: ["_one"]\n'})
    cookies = open_cookie_database(
        b'{"version": "1", "date": "2026-11-24", "platforms": [["One", "One Ltd", ["_one_more", "_one"]],'
        b' ["Two", "Two Ltd", ["_two*"]]]}'
    )
    targets = cname_trackers(b'{"version": "1", "date": "2026-11-24", "trackers": [["Two", ["t.example.net"]]]}')
    matcher = Matcher(ours, merged((*cookies.rows, *targets.rows), ours))
    found = {name: matcher.cookie(name) for name in ("_one", "_one_more", "_two_x", "_three")}
    assert {name: each.recipient.id for name, each in found.items() if each is not None} == {
        "_one": "one", "_one_more": "one", "_two_x": "open-cookie-database:two"
    }  # fmt: skip
    behind = matcher.host("metrics.shop.example.jp", ["x.t.example.net"])
    assert isinstance(behind, Found)
    assert (behind.recipient.id, behind.kind) == ("cname-trackers:two", MarkKind.CNAME)
