"""Whose agendas the Centre des Tilleuls keeps."""

VASSEUR, BELKACEM = "Dr Hélène Vasseur", "Dr Karim Belkacem"
MOREAU, GUILBAUD, NURSES = "Lucie Moreau", "Thomas Guilbaud", "Infirmerie des Tilleuls"
