"""Room in preparation."""
