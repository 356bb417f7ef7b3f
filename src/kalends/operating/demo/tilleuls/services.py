"""What the Centre des Tilleuls offers."""

from __future__ import annotations

from kalends.operating.demo.described import Offered

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
    "mole_removal": Offered(
        {"fr": "Ablation d’un grain de beauté", "en": "Mole removal", "ro": "Excizie de aluniță"},
        "Dermatologie",
        30,
        9000,
        3,
        more={"needs_approval": True, "notice_minutes": 60},
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
        more={
            "payment_due": "before",
            "payment_hours": 48,
            "buffer_before": 10,
            "buffer_after": 10,
            "notice_minutes": 2880,
        },
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
        more={"payment_due": "after", "payment_hours": 72, "max_active_per_person": 8},
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
