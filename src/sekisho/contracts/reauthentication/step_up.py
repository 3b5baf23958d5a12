"""Step-up in the terms of RFC 9470: what is asked, whether it is reached, and what to say where it isn't.

``acr_values`` are names of what an authentication must be: any one of them is enough, the first being preferred (OpenID
Connect Core §3.1.2.1). ``max_age`` is how old it may be. All are worked out from recorded factors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sekisho.contracts.errors import WrongValue
from sekisho.contracts.reauthentication.factors import Factor
from sekisho.contracts.reauthentication.level import MAX_AGE, Derived, Level, derive

REALM = "sekisho"

ACR: Mapping[str, Callable[[Derived], bool]] = {
    # 当人認証保証レベル, by the names that デジタル認証アプリ's clients use [C2].
    "aal1": lambda found: found.level is not None,
    "aal2": lambda found: found.level is not None and found.level >= Level.L2,
    "aal3": lambda found: found.level is not None and found.level >= Level.L3,
    # OpenID Connect Extended Authentication Profile (EAP) ACR Values 1.0 §2.
    "phr": lambda found: found.phishing_resistant and found.level is not None and found.level >= Level.L2,
    "phrh": lambda found: found.level is Level.L3,
}
"""Names that may be asked for, and what reaches each."""

DEFAULT_ACR = ("aal2",)
"""An additional line needs two different factors (規則3条3項 as read from 2026-04-01 [I/U]; identity-law §2.5)."""

DEFAULT_MAX_AGE = timedelta(minutes=10)
"""Long enough to fill in an application, short enough that the same person is still there."""

MAX_ACR_VALUES = 5


@dataclass(frozen=True, slots=True)
class StepUpRequest:
    """What is asked. Raises :class:`~sekisho.contracts.errors.WrongValue` for a name nobody knows or an age of none."""

    acr_values: tuple[str, ...] = DEFAULT_ACR
    max_age: timedelta = DEFAULT_MAX_AGE

    def __post_init__(self) -> None:
        """An empty list of names would be reached by anything."""
        if not 0 < len(self.acr_values) <= MAX_ACR_VALUES or not set(self.acr_values) <= ACR.keys():
            raise WrongValue(field="acr_values", expected="one or more of " + ", ".join(ACR))
        if not timedelta() < self.max_age <= MAX_AGE:
            raise WrongValue(field="max_age", expected=f"1 to {int(MAX_AGE.total_seconds())} seconds")

    def as_document(self) -> dict[str, Any]:
        """For the record."""
        return {"acr_values": list(self.acr_values), "max_age": int(self.max_age.total_seconds())}

    @classmethod
    def of_document(cls, said: Mapping[str, Any]) -> StepUpRequest:
        """What :meth:`as_document` wrote."""
        return cls(tuple(said["acr_values"]), timedelta(seconds=said["max_age"]))


@dataclass(frozen=True, slots=True)
class StepUpAnswer:
    """Where an authentication stands. ``acr`` is the first of the names asked for that is reached, None if none is."""

    request: StepUpRequest
    derived: Derived
    acr: str | None

    @property
    def authenticated(self) -> bool:
        """Whether what was asked is reached."""
        return self.acr is not None

    def as_document(self) -> dict[str, Any]:
        """``acr``, ``auth_time`` and ``amr`` as RFC 9470 §6 has them in tokens, or the error and what is needed."""
        found = self.derived
        shown = {
            "level": None if found.level is None else int(found.level),
            "auth_time": None if found.auth_time is None else int(found.auth_time.timestamp()),
            "amr": list(found.amr),
        }
        if self.acr is not None:
            return {"authenticated": True, "acr": self.acr, **shown}
        # RFC 9470 §3
        return {"authenticated": False, "error": "insufficient_user_authentication", **self._needed(), **shown}

    def challenge(self) -> str:
        """The WWW-Authenticate header of RFC 9470 §3."""
        needed = self._needed()
        return (
            f'Bearer realm="{REALM}", error="insufficient_user_authentication", '
            'error_description="A different authentication is required", '
            f'acr_values="{needed["acr_values"]}", max_age="{needed["max_age"]}"'
        )

    def _needed(self) -> dict[str, Any]:
        return {
            "acr_values": " ".join(self.request.acr_values),
            "max_age": int(self.request.max_age.total_seconds()),
        }


def answer(request: StepUpRequest, factors: Iterable[Factor], *, moment: datetime) -> StepUpAnswer:
    """Whether ``factors`` reach what is asked at ``moment``. What the operator merely vouches for reaches nothing."""
    derived = derive(factors, moment=moment, max_age=request.max_age)
    reached = (name for name in request.acr_values if derived.verified_here and ACR[name](derived))
    return StepUpAnswer(request, derived, next(reached, None))
