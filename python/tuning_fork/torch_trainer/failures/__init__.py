"""Failures that are common enough to have a sentence of their own, a table for each family of them.

Standard library only: what fails may be the import of everything else.
"""
