"""Changing the numbers of a plan: what can be moved, and the plan that comes of it."""
