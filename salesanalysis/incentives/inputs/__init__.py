"""What goes into a pay: deals, people, and the sheet of one person."""
