"""Pure decisions of engagement. Rules know no clock, no database and no framework; everything they judge by is an argument."""
