"""From events to rows: which start belongs to which stop, and what is known of an end that nobody logged."""
