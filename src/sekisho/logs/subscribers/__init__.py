"""The subscriber register: which contractor a line, number, SIM or device belonged to on a date."""
