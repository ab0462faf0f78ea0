"""Pure decisions of the check-in service: who gets a place, what counts as presence, who may verify, what a sheet says.

Rules know no clock, no database and no framework; everything they judge by is an argument.
"""
