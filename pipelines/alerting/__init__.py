"""Acting on alerts."""
