"""What retention is worth: how often a record is gone before anybody could ask for it, and what that depends on. Pure.

::

    delay of the victim ─┐
    stages of the route ─┼─▶ days until the access provider can hold ──▶ share beyond each period ──▶ differences, cost
    own measured times ──┘
    what own cases came to ──▶ statistics (small counts hidden) and own stage times, which replace the defaults
    policies and purges ──▶ how long logs were really kept, for the Ministry's hearing

The first line is a simulation, and says so wherever it is shown: the delay before somebody asks is an assumption, and
it drives the result. The other two are counts.

What this package does not do: it reads no table, clock or file. Whoever calls it brings the rows.
"""
