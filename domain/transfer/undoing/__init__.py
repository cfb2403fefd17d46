"""The steps in which an import is taken back."""
