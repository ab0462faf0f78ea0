"""The shapes of engagement's HTTP interface, named by direction."""
