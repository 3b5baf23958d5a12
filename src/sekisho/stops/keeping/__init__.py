"""What the stops desk keeps and for how long, what ends with its time, and the keys that end with each month."""
