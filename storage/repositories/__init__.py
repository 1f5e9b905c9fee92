"""One repository a noun; every query of the program is in here. Nobody commits in here."""
