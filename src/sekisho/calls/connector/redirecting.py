"""The answers of a SIP redirect server (RFC 3261 §8.3), for sites without a proxy. Pure; standard library only.

It never forwards: a call that may go on is answered 302 with where to. What a redirect can't do (take a number away,
put words beside it) is done where it sends such calls, or not at all, and then counted as ``not_enforced``. 110, 118
and 119 are sent on before anything that could fail.

More is let through than a strict server would: a length that doesn't fit the body, an unknown ``Require`` or a missing
From keeps no call from being placed; whoever it is sent to answers that. Nothing is sent but answers, one for each
datagram: the repetitions of RFC 3261 §17.2.1 (timer G) are left out, so that a forged source can't have traffic
multiplied. A lost answer is given again when the caller repeats its request.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Protocol

from sekisho.calls.connector.message import MAX_URI, Message, emergency_digits, is_emergency, read_message
from sekisho.calls.connector.request import Head, read_head
from sekisho.calls.connector.screener import Verdict
from sekisho.calls.screening.decision import Outcome

REMEMBERED_SECONDS: Final = 32.0
"""64·T1 (RFC 3261 §17.2.1): as long as a request may be repeated."""
MOST_REMEMBERED: Final = 20_000
MOST_BYTES: Final = 64 * 1024 * 1024
"""Of answers remembered: a flood of long requests takes no more memory than this."""
_PHRASES: Final = {603: "Decline", 607: "Unwanted", 608: "Rejected"}
_ALLOW: Final = "Allow: INVITE, ACK, CANCEL, OPTIONS"
_NOT_IN_USER: Final = re.compile(r"[^A-Za-z0-9_.!~*'()&=+$,;?/%-]")
_SERVICES: Final = {"police": "110", "marine": "118", "fire": "119", "ambulance": "119"}
"""RFC 5031 §4.1's services as Japan's numbers. A bare ``sos`` doesn't say which: it is sent to 110 (a house choice)."""

Source = tuple[str, int]


class Screens(Protocol):
    """What judges: :class:`~sekisho.calls.connector.screener.Screener`."""

    def screen(self, data: bytes, source: str, now: float) -> Verdict:
        """Judge a request. Never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hops:
    """Where calls are sent: SIP URIs without a user.

    ``withheld`` is a next hop that withholds the number of every call it is sent; without one, withheld calls go to
    ``next_hop`` with ``?Privacy=id``, which many callers' devices don't honour (RFC 3261 §19.1.5). ``announcement`` is
    a whole URI (RFC 4240); ``redress`` the URL of the signed card that RFC 8688 asks for.
    """

    next_hop: str
    withheld: str | None = None
    announcement: str | None = None
    redress: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A datagram, and where it goes."""

    data: bytes
    to: Source


class Redirector:
    """Answers requests. One process, one thread. ``counts`` has what happened: ``(name, *labels)`` to a number."""

    def __init__(self, hops: Hops, screens: Screens) -> None:
        """Nothing is asked yet."""
        self._hops = hops
        self._screens = screens
        self._secret = os.urandom(32)
        self._given: dict[bytes, tuple[float, Reply]] = {}
        self._bytes = 0
        self._invited: dict[bytes, float] = {}
        self.counts: Counter[tuple[str, ...]] = Counter()

    def answer(self, data: bytes, source: Source, now: float) -> Reply | None:
        """The answer to a datagram that came from ``source`` at ``now`` (seconds since 1970); ``None`` for none.

        Never raises. The same datagram gets the same answer for half a minute, and is judged once.
        """
        try:
            return self._answer(data, source, now)
        except Exception as error:  # one message must not end the server
            self.counts["unanswered", f"error_{type(error).__name__}"] += 1
            return None

    def _answer(self, data: bytes, source: Source, now: float) -> Reply | None:
        if not data.strip(b"\r\n\0 ") or data.startswith(b"SIP/"):
            return None  # a keep-alive (RFC 5626 §3.5.1), or an answer that nobody asked for
        message, head = read_message(data), read_head(data)
        if not message.method or head is None or message.method == "ACK":
            if message.method != "ACK":
                self.counts["unanswered", "not_a_request"] += 1
            return None
        self._forget(now)
        same = self._hash(data, repr(source).encode())
        if same in self._given:
            return self._given[same][1]
        status, extra = self._say(message, head, data, source, now)
        reply = Reply(head.reply(status, extra, source, tag=self._tag(head)), head.way_back(source))
        self._given[same] = (now, reply)
        self._bytes += len(reply.data)
        if message.method == "INVITE":
            self._invited[self._transaction(head, source)] = now
        self.counts["answers", status[:3]] += 1
        return reply

    def _say(self, message: Message, head: Head, data: bytes, source: Source, now: float) -> tuple[str, list[str]]:
        if message.method == "INVITE" and is_emergency(message.uri):
            return self._emergency(message, data, source, now)
        if head.version != b"SIP/2.0":
            return "505 Version Not Supported", []
        if head.missing or head.method_differs(message.method):
            return f"400 Missing or wrong {head.missing or 'CSeq'}", []
        if message.method == "CANCEL":
            known = self._transaction(head, source) in self._invited
            return ("200 OK" if known else "481 Call/Transaction Does Not Exist"), []
        if message.method == "OPTIONS":
            return "200 OK", [_ALLOW, "Accept: application/sdp"]
        if message.method != "INVITE":
            return "405 Method Not Allowed", [_ALLOW]
        if head.has_to_tag:
            return "481 Call/Transaction Does Not Exist", []
        if (message.first("max-forwards") or "").strip() == "0":
            return "483 Too Many Hops", []
        if message.uri.partition(":")[0].lower() not in ("sip", "sips", "tel"):
            return "416 Unsupported URI Scheme", []
        if _grows(message.uri):
            return "414 Request-URI Too Long", []
        return self._judged(message, self._screens.screen(data, source[0], now))

    def _emergency(self, message: Message, data: bytes, source: Source, now: float) -> tuple[str, list[str]]:
        self.counts["emergency",] += 1
        try:
            self._screens.screen(data, source[0], now)  # its evidence; what it says doesn't count
        except Exception as error:
            self.counts["failed_open", f"error_{type(error).__name__}"] += 1
        where = contact(self._hops.next_hop, message.uri)
        if _grows(message.uri):
            where = contact(self._hops.next_hop, f"sip:{emergency_digits(message.uri) or '110'}@")
        return _moved(where)

    def _judged(self, message: Message, verdict: Verdict) -> tuple[str, list[str]]:
        decision, hops, uri = verdict.decision, self._hops, message.uri
        outcome = decision.outcome
        if outcome is Outcome.REJECT:
            return self._refused(decision.sip_status or 603)
        if outcome is Outcome.ANONYMISE:
            if hops.withheld is None:
                self.counts["not_enforced", outcome.value] += 1
            return _moved(contact(hops.withheld or hops.next_hop, uri, headers="?Privacy=id"))
        if outcome is Outcome.ANNOUNCE and hops.announcement is not None:
            return _moved(f"<{hops.announcement}>")
        if outcome is not Outcome.PASS:
            self.counts["not_enforced", outcome.value] += 1
        return _moved(contact(hops.next_hop, uri))

    def _refused(self, status: int) -> tuple[str, list[str]]:
        extra = ["Reason: Q.850;cause=21"]
        if status == 608:
            if self._hops.redress is None:
                status = 603  # RFC 8688 §3.2: a 608 says where to complain
            else:
                extra.append(f"Call-Info: <{self._hops.redress}>;purpose=jwscard")
        return f"{status} {_PHRASES[status]}", extra

    def _forget(self, now: float) -> None:
        for kept in (self._given, self._invited):
            while kept:
                oldest = next(iter(kept))
                value = kept[oldest]
                since = value[0] if isinstance(value, tuple) else value
                # A clock set back must not keep what is old for ever.
                fits = len(kept) < MOST_REMEMBERED and (kept is not self._given or self._bytes < MOST_BYTES)
                if fits and 0 <= now - since < REMEMBERED_SECONDS:
                    break
                del kept[oldest]
                if isinstance(value, tuple):
                    self._bytes -= len(value[1].data)

    def _hash(self, *parts: bytes) -> bytes:
        found = blake2b(digest_size=16, key=self._secret)
        for part in parts:
            found.update(len(part).to_bytes(4) + part)
        return found.digest()

    def _transaction(self, head: Head, source: Source) -> bytes:
        return self._hash(source[0].encode(), head.top_via, head.value(b"call-id"), head.number)

    def _tag(self, head: Head) -> str:
        return self._hash(head.top_via, head.value(b"call-id"), head.value(b"from"), head.number)[:8].hex()


def _moved(where: str) -> tuple[str, list[str]]:
    return "302 Moved Temporarily", [f"Contact: {where}"]


def _grows(uri: str) -> bool:
    """Whether what is dialled is too long once it is escaped: a forged source must not be sent much more than was sent
    in its name. A byte that isn't UTF-8 would become nine."""
    return "\ufffd" in uri or len(contact("sip:", uri)) > MAX_URI


def contact(hop: str, uri: str, *, headers: str = "") -> str:
    """A Contact that sends a call for ``uri`` to ``hop`` with what was dialled unchanged, in angle brackets.

    Characters that no user part may have are escaped; a password is left out.
    """
    scheme, _, place = hop.partition(":")
    kind, _, rest = uri.partition(":")
    kind, after = kind.lower(), ""
    if kind == "tel":
        user, after = rest, ";user=phone"
    elif kind == "urn":
        user = _SERVICES.get(rest.lower().removeprefix("service:sos").strip(".").partition(".")[0], "110")
    else:
        before, at, _ = rest.partition("@")
        user = before.partition(":")[0] if at else ""
    user = _NOT_IN_USER.sub(lambda found: "".join(f"%{one:02X}" for one in found[0].encode()), user)
    return f"<{scheme}:{user}{'@' if user else ''}{place}{after}{headers}>"
