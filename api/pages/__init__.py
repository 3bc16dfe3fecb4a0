"""Pages for people: rendered here, in Chinese, working without JavaScript."""
