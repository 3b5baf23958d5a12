"""How ``lists.bin`` is laid out, shared by :mod:`.list_writer` and :mod:`.lists`. Standard library only.

::

    header │ slot keys (u64) │ slot chains (u32) │ starts (u64) │ ends (u64) │ chains (u32)
           │ line slots │ line names │ own starts │ own ends │ own chains │ records │ texts (JSON)

Single numbers stand in an open-addressing table, ranges as disjoint spans in order; both name a *chain* of records,
from the one that counts most. A record of a chain counts only while it lasts, so a chain keeps no record that ends
before a stronger one. Integers are little-endian; each section begins at a multiple of eight.
"""

from __future__ import annotations

import struct
from typing import Final

from sekisho.calls.screening.lookups import Owner, Wish

MAGIC: Final = b"SKLISTS1"
SECTIONS: Final = (
    "keys", "slots", "starts", "ends", "chains", "line_slots", "line_names", "own_starts", "own_ends", "own_chains",
    "records", "texts",
)  # fmt: skip
HEADER: Final = struct.Struct(f"<8sQ{2 * len(SECTIONS)}Q")
"""Magic, the multiplier's shift, then offset and length of each section."""

RECORD: Final = struct.Struct("<qQHHHBB")
"""Ends (seconds since 1970, exclusive), entry number, list, reason, SIP status (0: none), rank, whether more follow."""

NEVER: Final = 2**62
"""The end of what doesn't end."""

MULTIPLIER: Final = 0x9E3779B97F4A7C15
"""2**64 by the golden ratio, odd: spreads runs of neighbouring numbers over the table (Knuth, TAOCP 6.4)."""
MASK64: Final = 2**64 - 1

_HARDEST_FIRST: Final = (Wish.PASS, Wish.REJECT, Wish.ANNOUNCE, Wish.ANONYMISE, Wish.LABEL)
RANKS: Final[dict[tuple[Owner, Wish], int]] = {
    (owner, wish): place * 2 + (owner is Owner.IMPORTED)
    for place, wish in enumerate(_HARDEST_FIRST)
    for owner in Owner
}
"""What counts first is least. The subscriber's own are kept apart, and come before all others."""
WISHES: Final = tuple(_HARDEST_FIRST[rank // 2] for rank in range(2 * len(_HARDEST_FIRST)))
"""The wish of each rank."""
