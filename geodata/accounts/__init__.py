"""Who may come in: users, their sessions and tokens. Apart from the town, whose file is passed around."""
