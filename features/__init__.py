"""Features: tables, the book, history as of a day, and what is computed from it.

The map of the room, from the door inwards:

The door
    ``contracts`` (all tables) · ``contract`` · ``codes`` · ``kinds`` · ``schema`` · ``contract_page``: what a
    table holds; ``check`` · ``check_parts`` · ``check_shards`` · ``strays`` ·
    ``key_shelf`` · ``check_columns`` · ``check_rows`` · ``check_words`` · ``check_plans`` · ``examine`` ·
    ``findings`` · ``problem``: what is wrong;
    ``sound`` · ``sound_columns`` · ``sound_rows`` · ``sound_keys`` · ``sound_kernels``: a written book proved
    sound in a few sweeps;
    ``coding`` · ``local_days`` · ``prepare``: ids coded, revisions chained, rows sorted
The book
    ``book``: checked tables; ``manifest`` · ``currency``: what holds for every row; ``rows``: a table as numbers;
    ``digest`` · ``column_bytes``: its identity; on disk ``book_files`` · ``book_statement`` (book.json) · ``files``
    (whole or not at all)
    ``shards``: a book in shards of its borrowers, each an ordinary book; ``shard_hash``: whose is where; ``book_writer``:
    written shard by shard; ``resharding`` · ``shard_rows``: laid out anew
    ``small_book`` · ``rows_in_hand`` · ``cells``: a few rows that never were a file
The past
    ``observations``: which loans on which mornings; ``history``: the only door to the past, with ``events`` (what
    happened), ``facts`` (what was so), ``ledger`` and ``statement_ledger`` (what was owed), ``schedule`` (what falls due
    next), ``statement_path`` (the latest statements in a row), ``other_loans`` (that stand now) and ``earlier_loans``
    (that began before); under the events ``conditions`` (which rows are meant) and ``requests`` (what is asked of a
    table, answered together); under the ledger ``ledger_ranges`` · ``ledger_windows`` (what happened over ranges of days),
    ``spans`` (which schedule speaks when), ``settlement`` and ``plan_overlay`` (loans with reschedules and pauses) and
    ``unpaid`` (what is left of each instalment); beside it ``penalty`` (interest on what is overdue, and its cap) and
    ``asset_class`` (the five categories)
    Sweeps that several features share, reached by ``history.swept``: ``rhythm`` (habits, answers, promised amounts),
    ``episodes`` (cures and lapses), ``standing_evidence`` (with its consent), ``calendar_days`` (working days); and
    ``instant_parts``: the part of the day and the weekday of an instant, as conditions
The features
    ``definitions``: one function each, named as its column; ``discovery``: which there are, a team's own among them;
    ``catalogue`` · ``feature_spec``: what each means; ``code_words`` · ``idea_words``: codes and ideas in both languages;
    ``columns`` · ``buckets``: arithmetic they share
    ``chosen``: those that a call asks for; ``foresight``: what they will ask; ``silence``: what they say of tables without
    rows; ``computed``: their columns; ``build``: observations in, ``table.FeatureTable`` out,
    or ``arrow_columns`` straight to Arrow; ``table`` · ``table_parts``: a file of features, or a folder with a part per
    shard; ``online``: one borrower's, from rows in hand; ``progress``: how far it has come
The machine
    ``compiled`` · ``sweep_kernel`` · ``event_kernels`` · ``ledger_kernels`` · ``conduct_kernels`` · ``statement_kernels`` ·
    ``loan_kernels`` · ``plan_kernels`` · ``pause_kernels`` · ``run_kernels`` · ``rhythm_kernels`` ·
    ``episode_kernels`` · ``evidence_kernels``

Nothing is imported here, so that a service imports only what it needs.
"""
