"""Who had this address and port at that time: intervals and what is known of them, never the nearest line."""
