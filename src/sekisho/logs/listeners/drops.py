"""What the kernel dropped before we could read it (Linux): datagrams that came while a socket's buffer was full.

The count is taken from ``/proc/net/udp`` (proc(5)) and, with the next datagram that does arrive, from the socket itself
(``SO_RXQ_OVFL``, socket(7)). Both count since the socket was made; the larger is believed.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

SO_RXQ_OVFL: Final = 40
"""Linux's number; Python doesn't name it."""
_TABLES: Final = {socket.AF_INET: Path("/proc/net/udp"), socket.AF_INET6: Path("/proc/net/udp6")}
_COUNT = struct.Struct("=I")
ANCILLARY: Final = socket.CMSG_SPACE(_COUNT.size)


class KernelDrops:
    """The drops of one UDP socket."""

    def __init__(self, of: socket.socket) -> None:
        """Ask the socket to tell."""
        self._family = socket.AddressFamily(of.family)
        self._inode = os.fstat(of.fileno()).st_ino
        self._told = 0
        with suppress(OSError):  # another system than Linux
            of.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)

    def note(self, ancillary: Iterable[tuple[int, int, bytes]]) -> None:
        """What came beside a datagram."""
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == SO_RXQ_OVFL and len(data) >= _COUNT.size:
                self._told = max(self._told, _COUNT.unpack_from(data)[0])

    def count(self) -> int:
        """Datagrams dropped so far."""
        with suppress(OSError):
            self._told = max(self._told, drops_in(_TABLES[self._family].read_text("ascii"), self._inode))
        return self._told


def drops_in(table: str, inode: int) -> int:
    """The drops of the socket with that inode; 0 where it isn't in the table."""
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) >= 13 and fields[9] == str(inode) and fields[-1].isdigit():
            return int(fields[-1])
    return 0
