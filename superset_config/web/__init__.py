"""What runs inside Superset's own web server; it imports nothing of the platform."""
