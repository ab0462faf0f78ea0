"""What every document of engagement shares."""


ALIAS = "engagement"
