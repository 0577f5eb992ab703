"""Pages: the resident's, and the staff's."""
