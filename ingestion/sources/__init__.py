"""One module per dataset, named ``<publisher>_<dataset>.py``, each with one ``DATASET``.

Modules whose name starts with an underscore hold what several datasets of one publisher share.
"""
