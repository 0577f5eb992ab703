"""Counted and told: indicators, disclosure control, the plan's scoreboard, exports."""
