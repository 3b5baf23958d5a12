"""The command line: ``sekisho``. Thin: every command goes through the same service functions as HTTP.

Exit codes: 0 done (whatever the verdict) · 1 a check the command exists to make failed · 2 input refused · 3 not
permitted · 4 unavailable. With ``--json`` one JSON document (JSON Lines for streams) is all that stdout gets.
"""

from __future__ import annotations

from sekisho.cli.main import main

__all__ = ["main"]
