"""`kho explain`: where a figure comes from, how it is known and what it was known to be."""
