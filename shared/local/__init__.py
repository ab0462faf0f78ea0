"""The house on one machine without containers: own database, own broker, every process, and a clean end to all."""
