"""Is a plan fair, and was it typed correctly: quality report, back-test, keyed-in errors."""
