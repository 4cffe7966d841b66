"""From somebody's table to one of ours: one pass, every value of its kind, no row lost."""
