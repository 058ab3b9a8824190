"""What synthetic neighbours offer, in five languages: a category, what it is called, and a usual price in whole units."""
# ruff: noqa: E501 - one thing, one line

from typing import NamedTuple

from listings.states import Kind


class Thing(NamedTuple):
    kind: Kind
    category: str
    names: dict[str, str]
    price: int


def _thing(kind: Kind, category: str, price: int, en: str, de: str, fr: str, es: str, it: str) -> Thing:
    return Thing(kind, category, {"en": en, "de": de, "fr": fr, "es": es, "it": it}, price)


THINGS = (
    _thing(Kind.TOOL, "drills", 4, "Hammer drill", "Schlagbohrmaschine", "Perceuse à percussion", "Taladro percutor", "Trapano a percussione"),
    _thing(Kind.TOOL, "saws", 5, "Circular saw", "Handkreissäge", "Scie circulaire", "Sierra circular", "Sega circolare"),
    _thing(Kind.TOOL, "ladders", 3, "Extension ladder", "Schiebeleiter", "Échelle coulissante", "Escalera extensible", "Scala a sfilo"),
    _thing(Kind.TOOL, "sanders", 4, "Orbital sander", "Exzenterschleifer", "Ponceuse excentrique", "Lijadora orbital", "Levigatrice"),
    _thing(Kind.TOOL, "mowers", 6, "Lawn mower", "Rasenmäher", "Tondeuse à gazon", "Cortacésped", "Tosaerba"),
    _thing(Kind.TOOL, "hedge-trimmers", 5, "Hedge trimmer", "Heckenschere", "Taille-haie", "Cortasetos", "Tagliasiepi"),
    _thing(Kind.TOOL, "wheelbarrows", 2, "Wheelbarrow", "Schubkarre", "Brouette", "Carretilla", "Carriola"),
    _thing(Kind.TOOL, "presses", 8, "Apple press", "Apfelpresse", "Pressoir à pommes", "Prensa de manzanas", "Torchio per mele"),
    _thing(Kind.TOOL, "raclette", 3, "Raclette grill", "Raclettegrill", "Appareil à raclette", "Raclette eléctrica", "Piastra per raclette"),
    _thing(Kind.TOOL, "sewing", 4, "Sewing machine", "Nähmaschine", "Machine à coudre", "Máquina de coser", "Macchina da cucire"),
    _thing(Kind.TOOL, "pressure-washers", 7, "Pressure washer", "Hochdruckreiniger", "Nettoyeur haute pression", "Hidrolimpiadora", "Idropulitrice"),
    _thing(Kind.TOOL, "tents", 6, "Family tent", "Familienzelt", "Tente familiale", "Tienda familiar", "Tenda familiare"),
    _thing(Kind.TOOL, "backpacks", 3, "Trekking backpack", "Trekkingrucksack", "Sac à dos", "Mochila de montaña", "Zaino da trekking"),
    _thing(Kind.TOOL, "snow-sports", 4, "Wooden sledge", "Holzschlitten", "Luge en bois", "Trineo de madera", "Slitta di legno"),
    _thing(Kind.TOOL, "boats", 18, "Canoe for three", "Kanu für drei", "Canoë pour trois", "Canoa para tres", "Canoa per tre"),
    _thing(Kind.TOOL, "cargo-bikes", 12, "Cargo bike, two children", "Lastenrad für zwei Kinder", "Vélo cargo pour deux enfants", "Bicicleta de carga para dos", "Bici cargo per due bambini"),
    _thing(Kind.TOOL, "projectors", 9, "Projector and screen", "Beamer mit Leinwand", "Projecteur et écran", "Proyector y pantalla", "Proiettore e schermo"),
    _thing(Kind.TOOL, "cameras", 15, "Mirrorless camera", "Systemkamera", "Appareil photo hybride", "Cámara sin espejo", "Fotocamera mirrorless"),
    _thing(Kind.TOOL, "board-games", 1, "Chest of board games", "Kiste voller Brettspiele", "Coffre de jeux de société", "Cofre de juegos de mesa", "Cassa di giochi da tavolo"),
    _thing(Kind.TOOL, "tables", 5, "Beer tables and benches", "Biertischgarnituren", "Tables et bancs", "Mesas y bancos", "Tavoli e panche"),
    _thing(Kind.TOOL, "sound", 14, "Sound system", "Musikanlage", "Sono", "Equipo de sonido", "Impianto audio"),
    _thing(Kind.ROOM, "guest-rooms", 22, "Quiet room with garden", "Ruhiges Zimmer mit Garten", "Chambre calme avec jardin", "Habitación tranquila con jardín", "Camera tranquilla con giardino"),
    _thing(Kind.ROOM, "guest-rooms", 18, "Guest bed under the roof", "Gästebett unterm Dach", "Lit d'ami sous le toit", "Cama bajo el tejado", "Letto sotto il tetto"),
    _thing(Kind.ROOM, "workshops", 12, "Wood workshop", "Holzwerkstatt", "Atelier bois", "Taller de madera", "Laboratorio di falegnameria"),
    _thing(Kind.ROOM, "halls", 40, "Hall for parties", "Raum für Feste", "Salle pour les fêtes", "Sala para fiestas", "Sala per feste"),
    _thing(Kind.ROOM, "studios", 15, "Bright studio", "Helles Atelier", "Studio lumineux", "Estudio luminoso", "Studio luminoso"),
    _thing(Kind.RIDE, "commutes", 4, "Ride to work", "Mitfahrt zur Arbeit", "Trajet vers le travail", "Viaje al trabajo", "Passaggio al lavoro"),
    _thing(Kind.RIDE, "long-rides", 9, "Ride over the weekend", "Mitfahrt am Wochenende", "Trajet du week-end", "Viaje de fin de semana", "Passaggio del fine settimana"),
)  # fmt: skip

QUALITIES = {
    "en": ("sturdy", "nearly new", "old but good", "18 V", "with case", "small", "large", "quiet", "repaired", "light"),
    "de": (
        "robust",
        "fast neu",
        "alt, aber gut",
        "18 V",
        "mit Koffer",
        "klein",
        "groß",
        "leise",
        "repariert",
        "leicht",
    ),
    "fr": (
        "solide",
        "presque neuf",
        "ancien mais bon",
        "18 V",
        "avec coffret",
        "petit",
        "grand",
        "silencieux",
        "réparé",
        "léger",
    ),
    "es": (
        "robusto",
        "casi nuevo",
        "viejo pero bueno",
        "18 V",
        "con maletín",
        "pequeño",
        "grande",
        "silencioso",
        "reparado",
        "ligero",
    ),
    "it": (
        "robusto",
        "quasi nuovo",
        "vecchio ma buono",
        "18 V",
        "con valigetta",
        "piccolo",
        "grande",
        "silenzioso",
        "riparato",
        "leggero",
    ),
}
SENTENCES = {
    "en": (
        "Pick it up in the evening.",
        "Please bring it back clean.",
        "I will gladly show how it works.",
        "Ring twice at the blue door.",
    ),
    "de": (
        "Abholen am Abend.",
        "Bitte sauber zurückbringen.",
        "Ich zeige gern, wie es geht.",
        "Zweimal klingeln an der blauen Tür.",
    ),
    "fr": (
        "À retirer le soir.",
        "À rendre propre.",
        "Je montre volontiers comment faire.",
        "Sonnez deux fois à la porte bleue.",
    ),
    "es": (
        "Recogida por la tarde.",
        "Devuélvelo limpio, por favor.",
        "Te enseño cómo funciona.",
        "Llama dos veces a la puerta azul.",
    ),
    "it": (
        "Ritiro la sera.",
        "Restituire pulito, per favore.",
        "Mostro volentieri come si usa.",
        "Suona due volte alla porta blu.",
    ),
}
LANGUAGE_OF = {
    "DE": "de", "AT": "de", "CH": "de", "FR": "fr", "BE": "fr", "SN": "fr", "ES": "es", "MX": "es", "AR": "es", "CO": "es",
    "CL": "es", "PE": "es", "IT": "it",
}  # fmt: skip
NAMES = (
    "Ana",
    "Bo",
    "Cleo",
    "Dara",
    "Emil",
    "Fatma",
    "Gero",
    "Hana",
    "Ines",
    "Jonas",
    "Kofi",
    "Lea",
    "Mia",
    "Nils",
    "Oona",
    "Paul",
    "Quinn",
    "Rosa",
    "Sami",
    "Tariq",
    "Uma",
    "Vera",
    "Wim",
    "Xenia",
    "Yara",
    "Zeno",
)
STREETS = (
    "Park",
    "Mill",
    "Harbour",
    "Station",
    "Church",
    "Garden",
    "Bridge",
    "Market",
    "Castle",
    "River",
    "Field",
    "School",
    "Hill",
    "Lake",
    "Wood",
)
