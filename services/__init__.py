"""The six services. They meet only through the facts of `shared.events`; none imports another."""
