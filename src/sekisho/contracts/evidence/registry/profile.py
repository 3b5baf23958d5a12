"""Limits of lookups, each with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MAX_ANSWER_AGE: Final = timedelta(hours=24)
"""The site is updated on working days; an answer kept since yesterday isn't one that the service has just received."""
CLOCK_TOLERANCE: Final = timedelta(seconds=60)
"""An adapter may run on another machine's clock."""
MAX_NAME: Final = 150
"""Characters of a company name: the site's own field has 150 [C2]."""
MAX_ADDRESS: Final = 610
"""Characters of a head office: prefecture 10, municipality 20, the rest 300; abroad 300 [C2]; both together here."""
MAX_OFFICERS: Final = 200
"""Officers of one body; the largest boards and partnerships have some dozens."""
