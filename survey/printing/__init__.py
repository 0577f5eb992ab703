"""What is hung up and handed out: posters, slips, blank ballots and collectors' lists as PDF."""
