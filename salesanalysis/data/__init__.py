"""To come in this sitting."""
