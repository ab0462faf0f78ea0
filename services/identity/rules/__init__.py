"""Pure decisions of identity: how people and places are read, how a roster is judged, who may hold and change what.

They know no clock, no database and no framework: years, grids and the people already known are handed to them.
"""
