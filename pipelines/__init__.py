"""Pipelines: flows, command line, sources of data, simulator. Knows every other room.

- ``cli``          the ``duecourse`` command
- ``environment``  what every entry point sets before a library is imported; settings
- ``sources``      importers: somebody's files in, checked tables out
- ``simulator``    a stated model of borrowers whose truth is known
- ``fitting``      book or table in, registered model out
- ``scoring``      model and book in, one file of scores out
- ``night``        tonight's job: check, features, scores, reasons, decisions, worklist
- ``checkpoints``  what is finished is decided by files and digests
- ``flows``        the same work as Prefect flows, thin shells
- ``demo``         the main job from nothing to a worklist
- ``real_data``    figures on real data sets that the user fetched

Nothing is imported here.
"""
