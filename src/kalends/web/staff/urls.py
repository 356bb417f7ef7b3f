"""The addresses under /app/."""

from django.urls import include, path

from kalends.web.live.views import live
from kalends.web.staff.absence.views import absence
from kalends.web.staff.agenda.groups import group
from kalends.web.staff.agenda.people import people
from kalends.web.staff.agenda.placing import place
from kalends.web.staff.agenda.views import agenda
from kalends.web.staff.appointments.cancellation import cancellation
from kalends.web.staff.appointments.moving import moving
from kalends.web.staff.appointments.payment import payment
from kalends.web.staff.appointments.steps import approval, swapping, undoing
from kalends.web.staff.appointments.views import appointment, private_link, status
from kalends.web.staff.audit.views import audit
from kalends.web.staff.booking.views import book
from kalends.web.staff.days.blocks import blocks, remove_block
from kalends.web.staff.days.views import day
from kalends.web.staff.deliveries.views import deliveries, leave_message, revive_recipient, send_again
from kalends.web.staff.files.calendars import calendar_file, calendar_preview
from kalends.web.staff.files.exporting import appointments_table, contacts_table, deliveries_table
from kalends.web.staff.files.importing import file, files
from kalends.web.staff.notices.views import notices, notices_bell, read_notices
from kalends.web.staff.organizations import organizations
from kalends.web.staff.patients.merging import (
    choose_other,
    clear_flag,
    duplicates,
    merging,
    not_a_duplicate,
    undo_merge,
)
from kalends.web.staff.patients.views import edit_patient, new_patient, patient, patients, revive_address, set_wish
from kalends.web.staff.reminders.views import coming_reminders
from kalends.web.staff.series.views import add_date, repetition, rest, series
from kalends.web.staff.waiting.acts import (
    offer_acceptance,
    offer_declining,
    offer_withdrawal,
    offering,
    waiting_leaving,
)
from kalends.web.staff.waiting.views import new_waiting, waiting, waiting_entry
from kalends.web.staff.worklists.outcomes import all_seen, outcomes
from kalends.web.staff.worklists.requests import requests
from kalends.web.staff.worklists.strangers import stranger_done, strangers

APPOINTMENT = "<str:organization>/appointments/<uuid:appointment_id>/"
OFFER = "<str:organization>/offers/<uuid:offer_id>/"
PATIENT = "<str:organization>/patients/<uuid:contact_id>/"
WAITING = "<str:organization>/waiting/<uuid:entry_id>/"

app_name = "staff"
urlpatterns = [
    path("", organizations, name="organizations"),
    path("<str:organization>/", day, name="day"),
    path("<str:organization>/agenda/", agenda, name="agenda"),
    path("<str:organization>/agenda/people/", people, name="agenda_people"),
    path("<str:organization>/agenda/groups/<uuid:appointment_id>/", group, name="agenda_group"),
    path("<str:organization>/agenda/placing/<uuid:appointment_id>/", place, name="agenda_place"),
    path("<str:organization>/blocks/", blocks, name="blocks"),
    path("<str:organization>/blocks/<uuid:block_id>/removal/", remove_block, name="remove_block"),
    path("<str:organization>/book/", book, name="book"),
    path(APPOINTMENT, appointment, name="appointment"),
    path(f"{APPOINTMENT}cancellation/", cancellation, name="cancellation"),
    path(f"{APPOINTMENT}moving/", moving, name="moving"),
    path(f"{APPOINTMENT}repetition/", repetition, name="repetition"),
    path("<str:organization>/series/<uuid:series_id>/rest/<uuid:visit_id>/", rest, name="rest"),
    path("<str:organization>/series/<uuid:series_id>/", series, name="series"),
    path("<str:organization>/series/<uuid:series_id>/dates/<uuid:date_id>/adding/", add_date, name="add_date"),
    path(f"{APPOINTMENT}status/", status, name="status"),
    path(f"{APPOINTMENT}approval/", approval, name="approval"),
    path(f"{APPOINTMENT}payment/", payment, name="payment"),
    path(f"{APPOINTMENT}undoing/", undoing, name="undoing"),
    path(f"{APPOINTMENT}swapping/", swapping, name="swapping"),
    path(f"{APPOINTMENT}private-link/", private_link, name="private_link"),
    path("<str:organization>/requests/", requests, name="requests"),
    path("<str:organization>/reminders/", coming_reminders, name="coming_reminders"),
    path("<str:organization>/absence/", absence, name="absence"),
    path("<str:organization>/outcomes/", outcomes, name="outcomes"),
    path("<str:organization>/outcomes/seen/", all_seen, name="all_seen"),
    path("<str:organization>/patients/", patients, name="patients"),
    path("<str:organization>/patients/new/", new_patient, name="new_patient"),
    path("<str:organization>/patients/duplicates/", duplicates, name="duplicates"),
    path("<str:organization>/patients/merges/<uuid:merge_id>/undoing/", undo_merge, name="undo_merge"),
    path(PATIENT, patient, name="patient"),
    path(f"{PATIENT}no-duplicate/", clear_flag, name="clear_flag"),
    path(f"{PATIENT}merging/", choose_other, name="choose_other"),
    path(f"{PATIENT}merging/<uuid:other_id>/", merging, name="merging"),
    path(f"{PATIENT}merging/<uuid:other_id>/no-duplicate/", not_a_duplicate, name="not_a_duplicate"),
    path(f"{PATIENT}edit/", edit_patient, name="edit_patient"),
    path(f"{PATIENT}messages/", set_wish, name="set_wish"),
    path(f"{PATIENT}messages/arriving/", revive_address, name="revive_address"),
    path("<str:organization>/live/", live, name="live"),
    path("<str:organization>/waiting/", waiting, name="waiting"),
    path("<str:organization>/waiting/new/", new_waiting, name="new_waiting"),
    path(WAITING, waiting_entry, name="waiting_entry"),
    path(f"{WAITING}offering/", offering, name="offering"),
    path(f"{WAITING}leaving/", waiting_leaving, name="waiting_leaving"),
    path(f"{OFFER}withdrawal/", offer_withdrawal, name="offer_withdrawal"),
    path(f"{OFFER}acceptance/", offer_acceptance, name="offer_acceptance"),
    path(f"{OFFER}declining/", offer_declining, name="offer_declining"),
    path("<str:organization>/files/", files, name="files"),
    path("<str:organization>/files/patients.csv", contacts_table, name="contacts_table"),
    path("<str:organization>/files/appointments.csv", appointments_table, name="appointments_table"),
    path("<str:organization>/files/<uuid:upload_id>/", file, name="file"),
    path("<str:organization>/files/calendar/", calendar_file, name="calendar_file"),
    path(
        "<str:organization>/files/calendar/<uuid:schedule_id>/<uuid:calendar_id>/",
        calendar_preview,
        name="calendar_preview",
    ),
    path("<str:organization>/strangers/", strangers, name="strangers"),
    path("<str:organization>/strangers/<uuid:stranger_id>/done/", stranger_done, name="stranger_done"),
    path("<str:organization>/sent/", deliveries, name="deliveries"),
    path("<str:organization>/sent/messages.csv", deliveries_table, name="deliveries_table"),
    path("<str:organization>/sent/arriving/", revive_recipient, name="revive_recipient"),
    path("<str:organization>/sent/<uuid:delivery_id>/again/", send_again, name="send_again"),
    path("<str:organization>/notices/", notices, name="notices"),
    path("<str:organization>/notices/bell/", notices_bell, name="notices_bell"),
    path("<str:organization>/notices/reading/", read_notices, name="read_notices"),
    path("<str:organization>/sent/<uuid:delivery_id>/leaving/", leave_message, name="leave_message"),
    path("<str:organization>/audit/", audit, name="audit"),
    path("<str:organization>/settings/", include("kalends.web.staff.settings.urls")),
]
