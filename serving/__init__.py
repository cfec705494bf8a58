"""Serving: decisions, worklist, store, HTTP API. Knows models and features.

- ``decision``   what was decided for one account, and why: the record between policy, store and screen
- ``account_sheet``  what is seen of an account beside its decision; ``account_sheets`` reads it from a book
  with ``account_sheet_timeline`` · ``account_sheet_events`` · ``account_sheet_columns``
- ``policy``     whom to contact, visit or leave alone; pure
- ``store``      the worklist: ``store_publish`` · ``store_rows`` · ``store_sheets`` · ``store_worklist`` ·
  ``store_overview`` · ``store_claims`` · ``store_leases`` · ``store_approvals`` · ``store_events`` · ``store_once`` ·
  ``tables``
- ``online``     one borrower's raw rows scored by the code that scores the book; ``borrower_rows`` · ``borrower_book``
- ``releases``   the signed models in force; ``canary`` loads each in a child process first
- ``model_map``  which approved model speaks for which bucket and product
- ``console``    pages for people, in two languages, over the same use cases as the API
- ``app``        the FastAPI application; ``routes`` · ``schemas`` · ``auth`` · ``edge`` · ``errors`` · ``settings``
- ``python -m serving`` is the service process; ``lean`` says what must stay out of it, ``warming`` compiles its kernels

Nothing is imported here.
"""
