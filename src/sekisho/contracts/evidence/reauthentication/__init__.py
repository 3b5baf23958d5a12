"""Evidence of a re-authentication: passkey assertions, one-time codes, and what a whole step-up comes to."""
