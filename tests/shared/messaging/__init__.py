"""Facts reach their effect exactly once, whatever dies between: tested on a real database and a real broker."""
