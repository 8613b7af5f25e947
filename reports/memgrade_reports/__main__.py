"""python3 -m memgrade_reports html RUN_DIR...: reads RUN_DIR/report.json, writes RUN_DIR/report.html.
python3 -m memgrade_reports checkoff SHEET.json PAGE.html: writes a check-off sheet.

Exit status 0: written. 2: wrong usage, or something cannot be read or written; one line on standard error says why.
"""

import sys

USAGE = "usage: python3 -m memgrade_reports html RUN_DIR... | checkoff SHEET.json PAGE.html"


def write(command, arguments):
    """Only here the templates' library is loaded, so that a mistake in the command line is answered at once."""
    if command == "checkoff":
        from memgrade_reports.checkoff import write_sheet
        write_sheet(*arguments)
        return
    from memgrade_reports.page import write_page
    for run_dir in arguments:
        write_page(run_dir)


def main(arguments):
    if arguments in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    command = arguments[0] if arguments else ""
    if not (command == "html" and len(arguments) > 1) and not (command == "checkoff" and len(arguments) == 3):
        print(USAGE, file=sys.stderr)
        return 2
    from memgrade_reports.record import BadReport

    try:
        write(command, arguments[1:])
    except BadReport as problem:
        print(f"memgrade_reports: {problem}", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"memgrade_reports: {problem.filename}: {problem.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
