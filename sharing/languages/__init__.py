"""The languages of the house: what there is to translate, where it is kept, and when a language is offered.

`extracting` reads the sources, `catalogues` keeps `locale/<code>/<room>.po`, `checking` compares a
translation with its original, and `compiling` makes of all rooms one file that Django reads. Nothing here
needs the programs of GNU gettext. How a volunteer works with it stands in docs/translating.md.
"""
