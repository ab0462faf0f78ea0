"""Machinery that any domain could use; the only package that every service and the gateway may import."""
