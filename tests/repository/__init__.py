"""Tests about the repository itself: its conventions, documents, scripts and lock files."""
