"""What the calls of a month come to: tallies without numbers, the month's report, and public warnings made of it.

What it may be used for, and what not, is in docs/calls.md.
"""
