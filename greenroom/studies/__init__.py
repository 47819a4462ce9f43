"""Studies of a site from what is stored: plans in other circumstances, what would have been used, what models say of themselves."""
