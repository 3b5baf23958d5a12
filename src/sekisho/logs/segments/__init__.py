"""Where rows are kept: encrypted Parquet files that never change once written, each with commitments to its records."""
