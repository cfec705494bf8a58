"""Simulator: a stated model of borrowers, a lender and its collectors, whose truth is known.

- ``parameters``   every number of the model with its unit and source (``parameters.toml``)
- ``population``   borrowers and loans are drawn once
- ``capacity``     free cash of every borrower and month: income, noise, shocks
- ``state``        what the daily loop carries from one day to the next
- ``journal``      rows as they happen, column by column
- ``paying``       who pays, when and how much
- ``collecting``   the collectors' policy: messages and calls with logged propensities
- ``answering``    what a call meets: nobody, somebody else, a talk, a promise, a refusal
- ``visiting``     visits, random audit visits, what was seen at the door, the two-person review
- ``documents``    monthly papers: bank flow and credit report, with consent
- ``incidents``    deaths, disputes, complaints, promises that fall due, loans that end
- ``simulate``     the days one after the other: ``simulate``
- ``tables``       journals as contract tables, with revisions and knowledge times
- ``truth``        what no lender sees: willingness, capacity, shocks, hazard, the willful cell
- ``writing``      ``write_simulated``: tables and truth as one folder
- ``calibration``  targets and what the parameters give; prints the table of ``docs/simulator.md``

Nothing is imported here.
"""
