"""The target card as table and workbook, edits read back from it, versions and differences."""
