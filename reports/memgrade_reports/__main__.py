"""python3 -m memgrade_reports html RUN_DIR: reads RUN_DIR/report.json, writes RUN_DIR/report.html.

Exit status 0: written. 2: wrong usage, or the report cannot be read or written; one line on standard error says why.
"""

import sys

USAGE = "usage: python3 -m memgrade_reports html RUN_DIR"


def main(arguments):
    if arguments in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if len(arguments) != 2 or arguments[0] != "html":
        print(USAGE, file=sys.stderr)
        return 2
    # Only now, so that a mistake in the command line is answered at once.
    from memgrade_reports.page import write_page
    from memgrade_reports.record import BadReport

    try:
        write_page(arguments[1])
    except BadReport as problem:
        print(f"memgrade_reports: {problem}", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"memgrade_reports: {problem.filename}: {problem.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
