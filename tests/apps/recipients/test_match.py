"""The matcher, whatever it is asked."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.recipients import Found, MarkKind, NotKnown, shipped
from sekisho.apps.recipients.match import plain_name

MATCHER = shipped().matcher()
_PATTERNS = [mark for row in shipped().rows for mark in row.hosts if mark.startswith("*.")]
_NAMES = [name for row in shipped().rows for name in (row.service, *row.aliases)]
_LABEL = st.from_regex(r"[a-z][a-z0-9]{0,10}", fullmatch=True)


@settings(max_examples=60)
@given(st.sampled_from(_PATTERNS), st.lists(_LABEL, max_size=3))
def test_everything_below_a_suffix_is_known(pattern: str, labels: list[str]) -> None:
    """What lies below a suffix is known, by a mark at least as long."""
    found = MATCHER.host(".".join([*labels, pattern[2:]]))
    assert isinstance(found, Found)
    assert len(found.mark) >= len(pattern) - 2


@settings(max_examples=60)
@given(st.sampled_from(_PATTERNS), _LABEL)
def test_a_suffix_ends_at_a_dot(pattern: str, label: str) -> None:
    """A name that only ends in the same letters is somebody else's."""
    name = f"zz{label}{pattern[2:]}"
    found = MATCHER.host(name)
    assert isinstance(found, NotKnown) or found.mark != pattern


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_nothing_makes_it_fail(text: str) -> None:
    """Any text at all gets an answer."""
    MATCHER.host(text, [text])
    MATCHER.android_class(text)
    MATCHER.ios_symbol(text)
    MATCHER.cookie(text)
    MATCHER.storage_key(text)
    MATCHER.company(text)


@settings(max_examples=60)
@given(st.sampled_from(_NAMES))
def test_plain_names_stay_plain(text: str) -> None:
    """Two ways to write the same company's form are one name."""
    assert plain_name(f"株式会社{text}") == plain_name(f"（株）{text}")


def test_unknown_hosts_are_named_by_their_domain_only() -> None:
    """Nothing is guessed: the registrable domain, by the Public Suffix List; nothing for addresses and suffixes."""
    for host, domain in (
        ("a.b.example.co.jp", "example.co.jp"),
        ("x.b.city.kawasaki.jp", "city.kawasaki.jp"),
        ("192.0.2.1", None),
        ("[2001:db8::1]", None),
        ("co.jp", None),
        ("localhost", None),
    ):
        assert MATCHER.host(host) == NotKnown(host, domain)


def test_a_cname_is_seen_through() -> None:
    """The operator's own host is the service's that it is an alias of, where somebody resolved it; else it isn't."""
    found = MATCHER.host("a8.shop.example.jp", ["x.example.jp", "trck.a8.net"])
    assert isinstance(found, Found)
    assert (found.recipient.id, found.kind) == ("a8", MarkKind.CNAME)
    assert isinstance(MATCHER.host("a8.shop.example.jp"), NotKnown)


def test_cookies_are_known_by_name_or_beginning() -> None:
    """``_ga_`` and anything is Google Analytics; ``_gac_`` isn't ``_ga``."""
    for name, expected in (("_ga", "google-analytics"), ("_ga_ABC123", "google-analytics"), ("_gac_1", "google-ads")):
        found = MATCHER.cookie(name)
        assert found is not None
        assert found.recipient.id == expected
    assert MATCHER.cookie("session") is None
