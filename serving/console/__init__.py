"""The console: pages for collectors, supervisors, data scientists and the committee, in Chinese and English.

- ``mount``      the console as part of the service; every room is named there
- ``session``    who is signed in; ``sealing`` keeps the cookie honest, ``ended`` what was signed out
- ``forms``      posted forms, read strictly and from our own pages only; ``acts`` does what they ask, once
- ``pages``      ``page()``: a template filled, in the person's language; ``templates/`` · ``static/``
- ``notices``    one sentence at the top about what was just done
- ``languages``  English in the code, Chinese in ``locale/zh.po``; ``formats`` amounts and days; ``words`` codes, those of
  the console's own from ``vocabulary``
- ``edge``       safe headers, and a page where the service says no; ``refusals`` says it in words
- ``routes_sign``      sign in, sign out, language
- ``routes_worklist``  the list, the cases in hand, claiming; ``filters`` reads what was chosen
- ``routes_case``      one case, giving it back, approving a visit; ``case_view`` puts it in order
- ``routes_outcome``   what came of a case; ``outcome_form`` reads it field by field
- ``routes_models``    models and their runs; ``model_shelf`` versions of a name, ``model_pairs`` two of them side by side
- ``routes_reports``   reports for the committee; ``report_files`` finds them in the home

Nothing is imported here.
"""
