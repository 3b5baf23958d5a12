"""The log store: what communications left behind, kept encrypted for a declared time, and answered as intervals.

::

    input ──formats──▶ Events ──intervals──▶ Rows ──segments──▶ encrypted files ──lookup──▶ Answer

``kinds`` says which logs there are, ``policy`` for how long and why each is kept, ``formats`` reads what devices write,
``intervals`` turns starts and stops into rows, ``segments`` keeps them, ``lookup`` answers, ``holds`` and ``purge`` end
their life. ``service`` is the only file that touches store, ledger, keys and clock.
"""
