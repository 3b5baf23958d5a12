"""What a result of another firm must look like. Marks: [C] read, [C2] several public sources, [U] unconfirmed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

TRUST_FRAMEWORKS: Final = frozenset({"jp_mpiupa", "jp_aml"})
"""Predefined values of OpenID Connect for Identity Assurance [C2]: 携帯電話不正利用防止法, 犯罪収益移転防止法.
There is none for the Act of 2026: the revision in ``assurance_process.policy`` tells the law apart."""

PARTIES: Final = ("bank", "card_issuer", "carrier")
"""Who may be relied on (the report's figures 6 and 7), as the catalogue has them."""

PROOFINGS: Final = ("jpki", "chip_and_face", "document_shown", "other")
"""How the other firm verified, as the catalogue has it. A procedure that wasn't agreed on is ``other``."""

REVISION: Final = re.compile(r"([0-9A-Z]{15})_(\d{8})_[0-9A-Z]{15}", re.ASCII)
"""A revision in e-Gov's database: the law's id, the first day on which it is in force, the amending law's id."""

INSTRUMENTS: Final = {"jp_mpiupa": frozenset({"417M60000008167"})}
"""Laws whose revisions may stand in ``policy``: 携帯電話不正利用防止法施行規則 [C]. For ``jp_aml`` any
revision is taken, since the id of its ordinance was not at hand to be compared."""

MAX_WITHIN: Final = timedelta(days=366)
"""Longest period in which two firms can agree to call items up to date: moves happen every day."""

MAX_PROCEDURES: Final = 50
"""Procedures in one agreement: the Ordinance has a dozen methods."""
