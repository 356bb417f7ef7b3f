"""Read files of other systems: `kalends import centres|ics|contacts|appointments FILE ...`."""

from __future__ import annotations

import argparse
from pathlib import Path

from kalends.operating.installation import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="kind")
    centres = kinds.add_parser("centres", help="tables of centres, one organization a row")
    centres.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV in UTF-8")
    calendar = kinds.add_parser("ics", help="busy times of a calendar, as blocks of an agenda")
    calendar.add_argument("file", type=Path, metavar="FILE", help="an iCalendar file")
    calendar.add_argument("--organization", required=True, help="its slug")
    calendar.add_argument("--schedule", required=True, help="the id of the agenda")
    calendar.add_argument(
        "--source", help="by what name the calendar is known here; what it brought before is replaced (the file's name)"
    )
    tables = [
        kinds.add_parser("contacts", help="a table of contacts; who is there already is skipped"),
        kinds.add_parser("appointments", help="a table of appointments, booked by the rules, without notices"),
    ]
    for table in tables:
        table.add_argument("file", type=Path, metavar="FILE", help="CSV with a line of heads")
        table.add_argument("--organization", required=True, help="its slug")
    for kind in (centres, calendar, *tables):
        kind.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")


def run(options: argparse.Namespace) -> int:
    with opened() as installation:
        installation.settle()
        if options.kind == "centres":
            from kalends.operating.importing import centres

            files = centres.read(options.files)
            outcome = centres.import_centres(files, dry_run=options.dry_run)
            print(centres.written(outcome, files, dry_run=options.dry_run))
            return 0
        if options.kind in ("contacts", "appointments"):
            from kalends.operating.importing import tables

            act = tables.import_contacts if options.kind == "contacts" else tables.import_appointments
            told = act(options.file, slug=options.organization, dry_run=options.dry_run)
            print(told.text)
            return int(told.is_refused)
        from kalends.operating.importing import calendars

        print(
            calendars.import_calendar(
                options.file,
                slug=options.organization,
                schedule=options.schedule,
                source=options.source or options.file.name,
                dry_run=options.dry_run,
            )
        )
    return 0
