"""The addresses under /app/{organization}/settings/."""

from django.urls import path

from kalends.web.staff.deliveries.alarms import see_text_alarms
from kalends.web.staff.deliveries.clocks import trust_clock
from kalends.web.staff.notifications.preview import notification_message
from kalends.web.staff.notifications.views import notification_preview, notification_settings
from kalends.web.staff.settings.calendars import calendars, revoke_feed
from kalends.web.staff.settings.channels import channel, channels
from kalends.web.staff.settings.closures import closures, public_holidays, remove_closure
from kalends.web.staff.settings.deliveries import delivery_settings
from kalends.web.staff.settings.fax import confirm_fax, provider_fax, send_test_page
from kalends.web.staff.settings.foreign_calendars import add_foreign, read_foreign, remove_foreign
from kalends.web.staff.settings.locations import location, locations, new_location
from kalends.web.staff.settings.members import member, members, revoke_invitation
from kalends.web.staff.settings.needs import service_needs
from kalends.web.staff.settings.offerings import offerings
from kalends.web.staff.settings.opening import opening
from kalends.web.staff.settings.options import provider_options
from kalends.web.staff.settings.organization import organization
from kalends.web.staff.settings.providers import new_provider, provider, providers
from kalends.web.staff.settings.reminder_preview import reminder_preview
from kalends.web.staff.settings.reminders import provider_reminders
from kalends.web.staff.settings.resources import (
    new_resource,
    reopen_resource,
    resource,
    resource_times,
    resources,
)
from kalends.web.staff.settings.schedules import new_schedule, schedule, schedules
from kalends.web.staff.settings.senders import sender, senders
from kalends.web.staff.settings.services import new_service, service, services
from kalends.web.staff.settings.tokens import revoke_token, tokens

urlpatterns = [
    path("senders/", senders, name="senders"),
    path("senders/organization/", sender, name="organization_sender"),
    path("senders/<uuid:provider_id>/", sender, name="provider_sender"),
    path("organization/", organization, name="organization"),
    path("locations/", locations, name="locations"),
    path("locations/new/", new_location, name="new_location"),
    path("locations/<uuid:location_id>/", location, name="location"),
    path("providers/", providers, name="providers"),
    path("providers/new/", new_provider, name="new_provider"),
    path("providers/<uuid:provider_id>/", provider, name="provider"),
    path("providers/<uuid:provider_id>/fax/", provider_fax, name="provider_fax"),
    path("providers/<uuid:provider_id>/fax/test-page/", send_test_page, name="fax_test_page"),
    path("providers/<uuid:provider_id>/fax/confirmation/", confirm_fax, name="confirm_fax"),
    path("providers/<uuid:provider_id>/options/", provider_options, name="provider_options"),
    path("providers/<uuid:provider_id>/reminders/", provider_reminders, name="provider_reminders"),
    path(
        "providers/<uuid:provider_id>/reminders/<int:number>/preview/",
        reminder_preview,
        name="reminder_preview",
    ),
    path("services/", services, name="services"),
    path("services/new/", new_service, name="new_service"),
    path("services/<uuid:service_id>/", service, name="service"),
    path("services/<uuid:service_id>/needs/", service_needs, name="service_needs"),
    path("resources/", resources, name="resources"),
    path("resources/new/", new_resource, name="new_resource"),
    path("resources/<uuid:resource_id>/", resource, name="resource"),
    path("resources/<uuid:resource_id>/times/", resource_times, name="resource_times"),
    path("resources/<uuid:resource_id>/times/<uuid:closing_id>/removal/", reopen_resource, name="reopen_resource"),
    path("channels/", channels, name="channels"),
    path("channels/<uuid:channel_id>/", channel, name="channel"),
    path("schedules/", schedules, name="schedules"),
    path("schedules/new/", new_schedule, name="new_schedule"),
    path("schedules/<uuid:schedule_id>/", schedule, name="schedule"),
    path("schedules/<uuid:schedule_id>/opening/", opening, name="opening"),
    path("schedules/<uuid:schedule_id>/services/", offerings, name="offerings"),
    path("schedules/<uuid:schedule_id>/calendars/", calendars, name="calendars"),
    path("schedules/<uuid:schedule_id>/calendars/<uuid:feed_id>/withdrawal/", revoke_feed, name="revoke_feed"),
    path("schedules/<uuid:schedule_id>/calendars/foreign/", add_foreign, name="add_foreign_calendar"),
    path(
        "schedules/<uuid:schedule_id>/calendars/foreign/<uuid:subscription_id>/reading/",
        read_foreign,
        name="read_foreign_calendar",
    ),
    path(
        "schedules/<uuid:schedule_id>/calendars/foreign/<uuid:subscription_id>/removal/",
        remove_foreign,
        name="remove_foreign_calendar",
    ),
    path("notifications/", notification_settings, name="notification_settings"),
    path("notifications/preview/", notification_preview, name="notification_preview"),
    path("notifications/message/", notification_message, name="notification_message"),
    path("closures/", closures, name="closures"),
    path("closures/public-holidays/", public_holidays, name="public_holidays"),
    path("closures/<uuid:closure_id>/removal/", remove_closure, name="remove_closure"),
    path("members/", members, name="members"),
    path("members/<uuid:membership_id>/", member, name="member"),
    path("invitations/<uuid:invitation_id>/withdrawal/", revoke_invitation, name="revoke_invitation"),
    path("deliveries/", delivery_settings, name="delivery_settings"),
    path("deliveries/alarms/seen/", see_text_alarms, name="see_text_alarms"),
    path("deliveries/clock/", trust_clock, name="trust_clock"),
    path("tokens/", tokens, name="tokens"),
    path("tokens/<uuid:token_id>/withdrawal/", revoke_token, name="revoke_token"),
]
