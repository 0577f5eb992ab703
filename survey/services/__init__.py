"""What is done to rounds, slips, ballots, units and accounts, each in one transaction."""
