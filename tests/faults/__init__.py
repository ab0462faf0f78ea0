"""Crashes under load: people use the house while processes, database and broker die, and afterwards every law must hold."""
