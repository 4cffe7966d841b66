"""Plans and lines in plain words, English and Chinese."""
