"""The plan's scoreboard."""
