"""What exporters announced over UDP, remembered by the listener so that no reader starts without it.

A drain may be read by a process that never heard the announcement, and exporters repeat theirs only every some minutes.
So every file of the spool starts with the announcements in force, whatever ended the one before, and they are kept in a
file beside it for the next start. They say how records are laid out and nothing of anybody.
"""

from __future__ import annotations

import base64
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from sekisho.logs.formats.ipfix import messages as wire
from sekisho.logs.spool import Received
from sekisho.store.files import FileLayer

NAME: Final = "announcements.json"
MAX_EXPORTERS: Final = 1_024
MAX_EACH: Final = 64
"""Different announcements of one exporter and domain."""
MAX_FILE: Final = 32 * 1024 * 1024
MAX_HEAD: Final = 8 * 1024 * 1024
"""Bytes of announcements that begin a file: an eighth of a whole one. Those of who announced last are told."""

_TEMPLATE_SETS: Final = {wire.IPFIX: (2, 3), wire.NETFLOW9: (0, 1)}
_Exporter = tuple[str, int, int]


class _Told(NamedTuple):
    """An announcement: when it was first and last made, and as a message of its own."""

    first: int
    last: int
    message: bytes


class Announcements:
    """The announcements of all exporters of one source."""

    def __init__(self, path: Path, files: FileLayer, *, lifetime: int, now: int) -> None:
        """Reads what an earlier listener kept; what is older than ``lifetime`` (microseconds) doesn't count."""
        self._path = path
        self._files = files
        self._lifetime = lifetime
        self._known: OrderedDict[_Exporter, OrderedDict[bytes, _Told]] = OrderedDict()
        self._changed = False
        # Noted by the sockets' thread, put before a file's first record by the sink's, written down by the drain's.
        self._guard = threading.Lock()
        self._read(now)

    def note(self, data: bytes, peer: str, at: int) -> None:
        """A datagram came, which :func:`sekisho.logs.formats.ipfix.messages.is_datagram` has seen to be one."""
        (found,) = wire.messages(data, final=True)
        if not isinstance(found, wire.Message):
            return
        header = found.header
        for number, body in wire.sets(data, found):
            if number in _TEMPLATE_SETS[header.version]:
                key = (peer, header.version, header.domain)
                self._keep(key, number.to_bytes(2, "big") + body, at, wire.single(header, number, body))

    def records(self, at: int) -> Sequence[Received]:
        """Every announcement in force at ``at``, for the beginning of a file whose first record is of that moment.

        One that was first made later isn't told: records that waited for the disk were made by the one before it.
        """
        found: list[Received] = []
        size = 0
        with self._guard:
            for (peer, _, _), each in reversed(self._known.items()):
                for told in reversed(each.values()):
                    if told.first > at or at - told.last > self._lifetime:
                        continue
                    size += len(told.message) + 4
                    if size > MAX_HEAD:
                        return found[::-1]
                    found.append(Received(at, peer, wire.kept(told.message)))
        return found[::-1]

    def save(self) -> None:
        """Write them down, if there is something new. Raises ``OSError``."""
        with self._guard:
            if not self._changed:
                return
            self._changed = False
            found = [
                {"peer": key[0], "at": told.last, "message": base64.b64encode(told.message).decode("ascii")}
                for key, each in self._known.items()
                for told in each.values()
            ]
        self._files.publish([(self._path, orjson.dumps(found))])

    def _keep(self, key: _Exporter, body: bytes, at: int, message: bytes) -> None:
        with self._guard:
            each = self._known.setdefault(key, OrderedDict())
            self._known.move_to_end(key)
            self._changed = True
            before = each.get(body)
            each[body] = _Told(at if before is None else before.first, at, message)
            # The latest comes last: of two that define the same number it is the one that counts.
            each.move_to_end(body)
            if len(each) > MAX_EACH:
                each.popitem(last=False)
            if len(self._known) > MAX_EXPORTERS:
                self._known.popitem(last=False)

    def _read(self, now: int) -> None:
        try:
            data = self._files.read(self._path)
            for one in orjson.loads(data) if len(data) <= MAX_FILE else ():
                message = base64.b64decode(one["message"], validate=True)
                at, peer = int(one["at"]), str(one["peer"])
                if now - at <= self._lifetime and wire.is_datagram(message):
                    self.note(message, peer, at)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            # Not there, or not what we wrote: exporters announce anew before long.
            return
        finally:
            self._changed = False
