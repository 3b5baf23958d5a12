"""Purposes, limits and trust of re-authentication. The relying party itself is the operator's configuration."""

from __future__ import annotations

from typing import Final

PURPOSE_ASSERTION: Final = "passkey-assertion"
PURPOSE_REGISTRATION: Final = "passkey-registration"

USE_REGISTRATION: Final = "passkey_registration"
"""A registered passkey as ``sekisho contract account list --json`` shows it: its public key and its relying party."""

MAX_REGISTRATION_FILE: Final = 4096
"""A key of 600 bytes in base64, an id, a domain and some origins."""

MAX_REGISTRATIONS: Final = 64
"""More than anybody registers for one account."""

MAX_ANSWERS: Final = 10
"""Answers in one step-up: three reach every level; the rest leaves room for repeats."""
