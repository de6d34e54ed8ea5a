"""What ``footnote bench --peers`` measures: ``side`` runs one of the ``with_`` modules in a process of its own.

These files run in an environment that need not have Footnote: ``side`` is started as a script, and the modules beside
it import the standard library and the one peer. ``requirements.txt`` has the versions that were measured.
"""
