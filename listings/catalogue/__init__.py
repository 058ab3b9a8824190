"""A whole catalogue in one file: brought in from a spreadsheet, and taken out again as one.

`columns` says what a column may hold and reads and writes it, `sheets` opens files from anywhere,
`rows` turns a row into facts or into sentences about what is wrong with it, `work` goes through them
in slices, `pictures` brings the photos after, `export` writes the same columns.
"""
