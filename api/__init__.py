"""The doors: command line, HTTP service, pages."""
