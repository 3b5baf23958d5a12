"""Hosts in a stream of blocks, without keeping more of it than one block and what a URL needs before and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from sekisho.apps.readers.hosts import AUTHORITY_MOST, PROSE, HostSeen, Looks, urls_in, wide_urls_in

_AFTER: Final = 2 * AUTHORITY_MOST + 20
"""Bytes that a URL's authority can have, in UTF-16."""
_KEPT: Final = _AFTER + 100


def hosts_of(blocks: Iterable[bytes], looks: Looks, *, prose: frozenset[int] = PROSE) -> Iterator[HostSeen]:
    """Every host in a URL of the stream that ``blocks`` make, as :func:`~sekisho.apps.readers.hosts.urls_in`."""
    return _stream(blocks, lambda data: urls_in(data, looks, prose=prose))


def wide_hosts_of(blocks: Iterable[bytes], looks: Looks) -> Iterator[HostSeen]:
    """The same of text in one byte a character and in UTF-16."""

    def both(data: bytes) -> Iterator[HostSeen]:
        yield from urls_in(data, looks)
        yield from wide_urls_in(data, looks)

    return _stream(blocks, both)


def _stream(blocks: Iterable[bytes], look: Callable[[bytes], Iterator[HostSeen]]) -> Iterator[HostSeen]:
    """A host near the end of what is there is left for the next look, when what follows it is there too."""
    kept, base, told = b"", 0, 0
    for block in blocks:
        data = kept + block
        until = len(data) - _AFTER
        for seen in look(data):
            if told <= base + seen.offset < base + until:
                yield replace(seen, offset=base + seen.offset)
        told = max(told, base + until)
        cut = max(0, len(data) - _KEPT)
        kept, base = data[cut:], base + cut
    for seen in look(kept):
        if base + seen.offset >= told:
            yield replace(seen, offset=base + seen.offset)
