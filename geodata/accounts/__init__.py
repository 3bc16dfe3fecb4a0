"""Who may come in: users, what they see, their sessions and tokens. Apart from the town, whose file is passed around."""
