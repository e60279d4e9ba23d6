"""Assets: landing, warehouse, publication."""
