"""Re-authentication of those who have a contract already: passkeys, one-time codes, JPKI, step-up and recovery."""
