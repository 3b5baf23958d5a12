"""Tests of the knowledge base of recipients."""
