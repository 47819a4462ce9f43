"""The forms of a report: PDF, HTML, XLSX, CSV and JSON from one content, with one look.

Nothing is imported here, so that who only reads editions need not load what sets pages.
"""
