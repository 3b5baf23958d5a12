"""Challenges: each text is answered once, by one of any number of callers at a time."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from sekisho.contracts.evidence.jpki.errors import JpkiRefused, NonceUnknown, NonceUsed
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, MemoryNonces, new_challenge
from sekisho.contracts.evidence.jpki.profile import Purpose
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import APPLICATION, MOMENT


def consume(nonces: MemoryNonces, challenge: Challenge) -> Challenge:
    """Answer a challenge in time."""
    return nonces.consume(challenge.nonce, purpose=Purpose.SIGNING, application=APPLICATION, moment=MOMENT)


def test_one_of_many_gets_the_challenge() -> None:
    """Sixteen answers at once: one counts."""
    nonces, challenge = MemoryNonces(), pki.challenge()
    nonces.keep(challenge)
    barrier = threading.Barrier(16)
    outcomes: list[str] = []

    def answer() -> None:
        barrier.wait()
        try:
            outcomes.append(consume(nonces, challenge).application)
        except JpkiRefused as error:
            outcomes.append(error.reason)

    threads = [threading.Thread(target=answer) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [APPLICATION, *["nonce_used"] * 15]


def test_old_challenges_are_forgotten() -> None:
    """The store doesn't grow for ever; what is forgotten is unknown, so still not answered."""
    nonces, old = MemoryNonces(), pki.challenge()
    nonces.keep(old)
    consume(nonces, old)
    nonces.keep(pki.challenge(moment=MOMENT + CHALLENGE_LIFE / 2))
    with pytest.raises(NonceUsed):
        consume(nonces, old)
    nonces.keep(pki.challenge(moment=MOMENT + 3 * CHALLENGE_LIFE))
    with pytest.raises(NonceUnknown):
        consume(nonces, old)


def test_the_text_says_what_is_signed() -> None:
    """Purpose, application, contents, nonce and end stand in the text, each on its line."""
    challenge = new_challenge(purpose=Purpose.SIGNING, application="A-1", agreed_to="sha256:ab", moment=MOMENT)
    lines = challenge.text.decode("utf-8").split("\n")
    assert [line.partition(": ")[2] for line in lines[1:]] == [
        "signing",
        "A-1",
        "sha256:ab",
        challenge.nonce.hex(),
        (MOMENT + CHALLENGE_LIFE).isoformat(),
    ]


def test_no_two_challenges_are_the_same() -> None:
    """A fresh nonce each time."""
    assert len({pki.challenge().nonce for _ in range(100)}) == 100


@pytest.mark.parametrize(("application", "agreed_to"), [("A\n1", "x"), ("A", "x\nnonce: 0"), ("", "x"), ("A", "")])
def test_no_value_passes_for_another_line(application: str, agreed_to: str) -> None:
    """Line breaks and nothing at all are refused."""
    with pytest.raises(ValueError, match="printable"):
        new_challenge(purpose=Purpose.SIGNING, application=application, agreed_to=agreed_to, moment=MOMENT)


def test_a_text_holds_its_nonce() -> None:
    """A text without it could be signed once and for all; a short nonce could be guessed."""
    end = MOMENT + timedelta(minutes=1)
    for nonce, text in ((b"n" * 16, b"text"), (b"n" * 15, (b"n" * 15).hex().encode())):
        with pytest.raises(ValueError, match="nonce"):
            Challenge(nonce, Purpose.SIGNING, "A", text, end)
    with pytest.raises(ValueError, match="aware"):
        Challenge(b"n" * 16, Purpose.SIGNING, "A", (b"n" * 16).hex().encode(), end.replace(tzinfo=None))
