"""Where a thing changes hands: what is looked at, when one meets, how both confirm, how long one may complain."""
