"""Clinique du Vieux-Port, Québec: a family doctor, a paediatrician, a physiotherapist and vaccinations."""

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

TREMBLAY, ROY = "Dre Geneviève Tremblay", "Dr Samuel Roy"
GAGNON, NURSES = "Émilie Gagnon", "Soins infirmiers du Vieux-Port"

SERVICES = {
    "family": Offered(
        {"fr": "Rendez-vous de médecine familiale", "en": "Family medicine visit", "ro": "Medicină de familie"},
        "Médecine familiale",
        20,
        None,
        1,
        preparation={
            "fr": "Ayez votre carte d’assurance maladie et la liste de vos médicaments.",
            "en": "Have your health insurance card and the list of your medicines with you.",
            "ro": "Aveți la dumneavoastră cardul de sănătate și lista medicamentelor.",
        },
        more={"horizon_days": 60},
    ),
    "check_up": Offered(
        {"fr": "Bilan de santé", "en": "Check-up", "ro": "Control general"},
        "Médecine familiale",
        45,
        None,
        2,
        more={
            "visibility": "phone",
            "new_patients": False,
            "phone_text": {
                "fr": "Réservé à la patientèle inscrite : composez le 418 555-0142.",
                "en": "For registered patients: phone 418 555-0142.",
                "ro": "Pentru pacienții înscriși: sunați la +1 418 555 0142.",
            },
        },
    ),
    "urgent": Offered(
        {"fr": "Consultation le jour même", "en": "Same-day visit", "ro": "Consultație în aceeași zi"},
        "Médecine familiale",
        20,
        None,
        3,
        more={"notice_minutes": 0, "same_day_release": 7 * 60 + 30, "cancel_cutoff_hours": 0, "move_cutoff_hours": 0},
    ),
    "paediatrics": Offered(
        {"fr": "Consultation de pédiatrie", "en": "Paediatric visit", "ro": "Consultație pediatrie"},
        "Pédiatrie",
        30,
        None,
        4,
        preparation={
            "fr": "Apportez le carnet de vaccination de l’enfant.",
            "en": "Bring the child’s vaccination record.",
            "ro": "Aduceți carnetul de vaccinări al copilului.",
        },
    ),
    "physio_first": Offered(
        {"fr": "Évaluation en physiothérapie", "en": "Physiotherapy assessment", "ro": "Evaluare fizioterapie"},
        "Physiothérapie",
        60,
        11500,
        5,
        more={"payment_due": "before", "payment_hours": 24, "buffer_after": 5},
    ),
    "physio": Offered(
        {"fr": "Traitement de physiothérapie", "en": "Physiotherapy treatment", "ro": "Tratament fizioterapie"},
        "Physiothérapie",
        30,
        9500,
        6,
        preparation={
            "fr": "Portez un short ou un t-shirt selon la région traitée.",
            "en": "Wear shorts or a t-shirt, depending on what is treated.",
            "ro": "Purtați pantaloni scurți sau tricou, după zona tratată.",
        },
        more={"payment_due": "before", "payment_hours": 24, "buffer_after": 5, "max_active_per_person": 12},
    ),
    "vaccination": Offered(
        {"fr": "Vaccination", "en": "Vaccination", "ro": "Vaccinare"},
        "Soins infirmiers",
        15,
        3500,
        7,
        preparation={
            "fr": "Portez un vêtement à manches courtes. Prévoyez 15 minutes sur place après l’injection.",
            "en": "Wear short sleeves. Plan to stay 15 minutes after the injection.",
            "ro": "Purtați mâneci scurte. Rămâneți 15 minute după injecție.",
        },
        more={"payment_due": "after", "payment_hours": 48, "cancel_cutoff_hours": 2, "move_cutoff_hours": 2},
    ),
}

VIEUX_PORT = Clinic(
    slug="vieux-port",
    name="Clinique du Vieux-Port",
    place={
        "address": "84, rue Dalhousie",
        "postcode": "G1K 4B2",
        "town": "Québec",
        "directions": "Autobus 1, arrêt Dalhousie. Stationnement payant en face.",
    },
    country="CA",
    time_zone="America/Toronto",
    languages=("fr", "en"),
    currency="CAD",
    phone="418 555-0142",
    email="accueil@vieux-port.example",
    website="https://vieux-port.example/",
    privacy_text="Vos renseignements servent à vos soins à la clinique, conformément à la loi du Québec. Pour y avoir "
    "accès ou les faire corriger : accueil@vieux-port.example.",
    workers=(
        Worker(Role.ADMIN, "Mathieu Bouchard", "mathieu.bouchard@vieux-port.example"),
        Worker(Role.STAFF, "Josée Lavoie", "josee.lavoie@vieux-port.example"),
        Worker(Role.PROVIDER, "Geneviève Tremblay", "genevieve.tremblay@vieux-port.example", provider=TREMBLAY),
    ),
    practitioners=(
        Practitioner(TREMBLAY, "Médecine familiale"),
        Practitioner(ROY, "Pédiatrie"),
        Practitioner(GAGNON, "Physiothérapie"),
        Practitioner(NURSES, "Soins infirmiers"),
    ),
    services=SERVICES,
    agendas=(
        Agenda(
            "Dre Tremblay",
            TREMBLAY,
            hours(("8:30", "12:00"), ("13:00", "14:30"), days="1") + hours(("14:00", "17:30"), days="3"),
            {"family": 6, "check_up": 1, "urgent": 1},
            0.5,
            step=10,
        ),
        Agenda(
            "Dr Roy",
            ROY,
            hours(("9:00", "12:00"), ("13:00", "14:30"), days="2"),
            {"paediatrics": 1},
            0.6,
            audience="children",
        ),
        Agenda(
            "Émilie Gagnon, physiothérapeute",
            GAGNON,
            hours(("7:30", "11:30"), days="12", weeks="odd") + hours(("14:00", "19:00"), days="12", weeks="even"),
            {"physio_first": 1, "physio": 3},
            0.6,
        ),
        Agenda(
            "Clinique de vaccination",
            NURSES,
            hours(("16:00", "17:30"), days="3") + hours(("9:00", "10:30"), days="6", weeks="odd"),
            {"vaccination": 1},
            0.5,
            capacity=3,
        ),
    ),
    closed=(
        Closed(-12, 2, "Formation continue", agenda="Dr Roy"),
        Closed(8, 1, "Réunion du personnel", from_minute=12 * 60, to_minute=14 * 60),
    ),
    blocked=(
        Blocked("Dre Tremblay", 5, 13 * 60, 14 * 60, "Visite à domicile"),
        Blocked(
            "Émilie Gagnon, physiothérapeute", 3, 16 * 60, 17 * 60, "Réservé : suivi CNESST", is_pre_reservation=True
        ),
    ),
    people=People(
        women=(
            "Emma|Florence|Rosalie|Charlotte|Léa|Maude|Josée|Sylvie|Nathalie|Chantal|Ginette|Marie-Ève|Audrey|Catherine"
            "|Roxanne|Mélissa|Annabelle|Linda|Fatou|Océane"
        ),
        men=(
            "William|Félix|Thomas|Samuel|Olivier|Alexis|Mathieu|Jean-François|Sébastien|Marc-André|Guillaume|Réjean"
            "|Gilles|Yvon|Jérémie|Zachary|Ibrahim|David|Patrice|Simon"
        ),
        last_names=(
            "Tremblay|Gagnon|Roy|Côté|Bouchard|Gauthier|Morin|Lavoie|Fortin|Gagné|Ouellet|Pelletier|Bélanger|Lévesque"
            "|Bergeron|Leblanc|Paquette|Girard|Simard|Boucher|Caron|Beaulieu|Cloutier|Dubé|Poirier|Fournier|Lapointe"
            "|Nguyen|MacDonald|Sioui"
        ),
        towns=(("G1K 1A1", "Québec"), ("G1R 2B5", "Québec"), ("G6V 3P8", "Lévis"), ("G1V 4M3", "Québec")),
        streets=("rue Saint-Jean", "avenue Cartier", "rue Saint-Paul", "chemin Sainte-Foy", "rue de la Couronne"),
        mail="courriel.example",
        phones=("+141855501", "+158155501", "+136755501"),
        phone_length=12,
        languages={"fr": 16, "en": 4},
        reasons=("Suivi annuel", "Résultats d’examens", "Toux depuis deux semaines", "Renouvellement"),
    ),
    patients=100,
    told=Told(
        reminders={
            TREMBLAY: {
                1: reminded(2, email_supplement="Ayez votre carte d’assurance maladie avec vous."),
                2: reminded(5, state="new", at_minute=9 * 60),
            },
            ROY: {1: reminded(2, skips_confirmed=True), 2: {}},
            GAGNON: {1: reminded(48, "hours"), 2: {}},
        },
        notices=told_at(
            "accueil@vieux-port.example",
            archive="archives@vieux-port.example",
            accounts="comptabilite@vieux-port.example",
            booking_minimal=True,
        ),
    ),
)
