"""Simulator: a stated model of borrowers, a lender and its collectors, whose truth is known.

- ``parameters``         every number of the model with its unit and source (``parameters.toml``)
- ``calendar_days``      days, months and instants of the book's time zone
- ``population``         borrowers and loans are drawn once
- ``capacity``           free cash of every borrower and month: income, noise, shocks
- ``state``, ``journal`` what the daily loop carries on, and rows as they happen
- ``paying``             who pays, when and how much
- ``collecting``         the collectors' policy: messages, calls, promises, offers, with logged propensities
- ``answering``          what a call meets: nobody, somebody else, a talk, a promise, a refusal
- ``visiting``           visits, random audit visits, what was seen at the door, the two-person review
- ``evidence``           what talks, offers and looks are worth as evidence
- ``documents``          consents and monthly papers: bank flow and credit report
- ``incidents``          deaths, stop flags, lost numbers, broken promises, sales and write-offs
- ``simulate``           the days one after the other: ``simulate``
- ``tables``, ``people_tables``, ``collecting_tables``, ``arrow_columns``   journals as contract tables
- ``truth``              what no lender sees: willingness, capacity, shocks, hazard, the willful cell
- ``writing``            ``write_simulated``: tables and truth as one folder
- ``calibration``        targets and what the parameters give; prints the table of ``docs/simulator.md``

Nothing is imported here.
"""
