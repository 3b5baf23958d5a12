"""What of a user's stands in what was sent: known values through layers of encoding, and identifiers by their shape.

It never says that nothing was sent, only what was found; see :mod:`sekisho.apps.leaks.search` for what it can't see.
"""

from sekisho.apps.leaks.errors import ValueNotTelling
from sekisho.apps.leaks.search import Hit, Search, is_hashed, search
from sekisho.apps.leaks.shapes import identifiers
from sekisho.apps.leaks.values import Kind, Value, is_nil

__all__ = ["Hit", "Kind", "Search", "Value", "ValueNotTelling", "identifiers", "is_hashed", "is_nil", "search"]
