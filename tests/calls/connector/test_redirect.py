"""The redirect server: what it answers, to whom, and that nothing that arrives harms it or a call."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.calls.connector.publication import Publication
from sekisho.calls.connector.redirect_server import RedirectServer
from sekisho.calls.connector.redirecting import REMEMBERED_SECONDS, Hops, Redirector, Reply, contact
from sekisho.calls.connector.screener import PASSES as PASSING
from sekisho.calls.connector.screener import Screener, Verdict
from sekisho.calls.connector.settings import checked
from sekisho.calls.connector.spool_reader import complete_files, read_spool_file
from sekisho.calls.screening.call import NO_HINTS, IsupHints
from sekisho.clock import SystemClock
from tests.calls.connector.proxy import KEY, QUIET, Phone, free_port, header, invite, publish
from tests.calls.connector.sipp import came, start_calls
from tests.calls.connector.torture import PASSES, REFUSED, SILENT, request

HERE = ("127.0.0.1", 5999)
NOW = 1_795_402_800.0
HOPS = Hops(
    next_hop="sip:192.0.2.5:5070", withheld="sip:192.0.2.6", announcement="sip:annc@192.0.2.8;play=notice",
    redress="https://redress.example/card",
)  # fmt: skip


def _unheard(text: str, bad: bool) -> None:
    del text, bad


def _screener(directory: Path) -> Screener:
    for name in ("bundle", "spool"):
        (directory / name).mkdir()
    publish(directory / "bundle")
    said = checked(
        {
            "bundle": str(directory / "bundle"), "spool": str(directory / "spool"), "public_key": KEY.public.hex(),
            "spool_max_bytes": 1 << 30,
            "trunks": [{"id": "from-abroad", "direction": "abroad", "addresses": ["127.0.0.0/8"]}],
        }
    )  # fmt: skip
    return Screener(said, Publication(said.bundle), log=_unheard)


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Redirector:
    return Redirector(HOPS, _screener(tmp_path))


class _Passes:
    """Judges nothing, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def screen(self, data: bytes, source: str, now: float, isup: IsupHints = NO_HINTS) -> Verdict:
        del data, source, now, isup
        self.asked += 1
        return Verdict(PASSING)


class _Raises:
    def screen(self, data: bytes, source: str, now: float) -> Verdict:
        del data, source, now
        raise RuntimeError("broken")


def _reply(server: Redirector, data: bytes, now: float = NOW) -> Reply:
    found = server.answer(data, HERE, now)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("called", "status", "where"),
    [
        (QUIET, "302 Moved Temporarily", f"<sip:{QUIET}@192.0.2.5:5070>"),
        ("0398760001", "302 Moved Temporarily", "<sip:0398760001@192.0.2.5:5070>"),
        ("0398760002", "302 Moved Temporarily", "<sip:0398760002@192.0.2.6?Privacy=id>"),
        ("0398760003", "302 Moved Temporarily", "<sip:annc@192.0.2.8;play=notice>"),
        ("0398760004", "603 Decline", None),
        ("0398760007", "607 Unwanted", None),
        ("0398760008", "608 Rejected", None),
    ],
)
def test_each_outcome_has_its_answer(server: Redirector, called: str, status: str, where: str | None) -> None:
    """Every outcome in SIP's terms; a label can't be shown by a redirect and is counted."""
    found = _reply(server, invite(Phone(), called)).data
    assert found.split(b"\r\n")[0].decode() == f"SIP/2.0 {status}"
    assert header(found, "Contact") == ([] if where is None else [where])
    assert header(found, "Call-Info") == (["<https://redress.example/card>;purpose=jwscard"] * (status[:3] == "608"))
    assert server.counts["not_enforced", "label"] == (called == "0398760001")
    assert header(found, "To")[0].startswith(f"<sip:{called}@203.0.113.9>;tag=")


def test_without_a_hop_that_withholds_it_says_what_it_cannot_do(tmp_path: Path) -> None:
    """Then only ``?Privacy=id`` is asked for, and counted as not enforced; a 608 without a card is a 603."""
    server = Redirector(Hops(next_hop="sip:192.0.2.5"), _screener(tmp_path))
    found = _reply(server, invite(Phone(), "0398760002")).data
    assert header(found, "Contact") == ["<sip:0398760002@192.0.2.5?Privacy=id>"]
    assert _reply(server, invite(Phone(), "0398760008", call_id="b")).data.startswith(b"SIP/2.0 603 ")
    assert _reply(server, invite(Phone(), "0398760003", call_id="c")).data.startswith(b"SIP/2.0 302 ")
    assert (server.counts["not_enforced", "anonymise"], server.counts["not_enforced", "announce"]) == (1, 1)


def test_a_repeated_request_gets_the_same_answer_and_is_judged_once() -> None:
    """The same bytes get the same bytes, tag and all, for half a minute; its CANCEL is known, its ACK absorbed."""
    judge = _Passes()
    server = Redirector(HOPS, judge)
    first = _reply(server, request())
    assert _reply(server, request(), NOW + 31) == first
    assert judge.asked == 1
    cancel = request(start="CANCEL sip:0312340000@203.0.113.9 SIP/2.0", cseq="CSeq: 1 CANCEL")
    assert _reply(server, cancel).data.startswith(b"SIP/2.0 200 ")
    assert server.answer(request(start="ACK sip:1@a SIP/2.0", cseq="CSeq: 1 ACK"), HERE, NOW) is None
    _reply(server, request(), NOW + REMEMBERED_SECONDS + 1)
    _reply(server, request(), NOW - 1_000_000)
    assert judge.asked == 3


@pytest.mark.parametrize(
    ("uri", "where"),
    [
        ("sip:110@a", "<sip:110@192.0.2.5:5070>"),
        ("sip:184119@a;user=phone", "<sip:184119@192.0.2.5:5070>"),
        ("tel:118;phone-context=+81", "<sip:118;phone-context=+81@192.0.2.5:5070;user=phone>"),
        ("urn:service:sos.fire", "<sip:119@192.0.2.5:5070>"),
        ("urn:service:sos", "<sip:110@192.0.2.5:5070>"),
    ],
)
def test_emergency_calls_go_on_whatever_is_wrong(uri: str, where: str) -> None:
    """With a judge that raises, no From, no Call-ID, a wrong CSeq, a spent Max-Forwards and another version."""
    server = Redirector(HOPS, _Raises())
    odd = request("Max-Forwards: 0", start=f"INVITE {uri} SIP/7.0", cseq="CSeq: x",
                  without=["From", "Call-ID", "Max-Forwards"])  # fmt: skip
    found = _reply(server, odd).data
    assert found.startswith(b"SIP/2.0 302 ")
    assert header(found, "Contact") == [where]
    assert server.counts["emergency",] == 1


@pytest.mark.parametrize(
    ("via", "to", "said"),
    [
        ("SIP/2.0/UDP 127.0.0.1:7000;branch=b", ("127.0.0.1", 7000), "SIP/2.0/UDP 127.0.0.1:7000;branch=b"),
        ("SIP/2.0/UDP 127.0.0.1", ("127.0.0.1", 5060), "SIP/2.0/UDP 127.0.0.1"),
        (
            "SIP/2.0/UDP 192.0.2.7:7000;received=192.0.2.99;branch=b", ("127.0.0.1", 7000),
            "SIP/2.0/UDP 192.0.2.7:7000;branch=b;received=127.0.0.1",
        ),
        (
            "SIP/2.0/UDP 192.0.2.7;rport;branch=b", HERE,
            "SIP/2.0/UDP 192.0.2.7;rport=5999;branch=b;received=127.0.0.1",
        ),
        ("not a way", HERE, "not a way"),
        ("SIP/2.0/UDP 127.0.0.1:99999", HERE, "SIP/2.0/UDP 127.0.0.1:99999"),
    ],
)  # fmt: skip
def test_answers_go_to_where_the_request_came_from(via: str, to: tuple[str, int], said: str) -> None:
    """RFC 3261 §18.2 and RFC 3581: the source's address always, its port where asked; ``received`` can't be forged."""
    found = _reply(Redirector(HOPS, _Passes()), request("Via: SIP/2.0/UDP 192.0.2.1", via=f"Via: {via}"))
    assert found.to == to
    assert header(found.data, "Via") == [said, "SIP/2.0/UDP 192.0.2.1"]


def test_what_is_dialled_cannot_break_out_of_the_contact() -> None:
    """Brackets, quotes, blanks and bytes beyond ASCII are escaped; a password is left out."""
    assert contact("sip:hop", 'sip:03>12"あ:secret@a') == "<sip:03%3E12%22%E3%81%82@hop>"
    assert contact("sip:hop", "sip:example.jp") == "<sip:hop>"


@pytest.mark.parametrize("name", PASSES)
def test_odd_requests_are_sent_on(name: str) -> None:
    """In the manner of RFC 4475: what can be placed is, and its headers come back as they were."""
    server = Redirector(HOPS, _Passes())
    found = _reply(server, PASSES[name]).data
    assert found.startswith(b"SIP/2.0 302 "), found[:200]
    assert not [name for name in server.counts if name[0] == "unanswered"]


def test_the_tortuous_invite_comes_back_to_its_sender() -> None:
    """Folded Vias in short form stay in their order, two of them on one line; the tag in From isn't taken for To's."""
    found = _reply(Redirector(HOPS, _Passes()), PASSES["3.1.1.1 wsinv"])
    ways = header(found.data, "Via")
    assert [one.partition("branch")[0].split(";")[0].split()[-1] for one in ways] == [
        "192.0.2.2", "spindle.example",
    ]  # fmt: skip
    assert ways[1].endswith("z9hG4bK30239")
    assert b";tag=" in found.data.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_call_is_answered_as_such(name: str) -> None:
    """RFC 4475's hopeless ones, and other methods."""
    data, status = REFUSED[name]
    assert _reply(Redirector(HOPS, _Passes()), data).data[8:11] == status


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_answered_to_what_asks_nothing(name: str) -> None:
    """Answers, keep-alives, ACKs, junk, and requests without a Via."""
    assert Redirector(HOPS, _Passes()).answer(SILENT[name], HERE, NOW) is None


_PIECES = st.sampled_from(
    [b"INVITE sip:110@a SIP/2.0\r\n", b"INVITE tel:03 SIP/2.0\r\n", b"Via: SIP/2.0/UDP a;rport", b"v:", b"\r\n", b" ",
     b'"', b"<", b">", b",", b";tag=", b"\\", b"To: ", b"CSeq: 1 INVITE", b"i: x\r\n", b"\xff", b"\x00", b"\n\n"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(_PIECES, max_size=40).map(b"".join)))
def test_any_datagram_gets_an_answer_or_none(data: bytes) -> None:
    """Nothing raises inside; what comes out is one well-formed answer; a call to 110 is refused for nothing."""
    server = Redirector(HOPS, _Passes())
    found = server.answer(data, HERE, NOW)
    assert not [name for name in server.counts if name[0] == "unanswered" and "error" in name[1]]
    if found is not None:
        assert found.data.startswith(b"SIP/2.0 ")
        assert found.data.endswith(b"\r\n\r\n")
        assert b"\r\n\r\n" not in found.data[:-4]
        assert found.to[0] == HERE[0]
        assert not data.startswith(b"INVITE sip:110@a SIP/2.0\r\n") or found.data.startswith(b"SIP/2.0 302 ")


@contextmanager
def _serving(directory: Path) -> Iterator[tuple[int, Path]]:
    """A server on a port of loopback, and where its figures are."""
    screener, port, figures, ready = _screener(directory), free_port(), directory / "sekisho.prom", Event()
    server = RedirectServer(Redirector(HOPS, screener), screener, SystemClock(), figures=figures)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    running = Thread(target=loop.run_until_complete, args=(server.run("127.0.0.1", port, stop, ready.set),))
    running.start()
    try:
        assert ready.wait(20)
        yield port, figures
    finally:
        loop.call_soon_threadsafe(stop.set)
        running.join(20)
        loop.close()


def test_over_a_real_port_with_figures(tmp_path: Path) -> None:
    """Every odd message is sent over loopback; calls after them are answered as ever, and counted in the file."""
    with _serving(tmp_path) as (port, figures):
        phone = Phone()
        for data in [*PASSES.values(), *(one for one, _ in REFUSED.values()), *SILENT.values()]:
            phone.send(data, port)
        phone.send(invite(phone, "0398760004", call_id="last"), port)
        while not (got := phone.receive()).startswith(b"SIP/2.0 603 "):
            assert got.startswith(b"SIP/2.0 ")
        assert header(got, "Call-ID") == ["last@198.51.100.7"]
    assert 'sekisho_calls_decisions{outcome="reject",reason="what_the_line_asked"} 1\n' in figures.read_text()


@pytest.mark.kamailio
def test_sipp_is_redirected_and_refused(tmp_path: Path, kamailio_there: None) -> None:
    """A thousand calls by SIPp: each redirected or refused, none failed; every one has its record."""
    pairs = [("0312345678", QUIET), ("0312345679", "0398760002"), ("0312345670", "0398760004")]
    with _serving(tmp_path) as (port, _):
        calling = start_calls(
            port, tmp_path, pairs, calls=1_000, rate=500, source=free_port(), scenario="redirected.xml"
        )
        found = came(calling, tmp_path, timeout=60)
    assert (found.calls, found.failed) == (1_000, 0)
    files = [read_spool_file(path, KEY) for path in complete_files(tmp_path / "spool")]
    assert (sum(len(one.records) for one in files), sum(one.missing for one in files)) == (1_000, 0)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("end", [";rport{}x", ";rport{}={}x", "{}x", "{}:{}x", ";{}rport{}=5{};x", ";received{}={},"])
def test_blanks_in_via_are_read_once(end: str) -> None:
    """A datagram full of blanks is answered: with a reader that tries every way to share them out it took a minute."""
    via = "Via: SIP/2.0/UDP h" + end.replace("{}", " " * 20_000)
    assert _reply(Redirector(HOPS, _Passes()), request(via=via)).data.startswith(b"SIP/2.0 302 ")


@pytest.mark.parametrize("filler", [b"\xff", b'"', "１".encode(), b"a"])
def test_a_forged_source_is_not_sent_much_more_than_was_sent_in_its_name(filler: bytes) -> None:
    """What is dialled grows when it is escaped, so a long one is answered 414; 110 goes on, as its digits alone."""
    server = Redirector(HOPS, _Passes())
    for length in (50, 55, 165, 500, 7_000):
        start = b"INVITE sip:0" + filler * length + b"@a SIP/2.0"
        short = b"\r\n".join([start, b"v:", b"f:", b"t:a", b"i:1", b"CSeq:1 INVITE", b"", b""])
        for sent in (request(start=start), short):
            assert len(_reply(server, sent).data) < 3.5 * len(sent)
    found = _reply(server, request(start=b"INVITE sip:110;x=" + filler * 7_000 + b"@a SIP/2.0"))
    assert header(found.data, "Contact") == ["<sip:110@192.0.2.5:5070>"]


def test_answers_remembered_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long answers make room for one another before there are many of them; the last one is still remembered."""
    monkeypatch.setattr("sekisho.calls.connector.redirecting.MOST_BYTES", 200_000)
    judge = _Passes()
    server = Redirector(HOPS, judge)
    sent = [request(f"Via: SIP/2.0/UDP h{one};x={'y' * 20_000}") for one in range(30)]
    for one in sent:
        _reply(server, one)
    _reply(server, sent[-1])
    assert judge.asked == 30
    _reply(server, sent[0])
    assert judge.asked == 31
