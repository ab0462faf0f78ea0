"""What every document of talent shares."""


ALIAS = "talent"
