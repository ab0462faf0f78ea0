"""Use cases that write: each judges with pure rules and writes one document once, with its facts inside."""
