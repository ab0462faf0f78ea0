"""The use cases of identity that write, a room for each thing they write to."""
