"""Sources: somebody's files in, one checked book out.

- ``importing``   ``import_source``: read, check, write; ``SOURCES`` names every reader
- ``reading``     what every reader returns: tables, where their rows came from, repairs and losses
- ``directory``   CSV or Parquet files named as the tables of the contract, or a written book
- ``csv_files``   one CSV file as text columns: byte order mark, semicolons, ragged rows
- ``text``        instants without a zone, decimal commas and numbers as ids, repaired and counted
- ``kruk``        purchased Polish consumer debts (KRUK S.A. university course data)
- ``kruk_accounts``  the rows of that source read, repaired or left out by cause
- ``kruk_tables``    the repaired rows as tables of a book

A reader repairs only what its source is known for, counts every repair and every row left out, and
never rounds, guesses or drops in silence.
"""
