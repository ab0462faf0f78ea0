"""Use cases that read: every one looks only into the caller's community, and pages by key."""
