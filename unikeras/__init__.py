"""unikeras."""
