"""HTTP shapes, named by direction: `In` is what a caller sends, `Out` what they get; a room for each circle of nouns."""
