"""Limits of time, measured: `make bench` prints PASS or MISS for each."""
