"""Clinica Carpați, Cluj-Napoca: three practitioners and a class for backs."""

from __future__ import annotations

from kalends.operating.demo.described import (
    Agenda,
    Blocked,
    Clinic,
    Closed,
    Offered,
    People,
    Practitioner,
    Told,
    Worker,
    hours,
    reminded,
    told_at,
)
from kalends.organizations.permissions import Role

MURESAN, POP, RUSU, KINETO = "Dr. Ioana Mureșan", "Dr. Andrei Pop", "Dr. Elena Rusu", "Mihai Lazăr"

SERVICES = {
    "dermatology": Offered(
        {"ro": "Consultație dermatologie", "fr": "Consultation de dermatologie", "en": "Dermatology visit"},
        "Dermatologie",
        30,
        30000,
        1,
        preparation={
            "ro": "Nu folosiți creme în ziua consultației.",
            "fr": "N’appliquez pas de crème le jour de la consultation.",
            "en": "Use no cream on the day of the visit.",
        },
    ),
    "dermatoscopy": Offered(
        {"ro": "Dermatoscopie digitală", "fr": "Dermatoscopie numérique", "en": "Digital dermatoscopy"},
        "Dermatologie",
        20,
        25000,
        2,
    ),
    "cardiology": Offered(
        {
            "ro": "Consultație cardiologie cu EKG",
            "fr": "Consultation de cardiologie avec ECG",
            "en": "Cardiology visit with ECG",
        },
        "Cardiologie",
        40,
        35000,
        3,
        preparation={
            "ro": "Aduceți analizele recente și lista medicamentelor.",
            "fr": "Apportez vos analyses récentes et la liste de vos médicaments.",
            "en": "Bring recent test results and the list of your medicines.",
        },
        more={"buffer_after": 5},
    ),
    "echocardiography": Offered(
        {"ro": "Ecografie cardiacă", "fr": "Échographie cardiaque", "en": "Echocardiography"},
        "Cardiologie",
        30,
        40000,
        4,
        more={"payment_due": "after", "payment_hours": 72, "notice_minutes": 1440, "buffer_after": 10},
    ),
    "gynaecology": Offered(
        {"ro": "Consultație ginecologie", "fr": "Consultation de gynécologie", "en": "Gynaecology visit"},
        "Ginecologie",
        30,
        32000,
        5,
    ),
    "morphology": Offered(
        {"ro": "Ecografie morfologică", "fr": "Échographie morphologique", "en": "Anomaly scan"},
        "Ginecologie",
        60,
        60000,
        6,
        preparation={
            "ro": "Aduceți ecografiile anterioare. Examinarea se face între săptămânile 20 și 24.",
            "fr": "Apportez les échographies précédentes. L’examen se fait entre 20 et 24 semaines.",
            "en": "Bring your earlier scans. This is done between weeks 20 and 24.",
        },
        more={
            "visibility": "phone",
            "buffer_after": 15,
            "phone_text": {
                "ro": "Programările se fac telefonic, după săptămâna de sarcină: 0264 000 118.",
                "fr": "Rendez-vous par téléphone, selon la semaine de grossesse : +40 264 000 118.",
                "en": "Booked by phone, by week of pregnancy: +40 264 000 118.",
            },
        },
    ),
    "back_class": Offered(
        {"ro": "Școala spatelui (grup)", "fr": "École du dos (en groupe)", "en": "Back school (group)"},
        "Kinetoterapie",
        60,
        6000,
        7,
        preparation={
            "ro": "Haine comode și un prosop.",
            "fr": "Tenue confortable et une serviette.",
            "en": "Comfortable clothes and a towel.",
        },
        more={
            "payment_due": "before",
            "payment_hours": 24,
            "max_active_per_person": 10,
            "cancel_cutoff_hours": 4,
            "move_cutoff_hours": 4,
        },
    ),
}

CARPATI = Clinic(
    slug="carpati",
    name="Clinica Carpați",
    place={
        "address": "Strada Memorandumului 21",
        "postcode": "400114",
        "town": "Cluj-Napoca",
        "directions": "Etajul 1, interfon 4. Parcare în curte.",
    },
    country="RO",
    time_zone="Europe/Bucharest",
    languages=("ro", "en", "fr"),
    currency="RON",
    phone="0264 000 118",
    email="receptie@carpati.example",
    website="https://carpati.example/",
    privacy_text="Datele dumneavoastră sunt folosite numai pentru îngrijirea în clinică. Puteți cere să le vedeți, "
    "să le corectați sau să le ștergem: receptie@carpati.example.",
    workers=(
        Worker(Role.ADMIN, "Radu Ionescu", "radu.ionescu@carpati.example"),
        Worker(Role.STAFF, "Maria Bota", "maria.bota@carpati.example"),
        Worker(Role.PROVIDER, "Ioana Mureșan", "ioana.muresan@carpati.example", provider=MURESAN),
    ),
    practitioners=(
        Practitioner(MURESAN, "Dermatologie"),
        Practitioner(POP, "Cardiologie"),
        Practitioner(RUSU, "Obstetrică-ginecologie"),
        Practitioner(KINETO, "Kinetoterapie"),
    ),
    services=SERVICES,
    agendas=(
        Agenda(
            "Dr. Mureșan",
            MURESAN,
            hours(("9:00", "12:30"), days="15") + hours(("15:00", "18:00"), days="3"),
            {"dermatology": 4, "dermatoscopy": 1},
            0.6,
        ),
        Agenda(
            "Dr. Pop",
            POP,
            hours(("8:00", "12:00"), ("12:30", "14:30"), days="2", weeks="odd")
            + hours(("13:00", "19:00"), days="2", weeks="even"),
            {"cardiology": 3, "echocardiography": 1},
            0.55,
        ),
        Agenda(
            "Dr. Rusu",
            RUSU,
            hours(("10:00", "13:00"), ("14:00", "16:00"), days="4"),
            {"gynaecology": 5, "morphology": 1},
            0.6,
            audience="women",
        ),
        Agenda(
            "Școala spatelui",
            KINETO,
            hours(("18:00", "20:00"), days="4"),
            {"back_class": 1},
            0.45,
            step=60,
            capacity=6,
        ),
    ),
    closed=(
        Closed(-9, 2, "Concediu", agenda="Dr. Rusu"),
        Closed(11, 1, "Inventar", from_minute=15 * 60),
    ),
    blocked=(
        Blocked("Dr. Pop", 1, 12 * 60 + 30, 13 * 60 + 30, "Ședință de echipă"),
        Blocked("Dr. Mureșan", 4, 9 * 60, 10 * 60, "Rezervat: control postoperator", is_pre_reservation=True),
    ),
    people=People(
        women=(
            "Maria|Ioana|Andreea|Elena|Ana|Cristina|Alexandra|Mihaela|Daniela|Roxana|Gabriela|Simona|Ruxandra|Bianca"
            "|Ștefania|Raluca|Ileana|Ildikó|Teodora|Corina"
        ),
        men=(
            "Andrei|Alexandru|Mihai|Ștefan|Ionuț|Vlad|Cristian|Bogdan|Răzvan|Florin|Gheorghe|Vasile|Dan|Sorin|Tudor"
            "|Attila|Radu|Călin|Ovidiu|Marius"
        ),
        last_names=(
            "Popescu|Ionescu|Popa|Mureșan|Pop|Rusu|Moldovan|Câmpean|Bota|Lazăr|Chiș|Oltean|Șandor|Bărbulescu|Crișan"
            "|Dumitrescu|Țăran|Vlad|Nagy|Kovács|Suciu|Marian|Boca|Hossu|Mocanu|Neagu|Stănescu|Iepure|Ciobanu|Petrescu"
        ),
        towns=(("400001", "Cluj-Napoca"), ("400363", "Cluj-Napoca"), ("407280", "Florești"), ("401001", "Turda")),
        streets=("Strada Horea", "Calea Turzii", "Strada Fabricii", "Bulevardul Eroilor", "Strada Observatorului"),
        mail="posta.example",
        phones=("+40700000", "+40264000"),
        phone_length=12,
        languages={"ro": 18, "en": 1, "fr": 1},
        reasons=("Control anual", "Rezultate analize", "A doua opinie", "Durere de câteva zile"),
    ),
    patients=90,
    told=Told(
        reminders={
            MURESAN: {
                1: reminded(2, email_supplement="Dacă nu puteți veni, anulați cu butonul."),
                2: reminded(5, state="new", at_minute=9 * 60),
            },
            POP: {1: reminded(2, skips_confirmed=True), 2: {}},
            RUSU: {
                1: reminded(48, "hours"),
                2: reminded(24, "hours", state="off", medium="sms", sms_supplement="Multumim."),
            },
        },
        notices=told_at(
            "receptie@carpati.example", archive="arhiva@carpati.example", accounts="contabilitate@carpati.example"
        ),
    ),
)
