"""What headings and cells of other people's tables are called: words of many languages, no rules.

Drafting a mapping and reading a table of a plan both ask here.
"""
