"""Sources: somebody's files in, one checked book out.

- ``importing``   ``import_source``: read, check, write; ``SOURCES`` names every reader
- ``reading``     what every reader returns: tables, where their rows came from, repairs and losses
- ``directory``   CSV or Parquet files named as the tables of the contract, or a written book
- ``csv_files``   one CSV file as text columns: byte order mark, semicolons, ragged rows
- ``text``        instants without a zone, decimal commas and numbers as ids, repaired and counted
- ``source_file``    the one file of a source, found by its names; country, zone and currency stated
- ``raw_columns``    its columns read as the kinds its own contract states, problems told by row
- ``tally``          what was repaired or left out, counted by cause
- ``book_columns``   columns of a book: days, ends of days, months, minor units, age bands

a lender's own export through a mapping file (TOML, ``docs/mapping.md``):

- ``mapping``                tables of a book from an export, and all that found no place
- ``mapping_file``           the mapping read (``mapping_checks``, ``mapping_column_file``, ``mapping_words``)
- ``mapping_delivery``       files, chosen rows, row numbers; ``mapping_encoding`` their bytes as text
- ``mapping_columns``        one column: ``mapping_amounts`` (``mapping_amount_causes``), ``mapping_moments``
  (``mapping_dates``, ``mapping_date_shapes``), ``mapping_codes``
- ``mapping_places``         columns, files and rows without a place; ``mapping_synonyms`` what lenders call ours
- ``mapping_draft``          a first mapping from headers and first rows (``mapping_guess``)

and by source, a reader of its name, the rows it repairs or leaves out, and the tables they become:

- ``postgresql``     the same tables in a database: ``postgresql_address``, ``postgresql_session`` (one read-only
  transaction), ``postgresql_tables`` (ranges of borrowers), ``postgresql_columns`` (types)
- ``kruk``           purchased Polish consumer debts (``kruk_columns``, ``kruk_accounts``, ``kruk_tables``)
- ``credit_record``  monthly statuses of credit accounts (``credit_record_panel``, ``credit_record_tables``)
- ``uci``            credit card accounts, Taiwan 2005 (``uci_columns``, ``uci_accounts``, ``uci_tables``)
- ``superlender``    Nigerian micro-loans with repeat borrowers (``superlender_columns``, ``superlender_loans``,
  ``superlender_people``, ``superlender_schedule``, ``superlender_tables``)

A reader repairs only what its source is known for, counts every repair and every row left out, and
never rounds, guesses or drops in silence.
"""
