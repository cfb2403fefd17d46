"""Writes what a person has as files, from the database to pieces of text: nothing is held whole.

A module a format; ``kinds`` knows them all, ``running`` is the job, ``archives`` the zip file.
"""
