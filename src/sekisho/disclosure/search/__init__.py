"""Searching for a case: exactly what the request asks, under grants that two others approved.

    plan.py       from items to grants and questions                     pure
    outcomes.py   from answers to one outcome per item                   pure
    evidence.py   what the logs could say when they were asked
    desk.py       asked for, approved, run, stored
    errors.py
"""
