"""Workbooks that go to the counties: annotated ones and blank ones. Nothing in here knows the database."""
