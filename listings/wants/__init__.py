"""Wants beyond their actions: who might have such a thing, who is told, what is near."""
