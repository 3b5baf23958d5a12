"""The law as data: strict loading of provisions, sets, conditions and rules from YAML."""
