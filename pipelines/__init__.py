"""Pipelines: flows, command line, sources of data, simulator. Knows every other room.

What a person starts
    ``cli``: the ``duecourse`` command; ``flows``: the same work as Prefect flows, thin shells; ``showing``: a night as
    a person reads it; ``environment``: what every entry point sets before a library is imported, settings
What is asked for
    ``requests``: which rows, and a team's own table read; ``own_catalogue``: its words for its columns; ``typed_text``: text
    columns as what they spell;
    ``dates``: days as a user types them; ``mornings``: days that a book can speak of
Where rows come from
    ``sources``: somebody's files in, checked tables out; ``simulator``: borrowers whose truth is known
One step each
    ``featuring``: a feature file; ``sharding``: a folder of features, shard by shard; ``fitting``: a registered model;
    ``judging``: its figures; ``scoring``: a file of scores; ``releasing``: a model loaded, approved, in force;
    ``recorded``: outcomes on their way back to the book
A run in shards
    ``sharding_plan``: all that decides its bytes · ``sharding_folder``: one run at a time · ``sharding_survey``: the book
    looked at first · ``sharding_work``: one shard; ``sharding_engines``: threads, or ``sharding_dask``: a cluster;
    ``sharding_database``: from a lender's database
The whole
    ``night``: tonight's job; ``night_files`` · ``night_slices`` · ``night_sheets`` · ``night_worklist`` ·
    ``night_report``; ``demo``: from nothing to a worklist; ``checkpoints``: what is finished, by files and digests
Reports
    ``reporting``: a model in, its committee's page out; ``report_request``: how it was trained, kept beside it ·
    ``report_rows``: those rows again, or others · ``report_standing``: its version and role; ``report``: the page
Lists
    ``overdue``: who is overdue on a morning · ``overdue_rows`` · ``overdue_identified`` · ``overdue_contacts`` ·
    ``overdue_moves`` · ``overdue_terms`` · ``overdue_columns``; written by ``overdue_files`` · ``overdue_summary`` ·
    ``overdue_workbook``; ``catalogue_page``: every discovered feature
Pages
    ``pages``: written from the code; ``real_data`` · ``real_data_studies`` · ``real_data_page``: figures on data sets
    the user fetched

Nothing is imported here.
"""
