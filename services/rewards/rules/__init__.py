"""Pure decisions: what a redemption may become, what a shelf holds, what a voucher's code is made of.

No clock, no database, no framework: time and chance come in as arguments.
"""
