"""The house on one machine without containers: its own database and broker, every process, and a clean end to all of it."""
