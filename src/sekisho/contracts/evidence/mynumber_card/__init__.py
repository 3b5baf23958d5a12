"""What a My Number card's own applications say of its holder (券面事項), never its individual number.

Yields a ``chip_read`` with ``document: mynumber_card``, read and not authenticated. The card's certificates are
:mod:`sekisho.contracts.evidence.jpki`, its stand-in on a smartphone is another kind.
"""
