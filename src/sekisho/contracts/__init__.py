"""Identity at the contract: who may have a mobile line, by which method, under the law of the day."""
