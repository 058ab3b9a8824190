"""What Elm Street calls its things: who looks for a "bakfiets" finds the cargo bike."""

from listings import actions

from .settling import Town

HOME = "elm-street"
SAID = (("bakfiets", "cargo"), ("kärcher", "pressure"))


def dialect(town: Town) -> None:
    for word, means in SAID:
        actions.add_synonym(town.homes[HOME], by=town.steward_of(HOME), word=word, means=means)
