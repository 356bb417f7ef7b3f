"""Whom the Centre des Tilleuls reminds, and what it wants to be told of."""

from __future__ import annotations

from kalends.operating.demo.described import Told, reminded, told_at
from kalends.operating.demo.tilleuls.people import BELKACEM, GUILBAUD, MOREAU, VASSEUR

DESK, DIRECTION = "accueil@tilleuls.example", "direction@tilleuls.example"
NOTICES = told_at(DESK, archive="archives@tilleuls.example", accounts="comptabilite@tilleuls.example")

TOLD = Told(
    reminders={
        VASSEUR: {
            1: reminded(
                2, email_supplement="Un empêchement ? Annulez avec le bouton : votre place ira à quelqu’un d’autre."
            ),
            2: reminded(
                5,
                state="new",
                at_minute=9 * 60,
                email_supplement="Pour une première visite, venez dix minutes plus tôt, avec votre carte Vitale.",
            ),
        },
        BELKACEM: {
            1: reminded(3, at_minute=18 * 60, skips_confirmed=True),
            2: reminded(24, "hours", state="off", medium="sms", sms_supplement="Merci."),
        },
        MOREAU: {1: reminded(48, "hours"), 2: {}},
        GUILBAUD: {1: reminded(2, state="new"), 2: {}},
    },
    notices={
        **NOTICES,
        "copies": [*NOTICES["copies"], {"email": DIRECTION, "on": False, "kinds": ["cancellations"]}],
        "cancellation_emails": [DESK, "secretariat@tilleuls.example"],
    },
)
