"""What a sign-in by デジタル認証アプリ must look like. Marks: [C2] several public sources, [U] unconfirmed."""

from __future__ import annotations

from typing import Final

LEVEL: Final = "aal3"
"""First word of ``acr``: the card's key and its PIN [C2]."""

REVOCATION_MODES: Final = frozenset({"crl", "ocsp"})
"""Second word of ``acr_values``: how the provider asks whether the certificate is revoked. ``crl`` [C2], ``ocsp`` [U].
Whether the ID token's ``acr`` repeats it is unconfirmed [U]: both forms are taken."""

FACTORS: Final = frozenset({"possession", "knowledge"})
"""The card (its key can't be copied) and the four-digit PIN of the user-authentication certificate."""

GENDERS: Final = frozenset({"1", "2", "3", "male", "female", "unknown"})
"""``gender``: the codes of the certificate's profile, as seen [U], or words. Read for its form; makes no fact."""
