"""A community that has lived a few weeks, told through the public API only: whatever the demo shows, a client could have done."""
