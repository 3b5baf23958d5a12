"""Outside parties of a workspace."""
