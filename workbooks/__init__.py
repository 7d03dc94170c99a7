"""Workbooks that the project writes for people. Nothing in here knows the database."""
