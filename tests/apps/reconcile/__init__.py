"""What is told, declared, embedded and observed, held against each other."""
