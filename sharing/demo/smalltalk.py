"""What neighbours write when nothing special happens: drawn from by the year in the background."""

NOTES = {
    "tool": (
        "For the weekend, if nobody else needs it.", "I promise to bring it back clean.", "Only for one afternoon, really.",
        "Birthday on Saturday!", "For the allotment.", "We are painting the children's room.", "My turn in the stairwell.",
        "Finally the shelf.", "The neighbours downstairs know about the noise.", "",
    ),
    "room": (
        "My mother-in-law, two nights.", "A friend from Leipzig.", "Two people, very tidy.", "For the rehearsal.", "Writing week.",
        "I need a door that closes.", "We are having the floor sanded.", "",
    ),
    "ride": ("One small bag.", "I can bring pretzels.", "Happy to sit in the middle.", "To the dentist, so I talk little on the way back.", ""),
}
ANSWERS = (
    "With pleasure.", "Yes, ring the lower bell.", "Fine by me. Come after five?", "It is yours.", "Gladly. Mind the third step.",
    "Yes! I leave it with the baker if I am out.",
)
THANKS = (
    "Thank you, it did exactly what it should.", "Back on its hook. Thank you!", "That saved our weekend.", "All clean. Thank you so much.",
    "I owe you a jar of jam.", "Perfect, as always.",
)
WELCOME = ("Any time.", "You are welcome.", "Jam accepted.", "It was nice to meet you.", "Until the next shelf.")
REFUSED = ("I need it myself that day, sorry.", "It is lent already, I forgot to block the calendar.", "We are away. The week after?")
