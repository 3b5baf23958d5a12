"""The end of a day: its key is destroyed on its day, with a certificate that anybody can check.

ending.py   the steps that end a key, noted one by one; a run that was killed goes on there
due.py      which days are due, by which policy
day.py      the purge of one kind's day
remains.py  what isn't secret of a purged day, made non-identifying
tasks.py    what ends on its day, for ``sekisho due``
"""
