"""The reading room: the archive as web pages, JSON and feeds, for people who type no commands.

``decisions serve`` (``search.serve_command``) puts ``application.create_app`` behind a real server.
What is here only reads: it has no way to write to the archive or the index. What it shows of a
decision is what ``archive.passing_on`` lets out. See docs/architecture.md, "The reading room".
"""
