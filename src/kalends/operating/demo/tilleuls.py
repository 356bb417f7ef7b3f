"""Centre médical des Tilleuls, Angers: five practitioners, one of them with courses for groups."""

from __future__ import annotations

from kalends.operating.demo.described import (
    Agenda,
    Blocked,
    Clinic,
    Closed,
    Offered,
    People,
    Practitioner,
    Worker,
    hours,
)
from kalends.organizations.permissions import Right, Role

VASSEUR, BELKACEM = "Dr Hélène Vasseur", "Dr Karim Belkacem"
MOREAU, GUILBAUD, NURSES = "Lucie Moreau", "Thomas Guilbaud", "Infirmerie des Tilleuls"

SERVICES = {
    "dermatology": Offered(
        {"fr": "Consultation de dermatologie", "en": "Dermatology visit", "ro": "Consultație de dermatologie"},
        "Dermatologie",
        30,
        5400,
        1,
        preparation={
            "fr": "Venez sans maquillage et sans vernis. Apportez la liste de vos traitements.",
            "en": "Please come without make-up or nail polish. Bring the list of your medicines.",
            "ro": "Veniți fără machiaj și fără ojă. Aduceți lista tratamentelor dumneavoastră.",
        },
        more={"horizon_days": 120},
    ),
    "moles": Offered(
        {"fr": "Contrôle des grains de beauté", "en": "Mole check", "ro": "Control alunițe"},
        "Dermatologie",
        20,
        5400,
        2,
        more={"max_moves": 2, "move_cutoff_hours": 48, "cancel_cutoff_hours": 48},
    ),
    "skin_surgery": Offered(
        {"fr": "Petite chirurgie de la peau", "en": "Minor skin surgery", "ro": "Mică chirurgie a pielii"},
        "Dermatologie",
        45,
        12000,
        3,
        more={
            "visibility": "phone",
            "buffer_before": 5,
            "buffer_after": 15,
            "new_patients": False,
            "phone_text": {
                "fr": "Cet acte se réserve après une consultation : appelez le 02 61 91 40 12.",
                "en": "This is booked after a visit: phone 02 61 91 40 12.",
                "ro": "Se programează după o consultație: sunați la 02 61 91 40 12.",
            },
        },
    ),
    "cardiology": Offered(
        {
            "fr": "Consultation de cardiologie avec ECG",
            "en": "Cardiology visit with ECG",
            "ro": "Consultație de cardiologie cu EKG",
        },
        "Cardiologie",
        40,
        6000,
        4,
        preparation={
            "fr": "Apportez votre dernière ordonnance et vos examens de moins d’un an.",
            "en": "Bring your latest prescription and any tests less than a year old.",
            "ro": "Aduceți ultima rețetă și analizele mai noi de un an.",
        },
        more={"buffer_after": 5, "notice_minutes": 1440},
    ),
    "stress_test": Offered(
        {"fr": "Épreuve d’effort", "en": "Exercise stress test", "ro": "Test de efort"},
        "Cardiologie",
        60,
        15200,
        5,
        preparation={
            "fr": "Repas léger deux heures avant, chaussures de sport, pas de café le jour même.",
            "en": "A light meal two hours before, sports shoes, no coffee on the day.",
            "ro": "O masă ușoară cu două ore înainte, pantofi sport, fără cafea în ziua testului.",
        },
        more={"buffer_before": 10, "buffer_after": 10, "notice_minutes": 2880},
    ),
    "pregnancy": Offered(
        {"fr": "Suivi de grossesse", "en": "Pregnancy check", "ro": "Control de sarcină"},
        "Sage-femme",
        45,
        2500,
        6,
        preparation={
            "fr": "Apportez votre carnet de maternité et vos dernières analyses.",
            "en": "Bring your maternity record and your latest tests.",
            "ro": "Aduceți carnetul gravidei și ultimele analize.",
        },
    ),
    "postnatal": Offered(
        {"fr": "Rééducation périnéale", "en": "Pelvic floor therapy", "ro": "Recuperare perineală"},
        "Sage-femme",
        30,
        2120,
        7,
        more={"max_active_per_person": 10},
    ),
    "birth_class": Offered(
        {
            "fr": "Préparation à la naissance (en groupe)",
            "en": "Birth preparation (group)",
            "ro": "Pregătire pentru naștere (în grup)",
        },
        "Sage-femme",
        90,
        1200,
        8,
        more={"max_active_per_person": 8},
    ),
    "orthoptics": Offered(
        {"fr": "Bilan orthoptique", "en": "Orthoptic assessment", "ro": "Bilanț ortoptic"},
        "Orthoptie",
        45,
        3900,
        2,
    ),
    "eye_training": Offered(
        {"fr": "Séance de rééducation orthoptique", "en": "Eye training session", "ro": "Ședință de ortoptică"},
        "Orthoptie",
        20,
        1520,
        3,
        more={"max_active_per_person": 12},
    ),
    "blood_test": Offered(
        {"fr": "Prise de sang", "en": "Blood test", "ro": "Recoltare de sânge"},
        "Soins infirmiers",
        10,
        None,
        1,
        preparation={
            "fr": "Restez à jeun depuis 12 heures : de l’eau seulement. Apportez l’ordonnance.",
            "en": "Nothing but water for 12 hours before. Bring the prescription.",
            "ro": "Nu mâncați cu 12 ore înainte: beți doar apă. Aduceți trimiterea.",
        },
        more={"notice_minutes": 30, "cancel_cutoff_hours": 2, "move_cutoff_hours": 2, "horizon_days": 30},
    ),
    "nurse_today": Offered(
        {"fr": "Pansement, le jour même", "en": "Dressing, same day", "ro": "Pansament, în aceeași zi"},
        "Soins infirmiers",
        10,
        None,
        2,
        more={"notice_minutes": 0, "same_day_release": 7 * 60, "cancel_cutoff_hours": 0, "move_cutoff_hours": 0},
    ),
}

AGENDAS = (
    Agenda(
        "Dr Vasseur",
        VASSEUR,
        hours(("9:00", "12:00"), ("13:30", "16:30"), days="14") + hours(("9:00", "12:00"), days="25"),
        {"dermatology": 6, "moles": 3, "skin_surgery": 1},
        0.6,
    ),
    Agenda(
        "Dr Belkacem",
        BELKACEM,
        hours(("8:30", "12:30"), days="1") + hours(("14:00", "18:00"), days="4"),
        {"cardiology": 5, "stress_test": 1},
        0.7,
    ),
    Agenda(
        "Lucie Moreau, sage-femme",
        MOREAU,
        hours(("9:00", "12:30"), days="25") + hours(("14:00", "17:00"), days="3", weeks="odd"),
        {"pregnancy": 3, "postnatal": 2},
        0.6,
        audience="women",
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
    ),
    Agenda(
        "Infirmerie",
        NURSES,
        hours(("7:30", "9:00"), days="135"),
        {"blood_test": 6, "nurse_today": 1},
        0.25,
        step=10,
        capacity=2,
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
        "name": "Centre médical des Tilleuls",
        "address": "12, rue des Tilleuls",
        "postcode": "49000",
        "town": "Angers",
        "phone": "02 61 91 40 12",
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
        Blocked("Dr Vasseur", 3, 13 * 60 + 30, 14 * 60 + 30, "Visite à l’hôpital"),
        Blocked("Dr Belkacem", 2, 17 * 60, 18 * 60, "Réservé : contrôle après intervention", is_pre_reservation=True),
    ),
    people=PEOPLE,
    patients=150,
)
