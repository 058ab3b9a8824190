"""What: tools, rooms and rides, their photos, places, and the search that finds them."""
