"""Lists of numbers: what an entry covers, what no entry may cover, and lists from outside. Pure; no store, no clock."""
