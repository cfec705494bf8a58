"""The features: one function of History each, named as its column; a module per topic.

- ``arrears``     what is owed now and since when
- ``path``        how the arrears came about
- ``cures``       how the loan caught up and fell behind again
- ``payments``    what was paid, how much of what fell due, how regularly
- ``contacts``    attempts, answers and stated reasons
- ``reach``       when and how the borrower is reached: part of the day, weekend, message
- ``answers``     how the borrower reacted: the last reaction, refusals, payments after a talk
- ``offers``      offers, visits and plans
- ``evidence``    evidence of ability and of willingness: how much, how fresh, how sure, in conflict
- ``habit``       when money comes in: regularity, the usual day of the month
- ``promises``    promises made, kept, broken, and the amounts of them
- ``exposure``    size, price and age of the loan
- ``schedule``    what falls due next, and what the loan costs
- ``other_loans`` what else the borrower owes
- ``earlier_loans`` how the borrower's earlier loans went
- ``income``      declared income, by consent
- ``statements``  monthly panels: the latest statement, and totals of some months
- ``statement_path`` the latest six statuses one by one, and how late all statements were
- ``statement_amounts`` use of the limit, and what was paid of the bill before
- ``flags``       circumstances that change what is right to do
- ``days_off``    working days and public holidays of the book's country

Never a feature: collection stage, agent, agency, list membership, notes, propensities, location, anything
protected; refusing a visit, complaining, a lawyer's letter or a dispute; that a consent was not given or withdrawn
(a consent opens what it was asked for, and says nothing about who gave it).
"""
