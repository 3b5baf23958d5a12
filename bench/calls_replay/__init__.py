"""A made-up operator and what is called through it, to hold the screening of calls against.

::

    seed ──world──▶ trunks, lines, lists, blocks, pools of numbers ─┐
    *_a.yaml, *_b.yaml ──scenario──▶ who calls how, what harms ─────┼──replay──▶ (scenario, Call) …
                                │                                   │
                                └──────────── grade ◀── decisions ──┘

The scenarios were written from the published facts of such calls and the law they name, before the screening rules and
by someone who hadn't seen them. Half of each kind stands in ``*_a.yaml`` and may be looked at while rules are tuned.
The other half, ``*_b.yaml``, isn't looked at then: of it only the totals are read. What a scenario holds acceptable is
an opinion with a reason beside it; where a rule turns out right and the scenario wrong, the change of a scenario says
why.

``source`` names a section of the facts on fraud calls that the project was begun with (``traffic.md``), a standard or
an ordinance. Nobody's calls were recorded for this: shares and shapes are invented, in the order of size one would
expect, and every number is made up (:mod:`bench.calls_replay.invented`).
"""
