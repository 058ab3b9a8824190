"""Template filters of the payments' room."""
