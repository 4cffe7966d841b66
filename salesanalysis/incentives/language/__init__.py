"""The plan language: from a YAML file to a validated plan."""
