"""What is hung up and handed out: posters, slips and collectors' lists as PDF."""
