"""Tables and books that an office hands in: which there are, and of what each is made."""
