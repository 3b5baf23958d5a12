"""An adversarial corpus for the log store: a network whose truth is known, and devices that log it badly.

::

    parameters ──truth──▶ who really had which ports ──records──▶ what devices logged of it, and what arrived
                              │                                        │
                              └──────────── oracle ◀───────────────────┤ who had it; whether the logs settle it
                                               │                       ▼
                               figures ◀───────┴── asked ◀── kept (events, rows, segments, as in the product)

Everything follows from the parameters and a seed. Subscribers are numbers; addresses are from 198.18.0.0/15 and
100.64.0.0/10.
"""
