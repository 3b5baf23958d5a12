"""What an operator says of one rulebook in a workspace: which rules were compared with the law, what was adopted.

Each saying is a row and a ledger leaf, durable together. Whether the person read well is not judged here.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

import orjson
from sqlalchemy import Connection, delete, insert, select

from sekisho.engine.conclude import Confirmation
from sekisho.engine.rules import Rule, Rulebook, Selection, Strength
from sekisho.rulebook.errors import UnknownInstrument, UnknownRule
from sekisho.workspace.legal_tables import adopted_instrument, legal_confirmation
from sekisho.workspace.parts import HOUSE_KEY
from sekisho.workspace.workspace import Workspace

CONFIRMATION_LEAF: Final = "rulebook.confirmed"
ADOPTION_LEAF: Final = "rulebook.adopted"

_CERTAINTY: Final = {"unverified": 0, "summary": 1, "verbatim": 2}


class LegalTexts:
    """Confirmations and adoptions for one desk's rulebook. Thread-safe: what it keeps is a cache of the settings."""

    def __init__(self, workspace: Workspace, rulebook: Rulebook) -> None:
        """Settings are read from the database when first asked for, and kept until changed here."""
        self._workspace = workspace
        self._rulebook = rulebook
        self._settings: tuple[Selection, Confirmation] | None = None

    def settings(self) -> tuple[Selection, Confirmation]:
        """What is adopted, and what is confirmed and still reads as it did then."""
        # With one writing process nothing changes behind our back; other workers may confirm or adopt at any time.
        if self._settings is None or self._workspace.database.several_workers:
            rules = self._rulebook.rules
            with self._workspace.database.read() as connection:
                adopted = connection.execute(select(adopted_instrument.c.instrument)).scalars().all()
                confirmed = connection.execute(select(legal_confirmation.c.rule, legal_confirmation.c.content_hash))
                current = {
                    row.rule: row.content_hash
                    for row in confirmed
                    if row.rule in rules and rules[row.rule].content_hash == row.content_hash
                }
            required = self._workspace.legal_confirmation == "required"
            self._settings = Selection(frozenset(adopted)), Confirmation(required=required, confirmed=current)
        return self._settings

    def unconfirmed(self) -> list[Rule]:
        """Duties whose text nobody here has confirmed: the least certain texts first, then by date."""
        _, confirmation = self.settings()
        found = [
            rule
            for rule in self._rulebook.rules.values()
            if rule.strength is Strength.DUTY and not confirmation.covers(rule)
        ]
        found.sort(
            key=lambda rule: (
                rule.end is not None,
                _CERTAINTY[rule.text_state.value],
                rule.start.day or rule.start.not_later_than or date.max,
                rule.id,
            )
        )
        return found

    def confirm_rule(self, rule_id: str, *, source: str, source_bytes: bytes, by: str) -> int:
        """Record that ``by`` compared a rule with the text of the law; the ledger index of the record.

        Confirms this very content of the rule: where it changes, it must be confirmed again. Raises ``UnknownRule``.
        """
        rule = self._rulebook.rules.get(rule_id)
        if rule is None:
            raise UnknownRule(rule=rule_id)
        now = self._workspace.clock.now()
        row = {
            "rule": rule.id,
            "content_hash": rule.content_hash,
            "source": source,
            "source_hash": hashlib.sha256(source_bytes).hexdigest(),
            "confirmed_by": by,
            "confirmed_at": now,
        }
        leaf = self._workspace.seal(
            kind=CONFIRMATION_LEAF, owner=HOUSE_KEY, body=orjson.dumps({**row, "confirmed_at": now.isoformat()}), at=now
        )

        def write(connection: Connection) -> None:
            connection.execute(
                delete(legal_confirmation).where(
                    legal_confirmation.c.rule == rule.id, legal_confirmation.c.content_hash == rule.content_hash
                )
            )
            connection.execute(insert(legal_confirmation), row)

        index = self._workspace.commit(write, [leaf]).leaf_indexes[0]
        self._settings = None
        return index

    def adopt(self, instrument: str, *, by: str) -> int:
        """Let an industry or house instrument bind in this workspace from now on; the ledger index of the record.

        Raises ``UnknownInstrument``.
        """
        known = self._rulebook.instruments.get(instrument)
        if known is None or known.kind not in ("industry", "house"):
            raise UnknownInstrument(instrument=instrument)
        now = self._workspace.clock.now()
        row = {"instrument": instrument, "adopted_by": by, "adopted_at": now}
        leaf = self._workspace.seal(
            kind=ADOPTION_LEAF, owner=HOUSE_KEY, body=orjson.dumps({**row, "adopted_at": now.isoformat()}), at=now
        )

        def write(connection: Connection) -> None:
            connection.execute(delete(adopted_instrument).where(adopted_instrument.c.instrument == instrument))
            connection.execute(insert(adopted_instrument), row)

        index = self._workspace.commit(write, [leaf]).leaf_indexes[0]
        self._settings = None
        return index
