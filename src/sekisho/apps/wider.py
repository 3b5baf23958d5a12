"""Which kinds of information a telling of another kind covers, and which it only hints at.

The house's own table, no law's: a kind that isn't here is told by its own name or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_IDS: Final = ("advertising_id", "device_id", "cookie_id")
_PERSONAL: Final = ("name", "email", "phone", "address", "birth_date", "account_id")

COVERED_BY: Final[Mapping[str, frozenset[str]]] = {
    # Who is told that the precise place is sent knows that the approximate one is.
    "coarse_location": frozenset({"precise_location"}),
}
"""Kind sent → kinds whose telling tells it too."""

HINTED_BY: Final[Mapping[str, frozenset[str]]] = {
    # 「端末を識別する情報」「Cookie等の識別子」: an identifier, and a reader can't tell which.
    **{each: frozenset(_IDS) - {each} for each in _IDS},
    # 「個人情報」: a reader can't tell which.
    **{each: frozenset({"other_personal"}) for each in _PERSONAL},
    # 「閲覧履歴」 may mean where the reader came from, and the other way round.
    "referrer": frozenset({"page_viewed"}),
    "page_viewed": frozenset({"referrer", "interaction"}),
    # 「利用の履歴」 may mean any of these.
    "search": frozenset({"interaction"}),
    "advertising_data": frozenset({"interaction"}),
    "purchases": frozenset({"interaction"}),
    "crash": frozenset({"performance"}),
    "performance": frozenset({"crash"}),
}
"""Kind sent → kinds whose telling may mean it."""
