"""Apache's and nginx's access logs: which requests were log-ins or posts, by declared rules; never what was in them.

The server's own log format is declared as it stands in its configuration::

    log_format: '%a %l %u %t "%r" %>s %b %{remote}p'                                                      (Apache)
    log_format: '$remote_addr - $remote_user [$time_local] "$request" $status $remote_port $msec'         (nginx)
    rules:
      - {kind: cp.login, method: POST, path: /login, status: [2xx, "302"]}
      - {kind: cp.post, method: POST, path: '/boards/{}/posts/{reference}', status: [2xx]}
    account: '%u'

A request that fits no rule is only counted. Of one that fits, the time, the client's address and port, the account and
the reference are kept. A query string is cut off before anything is looked at, in what is quarantined, too; user
agents and referrers are passed over. Without ``%{remote}p`` or ``$remote_port`` the port isn't known (RFC 6302 asks for
it): behind a translator shared by many such a record names nobody, so each is counted as ``port_not_logged``.

The address and the port may be told by another part of the format (``address``, ``port``: a header that a load balancer
sets). Only what the operator's own devices set can be believed; anybody can send a header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from sekisho.logs.events import Action
from sekisho.logs.formats import settings as reading
from sekisho.logs.formats.errors import FormatSettingRefused
from sekisho.logs.formats.line_times import SECOND, Form, Minutes, Stamp, read_stamp
from sekisho.logs.formats.reader import Context, Found, Framing
from sekisho.logs.formats.single import Single, Told, net, settled
from sekisho.logs.formats.template import MAX_LINE, MAX_TEXT
from sekisho.logs.kinds import LogKind

MAX_RULES: Final = 64
KINDS: Final = {kind.value: kind for kind in (LogKind.CP_LOGIN, LogKind.CP_POST, LogKind.CP_ACCOUNT)}
COMBINED_APACHE: Final = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"'
COMBINED_NGINX: Final = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
)
_RULE: Final = frozenset({"kind", "method", "path", "status"})

_APACHE_TOKEN: Final = re.compile(r"%(?:%|[<>!0-9,]*(\{[^}]{1,200}\}t|(?:\{[^}]{1,200}\})?(?:\^?[A-Za-z]{1,3}?)))")
_NGINX_TOKEN: Final = re.compile(r"\$\{?([a-z0-9_]{1,100})\}?")
_APACHE_TIME: Final = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d)(?: ([+-]\d{4}))?")
_STATUS: Final = re.compile(r"[1-5](?:xx|[0-9]{2})")
_REQUEST: Final = re.compile(r"([A-Z]{1,20}) (\S+)(?: HTTP/[0-9.]+)?")
_METHOD: Final = re.compile(r"[A-Z]{1,20}")
_QUERY: Final = re.compile(rb"\?[^ \"]*")
_NONE: Final = frozenset({"", "-"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Which requests are of a kind. ``path`` may capture ``reference``."""

    kind: LogKind
    method: str | None
    path: re.Pattern[str]
    status: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a line is what: names of parts of the log format, the best first; () where there is none."""

    address: tuple[str, ...]
    port: tuple[str, ...]
    time: tuple[str, ...]
    request: tuple[str, ...]
    method: tuple[str, ...]
    path: tuple[str, ...]
    status: tuple[str, ...]
    account: tuple[str, ...]


APACHE: Final = Parts(
    ("a", "h"),
    ("{remote}p",),
    ("{usec}t", "{msec}t", "{sec}t", "t"),
    ("r",),
    ("m",),
    ("U",),
    ("s",),
    ("u",),
)
NGINX: Final = Parts(
    ("remote_addr",),
    ("remote_port",),
    ("msec", "time_iso8601", "time_local"),
    ("request",),
    ("request_method",),
    ("request_uri", "uri"),
    ("status",),
    ("remote_user",),
)


class _Layout:
    """A log format as a pattern: one group for each part that is read, in the order of the line."""

    def __init__(self, text: str, token: re.Pattern[str], parts: Parts, mine: Mapping[str, tuple[str, ...]]) -> None:
        wanted = {field: mine.get(field, getattr(parts, field)) for field in Parts.__slots__}
        names: list[str] = []
        pattern, at = "", 0
        matches = [match for match in token.finditer(text) if match[0] != "%%"]
        for number, match in enumerate(matches):
            pattern += re.escape(text[at : match.start()].replace("%%", "%"))
            at = match.end()
            after = text[at : matches[number + 1].start() if number + 1 < len(matches) else None]
            if not after and number + 1 < len(matches):
                raise FormatSettingRefused(field="log_format", problem=f"nothing parts {match[0]} from what follows")
            body = _body(text[match.start() - 1 : match.start()], after)
            if any(match[1] in listed for listed in wanted.values()) and match[1] not in names:
                names.append(match[1])
                pattern += f"({body})"
            else:
                pattern += f"(?:{body})"
        self._pattern = re.compile(pattern + re.escape(text[at:].replace("%%", "%")))
        self._place = {
            field: next((names.index(name) for name in listed if name in names), None)
            for field, listed in wanted.items()
        }
        self._time = next((name for name in wanted["time"] if name in names), None)
        for field in ("address", "time", "status"):
            if self._place[field] is None:
                raise FormatSettingRefused(field="log_format", problem=f"no part of it tells the {field}")
        if self._place["request"] is None and (self._place["path"] is None or self._place["method"] is None):
            raise FormatSettingRefused(field="log_format", problem="no part of it tells the request")
        lacking = [field for field in mine if self._place[field] is None]
        if lacking:
            raise FormatSettingRefused(field=lacking[0], problem="log_format has no such part")

    def values(self, line: str) -> Mapping[str, str] | None:
        """The parts of a line that are read; None for a line of another shape."""
        match = self._pattern.fullmatch(line)
        if match is None:
            return None
        groups = match.groups()
        return {
            field: groups[place]
            for field, place in self._place.items()
            if place is not None and groups[place] not in _NONE
        }

    def stamp(self, written: str, minutes: Minutes) -> Stamp | None:
        """The time in the form that the chosen part has."""
        scale = {"{usec}t": 1, "{msec}t": 1000, "{sec}t": SECOND}.get(self._time or "")
        if scale is not None:
            return Stamp(int(written) * scale, 0, 0) if _whole(written, 18) else None
        if self._time == "msec":
            seconds, _, fraction = written.partition(".")
            if not _whole(seconds, 11) or (fraction and not _whole(fraction, 6)):
                return None
            return Stamp(int(seconds) * SECOND + int(fraction.ljust(6, "0")), 0, 0)
        match = _APACHE_TIME.fullmatch(written.strip("[]"))
        text = written if match is None else f"{match[2]} {match[1]} {match[3]} {match[4]}"
        raw = text.encode()
        found = read_stamp(raw, 0, Form.ISO | Form.BSD, minutes)
        if found is None or found[1] != len(raw):
            return None
        stamp = found[0]
        if match is not None and match[5]:
            ahead = (int(match[5][1:3]) * 60 + int(match[5][3:])) * (-1 if match[5][0] == "-" else 1)
            stamp = stamp._replace(offset=ahead) if int(match[5][3:]) < 60 and int(match[5][1:3]) < 24 else stamp
        return stamp


def _body(before: str, after: str) -> str:
    """What a part may hold: quoted, anything but a bare quote; otherwise up to what follows it."""
    if before == '"' and after.startswith('"'):
        return r'(?:[^"\\]|\\.)*+'
    if before == "[" or not after:
        return r"[^\]]*+" if before == "[" else ".*+"
    # Apache's %t brings its own brackets, with a space inside.
    return r"\[[^\]]*+\]|" + f"[^{re.escape(after[0])}]*+"


class AccessLogReader:
    """Reads one input by the server's log format and the operator's rules."""

    framing = Framing.LINES
    records = 0

    def __init__(self, layout: _Layout, rules: Sequence[Rule]) -> None:
        """A fresh reader."""
        self._layout = layout
        self._rules = rules
        self._minutes = Minutes()

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the lines of ``chunk`` hold."""
        told, lines = Told.nothing(), chunk.split(b"\n")
        if not lines[-1]:
            del lines[-1]
        for number, line in enumerate(lines, start=first_record):
            read = self._line(number, line.removesuffix(b"\r"), told)
            if isinstance(read, Single):
                told.events.append(read)
            elif read is not None:
                told.refused[number] = read
        # What is quarantined is kept as it came, but for what the user may have said.
        yield from settled(told, context, lambda record: _QUERY.sub(b"?", lines[record - first_record]))

    def finish(self, context: Context) -> Iterable[Found]:
        """Nothing: records are lines."""
        del context
        return ()

    def _line(self, number: int, line: bytes, told: Told) -> Single | str | None:
        if len(line) > MAX_LINE:
            return "line_too_long"
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            return "not_text"
        if not text.isprintable():
            return "not_text"
        values = self._layout.values(text)
        if values is None:
            return "no_match"
        matched = self._matched(values)
        if matched is None:
            told.ignore("other_request")
            return None
        rule, reference = matched
        time = self._layout.stamp(values.get("time", ""), self._minutes)
        if time is None:
            return "not_a_time"
        address = net(values.get("address", ""))
        if address is None or address.length is not None:
            return "not_an_address"
        ports = None
        if "port" in values:
            if not _whole(values["port"], 6) or not 0 < int(values["port"]) <= 65_535:
                return "port_out_of_range"
            ports = (int(values["port"]), int(values["port"]))
        else:
            told.ignore("port_not_logged")
        account = values.get("account")
        if any(part is not None and len(part.encode()) > MAX_TEXT for part in (account, reference)):
            return "text_too_long"
        return Single(
            rule.kind,
            number,
            Action.POINT,
            time,
            address,
            ports,
            # A web server's port is TCP's up to HTTP/2 and UDP's from HTTP/3 on: the log may not say which.
            protocol=0,
            subject=account,
            reference=reference,
        )

    def _matched(self, values: Mapping[str, str]) -> tuple[Rule, str | None] | None:
        method, path = values.get("method"), values.get("path")
        if method is None or path is None:
            request = _REQUEST.fullmatch(values.get("request", ""))
            if request is None:
                return None
            method, path = request[1], request[2]
        # What follows the path was the user's own words, perhaps: it is gone before anything looks at it.
        path = unquote(path.partition("?")[0].partition("#")[0])
        status = values.get("status", "")
        for rule in self._rules:
            if rule.method not in (None, method) or not rule.status.fullmatch(status):
                continue
            match = rule.path.fullmatch(path)
            if match is not None:
                reference = match.groupdict().get("reference")
                return rule, reference if reference and reference.isprintable() else None
        return None


def _whole(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


def _rule(at: int, told: Mapping[str, Any]) -> Rule:
    def refuse(field: str, problem: str) -> FormatSettingRefused:
        return FormatSettingRefused(field=f"rules[{at}].{field}", problem=problem)

    kind = reading.choice(told, "kind", KINDS)
    method = told.get("method")
    if method is not None and (not isinstance(method, str) or not _METHOD.fullmatch(method)):
        raise refuse("method", "a method in capitals is expected")
    path = reading.text(told, "path")
    if not path.startswith("/") or "?" in path or path.count("{reference}") > 1:
        raise refuse("path", "a path that begins with / is expected, {} for any part and one {reference} at most")
    pattern = ""
    for piece in re.split(r"(\{reference\}|\{\}|\*$)", path):
        special = {"{reference}": r"(?P<reference>[^/]++)", "{}": r"[^/]++", "*": r".*+"}.get(piece)
        pattern += special if special is not None else re.escape(piece)
    statuses = reading.texts(told, "status", ("2xx", "3xx"))
    for status in statuses:
        if not _STATUS.fullmatch(status):
            raise refuse("status", "a number such as 302, or 2xx, is expected")
    numbers = "|".join(status.replace("xx", "[0-9]{2}") for status in statuses)
    return Rule(kind, method, re.compile(pattern), re.compile(numbers))


def _reader(
    settings: Mapping[str, Any], token: re.Pattern[str], parts: Parts, combined: str, mark: str
) -> AccessLogReader:
    text = reading.text(settings, "log_format", combined)
    if text == "combined":
        text = combined
    # As it stands in a configuration file, where quotes are escaped.
    text = text.replace('\\"', '"')
    mine = {}
    for field in ("address", "port", "account"):
        if field in settings:
            mine[field] = tuple(name.lstrip(mark) for name in reading.texts(settings, field, ()))
    rules = reading.mappings(settings, "rules", _RULE)
    if not 0 < len(rules) <= MAX_RULES:
        raise FormatSettingRefused(field="rules", problem=f"1 to {MAX_RULES} rules say which requests are kept")
    return AccessLogReader(_Layout(text, token, parts, mine), [_rule(at, told) for at, told in enumerate(rules)])


def apache(settings: Mapping[str, Any]) -> AccessLogReader:
    """A reader of Apache's access log. Raises ``FormatSettingRefused``."""
    return _reader(settings, _APACHE_TOKEN, APACHE, COMBINED_APACHE, "%")


def nginx(settings: Mapping[str, Any]) -> AccessLogReader:
    """A reader of nginx's access log. Raises ``FormatSettingRefused``."""
    return _reader(settings, _NGINX_TOKEN, NGINX, COMBINED_NGINX, "$")
