"""A synthetic season on the real units."""
