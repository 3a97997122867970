"""Who may speak to the app: requests come in, and out go those of the reader's own page; every other one is refused."""
