"""One document, one write: tested on a real database."""
