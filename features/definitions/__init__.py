"""The features: one function of History each, named as its column; a module per topic.

- ``arrears``     what is owed now and since when
- ``path``        how the arrears came about
- ``payments``    what was paid, how much of what fell due, how regularly
- ``contacts``    attempts, answers and stated reasons
- ``promises``    promises made, kept and broken
- ``offers``      offers, visits, plans, and evidence that was gathered
- ``exposure``    size, price and age of the loan
- ``schedule``    what falls due next, and what the loan costs
- ``other_loans`` what else the borrower owes
- ``earlier_loans`` how the borrower's earlier loans went
- ``income``      declared income, by consent
- ``statements``  monthly panels: the latest statement, and totals of some months
- ``statement_path`` the latest six statuses one by one, and how late all statements were
- ``statement_amounts`` use of the limit, and what was paid of the bill before
- ``flags``       circumstances that change what is right to do

Never a feature: collection stage, agent, agency, list membership, notes, propensities, location, anything
protected; refusing a visit, complaining, a lawyer's letter or a dispute.
"""
