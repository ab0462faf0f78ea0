"""The shapes of talent's HTTP interface, named by direction."""
