"""Reminding agencies of what they owe, and counting how often they were reminded."""
