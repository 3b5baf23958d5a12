"""Calls that were passed on, with and without signatures (RFC 8946)."""

from __future__ import annotations

from datetime import timedelta

from sekisho.calls.stir.store import CredentialStore
from sekisho.calls.stir.verdict import CouldNotCheck, Invalid, Reach, Valid, Verification
from sekisho.calls.stir.verify import MAX_TOKENS
from tests.calls.stir import pki
from tests.calls.stir.pki import (
    CALLED,
    CALLER,
    IAT,
    LAST,
    MIDDLE,
    MOMENT,
    NEXT,
    OTHER_URL,
    SIGNER,
    claims,
    diversion,
    header,
    identity,
    judged,
    request,
    token,
)


def _to(target: str, *identities: str, held: CredentialStore | None = None) -> Verification:
    return judged(sent=request(*identities, target=target), held=held)


def _reason(found: Verification) -> str:
    assert isinstance(found, Invalid | CouldNotCheck), found
    return found.fault.reason


def test_a_signed_diversion_leads_to_the_target() -> None:
    """Signed to the number called, by its holder on to the next: diverted, with who did it."""
    found = _to(NEXT, identity(), diversion(CALLED, NEXT))
    assert isinstance(found, Valid)
    assert found.reach is Reach.DIVERTED
    assert [one.diverted_from.value for one in found.diversions] == [CALLED]


def test_two_diversions_in_any_order() -> None:
    """A chain of two holds however the headers are ordered."""
    for headers in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        each = (identity(), diversion(CALLED, NEXT), diversion(NEXT, LAST))
        found = _to(LAST, *(each[at] for at in headers))
        assert isinstance(found, Valid)
        assert [one.diverted_from.value for one in found.diversions] == [CALLED, NEXT]


def test_diversions_in_a_circle_end() -> None:
    """Diversions that lead back to themselves are followed once each."""
    found = _to(LAST, identity(), diversion(CALLED, NEXT), diversion(NEXT, CALLED))
    assert isinstance(found, Valid)
    assert found.reach is Reach.TO_ONLY


def test_an_unsigned_diversion_is_seen() -> None:
    """To was signed, the target wasn't: valid, and the result says that nobody signed the way here."""
    found = _to(NEXT, identity())
    assert isinstance(found, Valid)
    assert found.reach is Reach.TO_ONLY


def test_a_diversion_that_starts_elsewhere_leads_nowhere() -> None:
    """A diversion of another number doesn't lead here, and To no longer helps once it was changed."""
    sent = request(identity(), diversion(LAST, NEXT), to_uri=f"tel:+{NEXT}", target=NEXT)
    assert _reason(judged(sent=sent)) == "stir_diversion_broken"


def test_a_diversion_of_another_caller_is_not_this_calls() -> None:
    """A div for another caller is another call's."""
    found = _to(NEXT, identity(), diversion(CALLED, NEXT, caller="81312345602"))
    assert isinstance(found, Valid)
    assert (found.reach, [fault.reason for fault in found.others]) == (Reach.TO_ONLY, ["stir_caller_differs"])


def test_only_the_holder_of_a_number_diverts_it() -> None:
    """The certificate must be for the number that diverts, not for the caller's."""
    sent = request(identity(), diversion(CALLED, NEXT, by="signer"), to_uri=f"tel:+{NEXT}", target=NEXT)
    found = judged(sent=sent)
    assert _reason(found) == "stir_destination_differs"
    assert isinstance(found, Invalid)
    assert [fault.reason for fault in found.others] == ["stir_number_not_covered"]


def test_a_diversion_without_its_original_is_broken() -> None:
    """A div alone vouches for nobody: only the original says who calls."""
    assert _reason(_to(NEXT, diversion(CALLED, NEXT))) == "stir_diversion_broken"


def test_an_uncheckable_diversion_leaves_the_call_unchecked() -> None:
    """If the diverter's certificate isn't held, whether the call came this way couldn't be checked."""
    held = CredentialStore(pki.trust())
    held.put(pki.URL, pki.pem(SIGNER, MIDDLE), at=MOMENT)
    sent = request(identity(), diversion(CALLED, NEXT), to_uri=f"tel:+{NEXT}", target=NEXT)
    found = judged(sent=sent, held=held)
    assert isinstance(found, CouldNotCheck)
    assert found.to_fetch == (OTHER_URL,)


def test_the_original_may_be_older_than_the_diversion() -> None:
    """It rang before it was passed on: the original may be as old as `diverted`, the last diversion is of now."""
    old = identity(body=claims(iat=IAT - 120))
    found = _to(NEXT, old, diversion(CALLED, NEXT))
    assert isinstance(found, Valid)
    assert _reason(_to(NEXT, old, diversion(CALLED, NEXT, iat=IAT - 120))) == "stir_stale"
    assert _reason(_to(CALLED, old, diversion(CALLED, NEXT))) == "stir_stale"
    too_old = identity(body=claims(iat=IAT - 181))
    assert _reason(_to(NEXT, too_old, diversion(CALLED, NEXT))) == "stir_stale"
    assert pki.SETTINGS.diverted == timedelta(seconds=180)


def test_an_original_inside_the_diversion_counts_as_one_beside_it() -> None:
    """div-o carries the original in opt (RFC 8946 §5)."""
    body = {
        "dest": {"tn": [NEXT]}, "div": {"tn": CALLED}, "iat": IAT, "opt": token(header(), claims()),
        "orig": {"tn": CALLER},
    }
    found = _to(NEXT, identity(header(ppt="div-o", x5u=OTHER_URL), body, by="diverter"))
    assert isinstance(found, Valid)
    assert found.reach is Reach.DIVERTED
    forged = body | {"opt": token(header(), claims(), by="stranger")}
    assert _reason(_to(NEXT, identity(header(ppt="div-o", x5u=OTHER_URL), forged, by="diverter"))) == (
        "stir_signature_wrong"
    )


def test_nesting_is_bounded() -> None:
    """Tokens within tokens are followed to a fixed number in all, not to a depth a stranger chooses."""
    inner = token(header(), claims())
    nested = 0
    while len(inner) < 2_500:
        body = {
            "dest": {"tn": [NEXT]}, "div": {"tn": CALLED}, "iat": IAT, "opt": inner, "orig": {"tn": CALLER},
        }
        inner = token(header(ppt="div-o", x5u=OTHER_URL), body, by="diverter")
        nested += 1
    many = [f"{inner};info=<{OTHER_URL}>;ppt=div-o"] * 8
    assert 8 * (nested + 1) > MAX_TOKENS
    found = _to(NEXT, *many)
    assert isinstance(found, Valid | Invalid)
    assert "stir_too_long" in [fault.reason for fault in found.others]
