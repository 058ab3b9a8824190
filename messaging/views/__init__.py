"""The pages of talk and of what one should know."""
