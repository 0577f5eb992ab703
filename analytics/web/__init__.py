"""The pages that tell: results, downloads, the plan and its declarations."""
