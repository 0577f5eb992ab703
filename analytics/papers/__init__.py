"""The papers of a round, as people sign, post and read them out; Vietnamese always."""
