"""What goes to the operator's own equipment, where exemption 2 is relied on for it (法27条の12第2号). Pure.

An own host is no recipient otherwise. Whether the same identifier goes elsewhere is looked for in a visit's requests,
through the layers of encoding that the leak search undoes; a recording keeps no values, so there it isn't known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sekisho.apps.collector.collect import Collected
from sekisho.apps.evidence import Consent, Piece, Place
from sekisho.apps.law.facts import Fact, Known, Sending, Unmeasured
from sekisho.apps.leaks import Kind, Search, Value, ValueNotTelling
from sekisho.apps.recipients.domains import as_host
from sekisho.apps.traffic import Collected as Carried
from sekisho.apps.traffic import OwnHosts, Request, carried, tells_apart

IDENTIFIERS_MOST: Final = 50
"""Different identifiers of one own host that are followed."""
_NO_VALUES: Final = Unmeasured(
    "values_not_kept",
    "記録からは、同じ識別符号がほかに送られたか分かりません。サイトのアドレスを加えて訪問してください",
    "A recording doesn't tell whether the same identifier went elsewhere. Add the site's address to visit it",
)
_NO_IDENTIFIER: Final = Unmeasured("no_identifier", "自社への送信に、利用者を見分ける識別符号が見つかりません",
                                   "No identifier was found in what goes to the own equipment")  # fmt: skip
_NOT_WHOLE: Final = Unmeasured(
    "bodies_unseen", "送信の中身の一部が見えず、同じ識別符号がほかに送られたか分かりません",
    "Part of what was sent couldn't be seen, so whether the identifier went elsewhere isn't known",
)  # fmt: skip


class OwnWatch:
    """Sees the requests of one recording one by one and keeps what those to own hosts carry; bounded, each kind once.

    Without own hosts it keeps nothing. Values aren't kept.
    """

    def __init__(self, own_hosts: Iterable[str]) -> None:
        """``own_hosts`` are the operator's."""
        self._own = OwnHosts(own_hosts)
        self._found = Carried()

    def see(self, request: Request) -> None:
        """Looks at one request."""
        if self._own.receives(request):
            self._found.add(carried(request, OwnHosts(())))

    def pieces(self) -> tuple[Piece, ...]:
        """What was kept."""
        return self._found.pieces()


def own_names(own_hosts: Iterable[str]) -> tuple[str, ...]:
    """The own hosts as flows and answers name them."""
    return tuple(sorted({host for host in map(as_host, own_hosts) if host}))


def own_sendings(
    recorded: Mapping[str, Sequence[Piece]],
    visits: Sequence[Collected],
    own_hosts: Iterable[str],
    relied: frozenset[str],
) -> tuple[Sending, ...]:
    """One sending for each own host of ``relied``: the hosts for which somebody said that exemption 2 is relied on.

    ``recorded`` is what :class:`OwnWatch` kept of each recording, by its name.
    """
    names = own_names(own_hosts)
    found = {key: _of_recordings(key, recorded, names) for key in relied & set(names)}
    found = {key: each for key, each in found.items() if each.places}
    for key in relied & set(names):
        seen = [(visit, request) for visit in visits for request in visit.requests
                if _key(request.host, names) == key]  # fmt: skip
        if seen:
            found[key] = _of_visits(key, seen, visits, OwnHosts(names))
    return tuple(found[key] for key in sorted(found))


def _key(host: str, names: Sequence[str]) -> str | None:
    """The own host that a name is, or is below; as flows sort it."""
    return next((name for name in names if host in OwnHosts([name])), None)


def _of_recordings(key: str, recorded: Mapping[str, Sequence[Piece]], names: Sequence[str]) -> Sending:
    pieces = [(target, piece) for target, each in recorded.items() for piece in each
              if piece.host is not None and _key(piece.host, names) == key]  # fmt: skip
    return Sending(
        recipient=key, name=key, own=True, identifier_elsewhere=_NO_VALUES,
        information=frozenset(piece.information for _, piece in pieces if piece.information),
        states=frozenset(piece.consent for _, piece in pieces), cleartext=any(piece.cleartext for _, piece in pieces),
        places=tuple(replace(piece.place, path=f"{target}: {piece.place.path}") for target, piece in pieces),
    )  # fmt: skip


def _of_visits(
    key: str, seen: Sequence[tuple[Collected, Request]], visits: Sequence[Collected], own: OwnHosts
) -> Sending:
    nobody = OwnHosts(())
    pieces = [(visit, piece) for visit, request in seen for piece in carried(request, nobody)]
    alias = next((name for _, request in seen if not own.receives(request) for name in request.cname), "")
    return Sending(
        recipient=key, name=key, own=True, alias_of=alias,
        information=frozenset(piece.information for _, piece in pieces if piece.information),
        states=frozenset(piece.consent for _, piece in pieces) or frozenset({Consent.UNKNOWN}),
        pages=tuple(dict.fromkeys(request.page for _, request in seen if request.page)),
        cleartext=any(piece.cleartext for _, piece in pieces),
        places=tuple(dict.fromkeys(_place(visit, piece) for visit, piece in pieces)),
        identifier_elsewhere=_elsewhere([request for _, request in seen], visits, own),
    )  # fmt: skip


def _elsewhere(mine: Iterable[Request], visits: Sequence[Collected], own: OwnHosts) -> Fact[bool]:
    values = _identifiers(mine)
    if not values:
        return _NO_IDENTIFIER
    search, whole, places = Search(values), True, []
    for visit in visits:
        for request in visit.requests:
            if not own.receives(request):
                places += [_place(visit, piece) for piece in search.request(request)]
                whole = whole and request.body_whole and not request.encrypted_only
    if places:
        return Known(True, tuple(dict.fromkeys(places)))
    return Known(False) if whole and not search.incomplete else _NOT_WHOLE


def _identifiers(requests: Iterable[Request]) -> list[Value]:
    found: dict[str, Value] = {}
    for request in requests:
        for name, text in request.cookies():
            if not tells_apart(text) or text in found:
                continue
            if len(found) == IDENTIFIERS_MOST:
                return list(found.values())
            try:
                found[text] = Value(kind=Kind.DEVICE_ID, text=text, label=f"cookie {name}")
            except ValueNotTelling:
                continue
    return list(found.values())


def _place(visit: Collected, piece: Piece) -> Place:
    return replace(piece.place, path=f"{visit.reading.target.name}: {piece.place.path}")
