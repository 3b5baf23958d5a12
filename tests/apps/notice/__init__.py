"""The notice's pages: drafted, written, compared."""
