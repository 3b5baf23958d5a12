"""The rule engine: pure, three-valued, dated on two axes, and it can explain itself.

It knows nothing of any desk: a desk gives it a :class:`~sekisho.engine.facts.Catalogue`, a
:class:`~sekisho.engine.rules.Rulebook` and cases, and gets outcomes with findings and a trace.
"""
