"""Asked of whom, collected, kept: units, rounds, links, slips, ballots, accounts."""
