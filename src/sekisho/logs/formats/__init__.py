"""What devices write, read into :class:`sekisho.logs.events.Events`; one module per family of formats.

Line formats are data: a list of templates (:mod:`sekisho.logs.formats.template`), read many lines at once
(:mod:`sekisho.logs.formats.scan`) and, where a line doesn't fit at once, one by one with the same result.
"""
