"""The desk for user information: what an app or a site sends to whom, and what must be said about it.

What this desk does not do: it says nothing from absence. What wasn't seen may still be sent; a scan that couldn't look
says so, and never that all is well.
"""
