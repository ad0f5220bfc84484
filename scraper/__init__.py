"""The scraper room: fetches pages politely and reads them. See docs/architecture.md."""
