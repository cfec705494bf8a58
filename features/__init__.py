"""Features: tables, the book, history as of a day, and what is computed from it.

The map of the room, from the door inwards:

- ``contracts``   what each table of a book holds (the words every other module uses)
- ``check``       every problem of a set of tables, named by table, column, row and id
- ``prepare``     ids coded, revisions chained, rows sorted
- ``book``        ``Book``: checked tables, opened or written as one piece
- ``history``     ``History``: the only door to the past
- ``ledger``      arrears and days past due from what was due and what was paid
- ``catalogue``   what each feature means, in Chinese and English
- ``definitions`` the features, one function each, named as their columns
- ``build``       ``build_features``: observations in, ``FeatureTable`` out

Nothing is imported here, so that a service imports only what it needs.
"""
