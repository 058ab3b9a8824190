"""The pages of the members' room: they parse, call an action, and answer."""
