"""What many calls show together that none shows alone: sliding windows over shared memory. Standard library only.

Several processes (the children of one SIP proxy) count into one file of fixed size, so that a pattern spread over
them is seen, and a flood can't make it grow. What is counted are keyed hashes of numbers, under a key that dies with
the file.

What isn't here: the judgement of one call (:mod:`sekisho.calls.screening`). An alarm is for people and for a rule set
that they then load; it changes no call by itself.
"""

from __future__ import annotations

from sekisho.calls.windows.alarms import Alarm, Pattern
from sekisho.calls.windows.shared import Shape, SharedFile, WindowsUnusable
from sekisho.calls.windows.watch import Thresholds, Watch

__all__ = ["Alarm", "Pattern", "Shape", "SharedFile", "Thresholds", "Watch", "WindowsUnusable"]
