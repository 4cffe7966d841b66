"""Growth methods: from a unit's own history, and shares of a total by potential or forecast."""
