"""Pure decisions of talent. Rules know no clock, no database and no framework; everything they judge by is an argument."""
