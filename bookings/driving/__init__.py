"""At the wheel: a driver's page of one ride, with its plan, its departures, and who gets on and off where."""
