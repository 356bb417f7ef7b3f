"""Centre médical des Tilleuls, Angers: five practitioners, one of them with courses for groups."""

from __future__ import annotations

from kalends.operating.demo.described import (
    Agenda,
    Blocked,
    Clinic,
    Closed,
    People,
    Practitioner,
    Today,
    Worker,
    hours,
    spans,
)
from kalends.operating.demo.tilleuls.people import BELKACEM, GUILBAUD, MOREAU, NURSES, VASSEUR
from kalends.operating.demo.tilleuls.services import SERVICES
from kalends.operating.demo.tilleuls.telling import TOLD
from kalends.organizations.permissions import Right, Role

AGENDAS = (
    Agenda(
        "Dr Vasseur",
        VASSEUR,
        hours(("9:00", "12:00"), ("13:30", "16:30"), days="14") + hours(("9:00", "12:00"), days="25"),
        {"dermatology": 6, "moles": 3, "skin_surgery": 1, "mole_removal": 0},
        0.6,
        today=spans(("9:00", "12:30"), ("13:30", "18:00")),
    ),
    Agenda(
        "Dr Belkacem",
        BELKACEM,
        hours(("8:30", "12:30"), days="1") + hours(("14:00", "18:00"), days="4"),
        {"cardiology": 5, "stress_test": 1},
        0.7,
        today=spans(("8:30", "12:30"), ("14:00", "18:00")),
    ),
    Agenda(
        "Lucie Moreau, sage-femme",
        MOREAU,
        hours(("9:00", "12:30"), days="25") + hours(("14:00", "17:00"), days="3", weeks="odd"),
        {"pregnancy": 3, "postnatal": 2},
        0.6,
        audience="women",
        today=spans(("9:00", "12:30"), ("14:00", "18:00")),
    ),
    Agenda(
        "Préparation à la naissance",
        MOREAU,
        hours(("18:30", "20:00"), days="2", weeks="even"),
        {"birth_class": 1},
        0.7,
        step=90,
        capacity=8,
        audience="women",
    ),
    Agenda(
        "Thomas Guilbaud, orthoptiste",
        GUILBAUD,
        hours(("9:00", "12:15"), days="35", weeks="odd")
        + hours(("13:30", "17:30"), days="35", weeks="even")
        + hours(("9:00", "12:00"), days="6", weeks="odd"),
        {"orthoptics": 1, "eye_training": 2},
        0.6,
        audience="children",
        today=spans(("9:00", "12:15"), ("13:30", "17:30")),
    ),
    Agenda(
        "Infirmerie",
        NURSES,
        hours(("7:30", "9:00"), days="135"),
        {"blood_test": 6, "nurse_today": 1},
        0.25,
        step=10,
        capacity=2,
        today=spans(("7:30", "9:00"), ("13:30", "14:30")),
    ),
)

PEOPLE = People(
    women=(
        "Camille|Léa|Manon|Chloé|Inès|Sarah|Juliette|Louise|Alice|Clémence|Maëlle|Noémie|Aurélie|Fatima|Nadia"
        "|Céline|Sandrine|Valérie|Isabelle|Françoise|Monique|Jeanne|Anaïs|Solène|Élodie|Lina"
    ),
    men=(
        "Lucas|Hugo|Louis|Gabriel|Jules|Adam|Raphaël|Nathan|Malo|Théo|Antoine|Mehdi|Karim|Julien|Nicolas|Olivier"
        "|Philippe|Jean-Luc|Bernard|Michel|André|Loïc|Yann|Étienne|Maxime|Amadou"
    ),
    last_names=(
        "Aubrée|Bellanger|Benali|Besnard|Boisard|Chauvin|Cherbonnier|Da Silva|Delaunay|Diallo|Doisneau|Esnault"
        "|Fouquet|Gasnier|Girault|Guérin|Haddad|Hamon|Huet|Joubert|Kerjean|Lambert|Le Goff|Leroy|Marchand|Ménard"
        "|Moreau|N’Diaye|Nguyen|Oger|Pasquier|Péan|Poirier|Raimbault|Renou|Rousseau|Sorin|Tessier|Thibault|Vigneron"
    ),
    towns=(
        ("49000", "Angers"),
        ("49100", "Angers"),
        ("49240", "Avrillé"),
        ("49800", "Trélazé"),
    ),
    streets=("rue des Lices", "rue Bressigny", "avenue Pasteur", "rue de la Madeleine", "boulevard du Roi-René"),
    mail="courriel.example",
    phones=("+3326191", "+3319900"),
    phone_length=12,
    languages={"fr": 17, "en": 2, "ro": 1},
    reasons=(
        "Renouvellement d’ordonnance",
        "Deuxième avis",
        "Suite de la dernière visite",
        "Douleur depuis une semaine",
        "Contrôle annuel",
        "Résultats d’analyses à montrer",
    ),
)

TILLEULS = Clinic(
    slug="tilleuls",
    name="Centre médical des Tilleuls",
    place={
        "address": "12, rue des Tilleuls",
        "postcode": "49000",
        "town": "Angers",
        "directions": "Tram A, arrêt Foch. Entrée de plain-pied par la cour, ascenseur.",
    },
    country="FR",
    time_zone="Europe/Paris",
    languages=("fr", "en", "ro"),
    currency="EUR",
    phone="02 61 91 40 12",
    email="accueil@tilleuls.example",
    website="https://tilleuls.example/",
    privacy_text="Vos données servent à votre suivi au centre et à rien d’autre. Vous pouvez demander à les voir, "
    "à les corriger ou à les effacer : accueil@tilleuls.example.",
    workers=(
        Worker(Role.ADMIN, "Inès Barbier", "ines.barbier@tilleuls.example"),
        Worker(
            Role.STAFF,
            "Nadia Kerjean",
            "nadia.kerjean@tilleuls.example",
            granted=(Right.APPOINTMENT_OVERBOOK, Right.APPOINTMENT_UNDO),
        ),
        Worker(Role.PROVIDER, "Hélène Vasseur", "helene.vasseur@tilleuls.example", provider=VASSEUR),
    ),
    practitioners=(
        Practitioner(VASSEUR, "Dermatologie"),
        Practitioner(BELKACEM, "Cardiologie"),
        Practitioner(MOREAU, "Sage-femme"),
        Practitioner(GUILBAUD, "Orthoptie"),
        Practitioner(NURSES, "Soins infirmiers"),
    ),
    services=SERVICES,
    agendas=AGENDAS,
    closed=(
        Closed(-16, 3, "Congrès de dermatologie", agenda="Dr Vasseur"),
        Closed(9, 1, "Formation de l’équipe", from_minute=14 * 60),
        Closed(24, 10, "Congés", agenda="Dr Belkacem"),
    ),
    blocked=(
        Blocked("Dr Vasseur", 0, 10 * 60, 10 * 60 + 30, "Appel au laboratoire"),
        Blocked("Thomas Guilbaud, orthoptiste", 0, 14 * 60, 15 * 60, "Réunion avec l’école"),
        Blocked(
            "Lucie Moreau, sage-femme", 0, 15 * 60, 16 * 60, "Réservé : sortie de maternité", is_pre_reservation=True
        ),
        Blocked("Dr Vasseur", 3, 13 * 60 + 30, 14 * 60 + 30, "Visite à l’hôpital"),
        Blocked("Dr Belkacem", 2, 17 * 60, 18 * 60, "Réservé : contrôle après intervention", is_pre_reservation=True),
    ),
    people=PEOPLE,
    patients=150,
    told=TOLD,
    today=Today(
        held=("Lucie Moreau, sage-femme", "postnatal"),
        asked=("Dr Vasseur", "mole_removal"),
        freed=("Dr Vasseur", "dermatology"),
        overbooked=("Dr Belkacem", "cardiology"),
        why="Douleur dans la poitrine depuis ce matin",
    ),
)
