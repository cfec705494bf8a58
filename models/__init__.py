"""Models: labels, samples, classifiers, calibration, judging, explanations, approvals. Knows features.

What is learnt
    ``labels``: what happened, with ``label_table`` (the labels by name), ``label_mornings`` (whom they look at and
    when) and ``label_outcomes`` (rules, ends, silence) · ``windows`` · ``book_end``;
    ``sample``: what is learnt from, out of ``samples`` (a table) or ``book_samples`` (a book) · ``splits`` · ``where`` ·
    ``leaks``
How it is learnt
    ``encoding`` · ``boosting`` · ``scorecard`` · ``calibration`` · ``components`` · ``training``
What it becomes
    ``bundle``: a model as data, hashed; ``bundle_files`` · ``bundle_ids``
How it is judged
    ``judging`` · ``metrics`` · ``intervals`` · ``slices`` · ``evaluate``; ``charts`` draws what these give
How it is explained
    ``tree_text`` · ``shapley`` · ``shapley_kernel`` · ``reasons``
How a committee is told
    ``report_numbers``: every figure of the report, with ``report_fields`` · ``report_fields_judged`` ·
    ``report_fields_explained`` (what each is), ``report_rows`` · ``report_model`` · ``report_reading`` · ``report_judged`` ·
    ``report_months`` · ``report_explained`` · ``report_dependence`` · ``report_accounts`` · ``report_willful`` ·
    ``report_limits`` · ``report_words``;
    ``charts_report_pictures``: the same as inline SVG, with ``charts_report`` · ``charts_report_months`` ·
    ``charts_report_why`` · ``charts_report_dependence`` · ``charts_report_readings`` · ``charts_report_style`` ·
    ``charts_report_svg``
Able and willing
    ``evidence`` · ``evidence_rules`` · ``visible`` · ``tiers`` · ``positive_unlabelled`` ·
    ``willful`` (train, evaluate) with ``willful_cases`` · ``willful_weights`` · ``willful_fit`` ·
    ``willful_heads`` · ``willful_judging``; ``willful_scoring`` scores
How it comes into force
    ``registry`` · ``registry_run`` · ``registry_listing`` · ``store_file`` · ``store_place`` · ``versions`` ·
    ``signature`` · ``pyfunc_model`` (MLflow) · ``approvals`` · ``approval_ledger`` · ``releases`` · ``release_keys``;
    ``model_list``: the same as a plain file, for readers that load no MLflow

Nothing is imported here, so that a service imports only what it needs.
"""
