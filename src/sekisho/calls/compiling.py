"""Rule sets compiled by what is shipped (:mod:`sekisho.calls.screening.compile`)."""

from __future__ import annotations

from typing import Final

from sekisho.calls.screening.errors import RulesRefused

MOST_BYTES: Final = 1024 * 1024
"""Of an operator's rule set as written."""


class ShippedCompiler:
    """:class:`sekisho.calls.ports.RuleCompiler`. Loads the compiler where it is first asked: it reads the rulebook."""

    def house(self) -> bytes:
        """The rules that come with Sekisho."""
        from sekisho.calls.screening import compile as compiler  # noqa: PLC0415  reads YAML and the rulebook

        return compiler.compiled_json(compiler.shipped(), name="house")

    def compile(self, source: bytes) -> bytes:
        """An operator's own set, instead of the shipped one. Raises ``RulesRefused``."""
        from sekisho.calls.screening import compile as compiler  # noqa: PLC0415  as above

        try:
            text = source.decode() if len(source) <= MOST_BYTES else ""
        except UnicodeDecodeError:
            raise RulesRefused(rule="?", problem="not UTF-8") from None
        if not text.strip():
            raise RulesRefused(rule="?", problem=f"a rule set of 1 to {MOST_BYTES} bytes")
        return compiler.compiled_json(
            compiler.read_rules({"operator.yaml": text}, compiler.provisions()), name="operator"
        )
