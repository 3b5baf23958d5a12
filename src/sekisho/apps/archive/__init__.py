"""Zip archives from strangers, read within limits. Nothing is ever written to a disk under an entry's name.

What this does not do: it doesn't say that an archive is harmless, and it checks no signature.
"""

from sekisho.apps.archive.errors import ArchiveRefused, EntryRefused
from sekisho.apps.archive.zip_file import Archive, Entry, Limits, Oddity, OddityKind

__all__ = ["Archive", "ArchiveRefused", "Entry", "EntryRefused", "Limits", "Oddity", "OddityKind"]
