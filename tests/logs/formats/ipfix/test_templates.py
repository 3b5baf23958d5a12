"""Template state: reuse, redefinition, withdrawal, expiry, data before its template, and exporters kept apart."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.errors import SourceRefused
from sekisho.logs.formats.ipfix import reader as reading
from sekisho.logs.formats.ipfix.messages import is_datagram, kept
from sekisho.logs.formats.ipfix.reader import make
from sekisho.logs.formats.reader import Ignored, Missing
from tests.logs.formats.ipfix.exporter import (
    AT,
    BINDING,
    BLOCK,
    MILLI,
    a_set,
    events,
    file_context,
    live_context,
    message,
    options,
    read_all,
    record,
    template,
    unreadable,
    withdraw,
)

INSIDE, PUBLIC = "100.64.0.9", "203.0.113.5"


def _block(number: int = 256, event: int = 16, port: int = 1024) -> bytes:
    return a_set(number, record(BLOCK, [MILLI, INSIDE, PUBLIC, port, port + 511, event]))


def test_template_is_used_by_later_messages() -> None:
    """What was announced once counts for every message after it."""
    data = message(template(256, BLOCK)) + message(_block(), sequence=0) + message(_block(port=2048), sequence=1)
    assert [one["ports"] for one in events(read_all(data))] == [(1024, 1535), (2048, 2559)]


def test_redefined_template_counts_from_there_on() -> None:
    """A number announced anew with other fields: before it the old ones count, after it the new ones."""
    data = message(
        template(256, BLOCK), _block(), template(256, BINDING), a_set(256, record(BINDING, [MILLI, INSIDE, PUBLIC, 14]))
    )
    assert [one["ports"] for one in events(read_all(data))] == [(1024, 1535), (0, 65535)]


def test_withdrawn_template_is_gone() -> None:
    """In a file a withdrawal ends a template; records after it have none."""
    found = read_all(message(template(256, BLOCK), _block(), withdraw(256), _block()))
    assert (len(events(found)), unreadable(found)) == (1, ["no_template"])


def test_withdrawing_all() -> None:
    """The set's own number withdraws every template of its kind."""
    found = read_all(message(template(256, BLOCK), template(257, BLOCK), withdraw(2), _block(), _block(257)))
    assert (events(found), unreadable(found)) == ([], ["no_template"] * 2)


def test_withdrawal_in_a_datagram_does_nothing() -> None:
    """RFC 7011 section 8.4: there are none over UDP, so nobody can stop a record by sending one."""
    found = read_all(message(template(256, BLOCK), withdraw(256), _block()), live_context())
    assert len(events(found)) == 1
    assert Ignored(1, "withdrawal_in_datagram") in found


def test_template_expires_when_it_is_not_announced_again() -> None:
    """Over UDP a template counts for its lifetime; announced again it counts on."""
    reader = make({"template_lifetime_seconds": 600})
    assert not list(reader.read(message(template(256, BLOCK)), 1, live_context()))
    assert len(events(list(reader.read(message(_block()), 1, live_context(at=AT + 599))))) == 1
    assert not list(reader.read(message(template(256, BLOCK)), 1, live_context(at=AT + 599)))
    assert len(events(list(reader.read(message(_block()), 1, live_context(at=AT + 1198))))) == 1
    late = live_context(at=AT + 1200)
    assert unreadable([*reader.read(message(_block()), 1, late), *reader.finish(late)]) == ["no_template"]


def test_data_waits_for_its_template() -> None:
    """Data sets that come before their template are read when it comes, in their order."""
    data = message(_block(), _block(port=2048)) + message(template(256, BLOCK), _block(port=4096))
    found = read_all(data)
    assert [one["ports"][0] for one in events(found)] == [1024, 2048, 4096]
    assert unreadable(found) == []


def test_data_without_a_template_is_kept_aside_so_that_it_can_be_read_later() -> None:
    """What never got its template is unreadable, as a message of its own: with the template before it it reads."""
    found = read_all(message(_block()))
    assert unreadable(found) == ["no_template"]
    raw = next(one.raw for one in found if hasattr(one, "raw"))
    assert len(events(read_all(message(template(256, BLOCK)) + raw))) == 1


def test_what_waits_is_bounded() -> None:
    """More than a MiB of data without a template: the oldest are given up, the rest is read when it comes."""
    body = b"".join(record(BLOCK, [MILLI, INSIDE, PUBLIC, 1024, 1535, 16]) for _ in range(2_000))
    messages = [message(a_set(256, body), sequence=n * 2000) for n in range(reading.MAX_WAITING // len(body) + 3)]
    reader = make({})
    found = list(reader.read(b"".join(messages), 1, file_context()))
    assert unreadable(found) == ["no_template"] * 3
    found = list(reader.read(message(template(256, BLOCK)), 1, file_context()))
    assert len(events(found)) == 2_000 * (len(messages) - 3)


def test_what_waited_for_another_definition_is_not_read_by_the_new_one() -> None:
    """Data that waited while its number meant something else isn't read by what the number means now."""
    reader = make({"template_lifetime_seconds": 60})
    list(reader.read(message(template(256, BINDING)), 1, live_context()))
    found = list(reader.read(message(template(256, BLOCK)), 1, live_context(at=AT + 30)))
    assert found == []
    found = list(reader.read(message(_block()), 1, live_context(at=AT + 31)))
    assert len(events(found)) == 1


def test_set_that_does_not_fit_its_template_is_refused() -> None:
    """A length that no number of records makes: the template is another one's, and nothing is guessed."""
    found = read_all(message(template(256, BLOCK), a_set(256, b"\x01" * 20)))
    assert (events(found), unreadable(found)) == ([], ["set_length"])


def test_exporters_and_domains_are_apart() -> None:
    """A template of one exporter or domain says nothing about another's data."""
    reader = make({})
    list(reader.read(message(template(256, BLOCK)), 1, live_context("192.0.2.1:4739")))
    others = (live_context("192.0.2.2:4739"), live_context("192.0.2.1:4740"))
    for context in others:
        assert events(list(reader.read(message(_block()), 1, context))) == []
    assert events(list(reader.read(message(_block(), domain=8), 1, live_context("192.0.2.1:4739")))) == []
    found = events(list(reader.read(message(_block()), 1, live_context("192.0.2.1:4739"))))
    assert [one["origin"] for one in found] == ["192.0.2.1/7"]


def test_enterprise_elements_are_skipped_by_their_length() -> None:
    """Fields of other enterprises, of fixed and of varying length, stand between those that are read."""
    specs = ((1, 4, 9999), BLOCK[0], (2, 65535, 9999), *BLOCK[1:], (3, 65535, 29305))
    values = [1, MILLI, b"x" * 300, INSIDE, PUBLIC, 1024, 1535, 16, b""]
    body = record(specs, values) * 3
    assert [one["ports"] for one in events(read_all(message(template(256, specs), a_set(256, body, pad=3))))] == [
        (1024, 1535)
    ] * 3


def test_options_records_are_counted() -> None:
    """Options are about the exporter: counted, and their number keeps the sequence right."""
    specs = ((149, 4), (40, 8))
    data = message(options(400, specs), template(256, BLOCK))
    data += message(a_set(400, bytes(12) * 2), _block(), sequence=0) + message(_block(), sequence=3)
    found = read_all(data)
    assert Ignored(2, "options") in found
    assert not [one for one in found if isinstance(one, Missing)]


def test_broken_templates() -> None:
    """Too many fields, none, no bytes, a number below 256: the set is refused, the message goes on."""
    broken = (
        a_set(2, b"\x01\x00\x02\x01" + bytes(4) * 513),
        a_set(2, b"\x00\xff\x00\x01\x00\x08\x00\x04"),
        a_set(2, b"\x01\x00\x00\x01\x00\x08\x00\x00"),
        a_set(2, b"\x01\x00\x00\x03\x00\x08\x00\x04"),
    )
    for one in broken:
        found = read_all(message(one, template(257, BLOCK), _block(257)))
        assert (len(events(found)), unreadable(found)) == (1, ["template_broken"])


def test_address_of_another_length_is_refused() -> None:
    """An IPv4 address in three bytes isn't one; the records are kept aside."""
    specs = ((323, 8), (8, 3), (225, 4), (361, 2), (362, 2), (230, 1))
    found = read_all(message(template(256, specs), a_set(256, bytes(20))))
    assert unreadable(found) == ["element_length"]


def test_holes_in_the_sequence() -> None:
    """Records that never came are told with their number and between which messages; late ones fill the hole."""
    begin = message(template(256, BLOCK), _block(), sequence=100)
    lost = begin + message(_block(), sequence=106, at=AT + 5)
    assert [one for one in read_all(lost) if isinstance(one, Missing)] == [
        Missing(5, AT * 1_000_000, (AT + 5) * 1_000_000)
    ]
    late = begin + message(_block(), sequence=102) + message(_block(), sequence=101) + message(_block(), sequence=103)
    assert not [one for one in read_all(late) if isinstance(one, Missing)]


def test_sequence_wraps_and_begins_anew() -> None:
    """After 2³²-1 comes 0; an exporter that begins anew has lost nothing; a datagram that comes twice neither."""
    begin = message(template(256, BLOCK), _block(), sequence=2**32 - 1)
    wrapped = begin + message(_block(), sequence=0)
    anew = wrapped + message(_block(), sequence=1)
    again = message(template(256, BLOCK), _block(), sequence=5000)
    for data in (wrapped, anew, again + anew, again + again + message(_block(), sequence=5001)):
        assert not [one for one in read_all(data) if isinstance(one, Missing)]


def test_kept_announcements_teach_and_count_for_nothing_else() -> None:
    """A listener tells a new reader what it knew: templates are learnt, sequence numbers aren't looked at."""
    announcement = message(template(256, BLOCK), sequence=5)
    data = kept(announcement) + message(_block(), sequence=9000) + message(_block(), sequence=9001)
    found = read_all(data, live_context())
    assert len(events(found)) == 2
    assert not [one for one in found if isinstance(one, Missing)]
    assert not is_datagram(kept(announcement))
    assert "not_a_message" in unreadable(read_all(kept(announcement)))


def test_settings_are_checked() -> None:
    """A lifetime or a way to count that there isn't is refused when the source is declared."""
    for wrong in ({"template_lifetime_seconds": 1}, {"template_lifetime_seconds": "600"}, {"sequence_counts": "all"}):
        try:
            make(wrong)
        except SourceRefused:
            continue
        raise AssertionError(wrong)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 400), max_size=12))
def test_a_file_cut_anywhere_reads_the_same(cuts: list[int]) -> None:
    """However a file is cut into pieces, the same events come of it."""
    data = message(template(256, BLOCK), _block(), sequence=0)
    data += b"".join(message(_block(port=1024 * n), _block(257), sequence=n) for n in range(1, 5))
    whole = read_all(data)
    reader, found, at = make({}), [], 0
    for size in [*cuts, len(data)]:
        found += list(reader.read(data[at : at + size], 1, file_context()))
        at += size
    found += list(reader.finish(file_context()))
    assert events(found) == events(whole)
    assert unreadable(found) == unreadable(whole)
