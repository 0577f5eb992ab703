"""Words: message catalogues, and the formats of numbers and dates."""
