"""What only rides know: what a seat may cost, when a weekly plan runs, whose car is where."""
