"""Assignments that are computed, not logged: MAP-E, lightweight 4over6, deterministic translation; by dated rules."""
