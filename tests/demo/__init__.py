"""The demonstration: whole remote sign-ups over real HTTP."""
