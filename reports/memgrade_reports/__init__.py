"""Pages for people, made from report.json. Needs the system's Python 3.11 and Debian's python3-jinja2."""
