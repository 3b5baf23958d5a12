"""What a reader of a built app has found so far, within limits: pieces, facts, and what couldn't be looked at.

Which marks stand for a recipient is asked of a :class:`~sekisho.apps.recipients.Matcher`: an app has thousands of
packages, and one that no row knows is no recipient. Nothing is concluded here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from sekisho.apps.evidence import Grade, NotMeasured, Piece, Place
from sekisho.apps.readers.hosts import HostSeen, Looks, TooManyHosts
from sekisho.apps.recipients import Matcher, shipped
from sekisho.errors import SekishoError

PIECES_MOST: Final = 20_000
FACTS_MOST: Final = 20_000
MISSING_MOST: Final = 2_000
"""Rows of one reading; the largest apps stay below a tenth of each. What is above is counted, and that is said."""
HOSTS_MOST: Final = 20_000
"""Different hosts of one file."""
TOTAL_MOST: Final = 1 << 30
"""Bytes that one app's file unpacks to altogether, parts within parts included."""


@cache
def usual_matcher() -> Matcher:
    """What finds the rows of the knowledge base that is given out; made once."""
    return shipped().matcher()


class Gathered:
    """Pieces, facts and what is missing, each once and in the order found."""

    def __init__(self, matcher: Matcher) -> None:
        """``matcher`` says which marks are a recipient's."""
        self.matcher = matcher
        self.left = TOTAL_MOST
        self.looks = Looks()
        self._pieces: dict[Piece, None] = {}
        self._facts: dict[tuple[str, str], None] = {}
        self._missing: dict[NotMeasured, None] = {}
        self._dropped = 0

    def piece(self, piece: Piece) -> None:
        """Keeps a piece of evidence."""
        if len(self._pieces) < PIECES_MOST:
            self._pieces[piece] = None
        else:
            self._dropped += 1

    def fact(self, name: str, value: str) -> None:
        """Keeps a plain thing of the target; an empty value says nothing and is left out."""
        if value and len(self._facts) < FACTS_MOST:
            self._facts[name, value[:1000]] = None
        elif value:
            self._dropped += 1

    def has_fact(self, name: str) -> bool:
        """Whether something was found under this name."""
        return any(key == name for key, _ in self._facts)

    def values(self, name: str) -> tuple[str, ...]:
        """Everything found under this name."""
        return tuple(value for key, value in self._facts if key == name)

    def say(self, path: str, reason: str, ja: str, en: str) -> None:
        """Keeps that something couldn't be looked at."""
        if len(self._missing) < MISSING_MOST:
            self._missing[NotMeasured(place=Place(path=path), reason=reason, ja=ja, en=en)] = None
        else:
            self._dropped += 1

    def miss(self, path: str, error: SekishoError) -> None:
        """Keeps an error's reason and sentences as what couldn't be looked at."""
        self.say(path, error.reason, error.sentence("ja"), error.sentence("en"))

    def access(self, path: str, information: str, words: str, offset: int | None = None) -> None:
        """Keeps that code asks the system for information. Who receives it, or whether it ever runs, isn't known."""
        self.piece(Piece(grade=Grade.EMBEDDED, place=Place(path=path, offset=offset), information=information,
                         words=words))  # fmt: skip

    def finished(
        self, path: str
    ) -> tuple[tuple[Piece, ...], tuple[NotMeasured, ...], tuple[tuple[str, str], ...]]:
        """Pieces, what is missing, and facts. What the limits left out is told as missing of ``path``."""
        missing = tuple(self._missing)
        if self._dropped:
            missing += (
                NotMeasured(
                    place=Place(path=path),
                    reason="too_much_found",
                    ja=f"見つかったものが上限を超え、{self._dropped}件は記録していません。ファイルを分けて調べてください。",
                    en=f"More was found than the limits allow; {self._dropped} weren't kept. Scan its parts alone.",
                ),
            )
        return tuple(self._pieces), missing, tuple(self._facts)


def tell_hosts(hosts: Iterable[HostSeen], path: str, found: Gathered) -> None:
    """Endpoints as pieces, each host once a file at its first place; hosts that are only referred to as facts."""
    first: dict[str, HostSeen] = {}
    try:
        for each in hosts:
            old = first.get(each.host)
            if old is None and len(first) >= HOSTS_MOST:
                found.miss(path, TooManyHosts(limit=HOSTS_MOST))
                break
            # One use as an endpoint outweighs any number of mentions.
            if old is None or (each.endpoint, -each.offset) > (old.endpoint, -old.offset):
                first[each.host] = each
    except TooManyHosts as error:
        found.miss(path, error)
    for each in sorted(first.values(), key=lambda one: one.offset):
        if each.endpoint:
            words = "http URL" if each.cleartext else ""
            found.piece(Piece(grade=Grade.EMBEDDED, place=Place(path=path, offset=each.offset), host=each.host,
                              words=words))  # fmt: skip
        else:
            found.fact("referred_host", each.host)
