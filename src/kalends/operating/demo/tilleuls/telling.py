"""Whom the Centre des Tilleuls reminds, and what it wants to be told of."""

from __future__ import annotations

from kalends.operating.demo.described import Told
from kalends.operating.demo.tilleuls.people import BELKACEM, GUILBAUD, MOREAU, VASSEUR

TOLD = Told(
    reminders={
        VASSEUR: {
            1: {
                "state": "on",
                "amount": 2,
                "unit": "days",
                "email_supplement": "Un empêchement ? Annulez avec le bouton : votre place ira à quelqu’un d’autre.",
            },
            2: {
                "state": "new",
                "amount": 5,
                "unit": "days",
                "at_minute": 9 * 60,
                "email_supplement": "Pour une première visite, venez dix minutes plus tôt, avec votre carte Vitale.",
            },
        },
        BELKACEM: {
            1: {"state": "on", "amount": 3, "unit": "days", "at_minute": 18 * 60, "skips_confirmed": True},
            2: {"state": "off", "medium": "sms", "unit": "hours", "amount": 24, "sms_supplement": "Merci."},
        },
        MOREAU: {1: {"state": "on", "amount": 48, "unit": "hours"}, 2: {}},
        GUILBAUD: {1: {"state": "new", "amount": 2, "unit": "days"}, 2: {}},
    },
    notices={
        "booking_emails": ["accueil@tilleuls.example"],
        "copies": [
            {"email": "archives@tilleuls.example", "on": True, "kinds": ["bookings", "cancellations"]},
            {"email": "direction@tilleuls.example", "on": False, "kinds": ["cancellations"]},
        ],
        "cancellation_emails": ["accueil@tilleuls.example", "secretariat@tilleuls.example"],
        "payment_emails": ["comptabilite@tilleuls.example"],
    },
)
