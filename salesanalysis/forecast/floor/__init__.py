"""The floor every method has to beat: the same month of last year, with honest intervals."""
