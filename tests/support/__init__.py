"""Real servers and ordinary users for tests that need more than one process."""
