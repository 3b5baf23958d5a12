"""Where desks meet: what one desk needs of another, given as the other's own port, and events taken across.

It stands beside the interfaces: ``cli`` and ``api`` use it, no desk does. Only what :data:`sekisho.events.CROSSINGS`
lists is taken across.
"""
