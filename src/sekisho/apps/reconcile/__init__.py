"""What is told, declared, embedded and observed of one service, held against each other.

:func:`~sekisho.apps.reconcile.reconcile.reconcile` holds the notice against what was observed,
:func:`~sekisho.apps.reconcile.platform.platform` the stores' forms, and :mod:`~sekisho.apps.reconcile.compare` the app
against the web site. None of it is a finding of law.
"""
