"""Rules for text that people type, paste or upload, and for text that the API returns.

Each rule is in one module here, and every form, command, parser and page uses it. Pure functions,
no dependency on any other layer; each takes time proportional to the length of its input.
"""
