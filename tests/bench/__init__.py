"""Measurements of single services, as parts that `make bench` can call or that run alone."""
