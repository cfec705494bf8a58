"""Policy: whom to call, whom to message, whom to visit and whom to leave alone, inside the law.

Pure: no HTTP, no SQL, no clock. The map of the room, from the law inwards:

- ``packs``       the conduct rules of a country as checked data (``packs/cn.toml``)
- ``lender``      the lender's own file: costs, capacities, effects, measures; it may only tighten
- ``tighten``     pack + lender rules, refused when a rule would loosen
- ``case``        ``Case``: everything the gates need to know about one account
- ``cases``       cases from a book, its features and its scores
- ``debtor_past``, ``spoken``  what was tried and said before, over all loans; what the models said
- ``hours``       lawful hours in the debtor's own time
- ``gates``       ``check``: every rule asked for one action at one moment
- ``visit_gates`` the further rules of a visit; ``question`` what a gate is asked and answers
- ``naming``      codes and rules by name, in both languages
- ``value``       what each action is worth for each account
- ``allocate``    a day's capacity shared out by prices
- ``arms``        holdout and audit by stable hash, with their propensities
- ``duties``      what is owed whatever the score says: first contact, day 5, promises
- ``night``       rules asked, duties owed, worth and arms of every account; ``plan`` tonight's choices
- ``verdict``     the record of one decision; ``words`` one sentence why, in Chinese and English
- ``decide``      all of it together: one ``Decision`` for each overdue account
- ``schemas``     decisions as a frame, and counted
"""
