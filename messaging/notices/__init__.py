"""What reaches a member, where, when, and in which words.

`topics` groups what the product tells of; `choices` is what one member wants of it; `planning` turns news
into deliveries, `sending` carries them out. Nothing here is called in a request: the clock plans, tasks send.
"""
