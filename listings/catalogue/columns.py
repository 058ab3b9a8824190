"""What a column may hold: how its header is recognised, how its text becomes a fact, and back.

Every plain field that clients of the API may send is a column of that name; those that people write
in other ways (money with decimals, yes and no, choices by their names) have a reader here. What is
written out is read in again as the same.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from listings import categories
from listings.models import Listing, Photo, RideFacts, RoomFacts, ToolFacts
from listings.serializers import ListingFacts, figure
from members.models import Circle, Community
from sharing.values.money import exponent, parse_minor

from . import days, documents, kits, ways
from .folding import by_name, fold

NUMBER, PICTURES, ALTS, CATEGORY, TAGS = "number", "photos", "photos_alt", "category", "tags"
FREE_TO, TIERS, KIT = "free_to", "price_tiers", "kit_parts"
CIRCLE, STOPS, DOCUMENTS = "circle", "stops", "documents"
DAYS = ("arrive_days", "leave_days")
LEFT_OUT = {"community", "commons", "publish"}
JOINED = {"description": "\n\n", TAGS: ",", PICTURES: ",", ALTS: "\n", "included": "\n", "instructions": "\n\n",
          DOCUMENTS: "\n", STOPS: "\n"}
"""Facts that several columns may give together, and what goes between them."""

NOTHING = {"free", "free of charge", "none", "gratis", "kostenlos", "umsonst", "gratuit", "gratuito", "libre"}
"""How people write that something costs nothing."""

# What the table calls by a word for programmers.
_CALLED = {
    "kind": gettext_lazy("Kind"),
    "category": gettext_lazy("Category"),
    "language": gettext_lazy("Language"),
    "currency": gettext_lazy("currency"),
    CIRCLE: gettext_lazy("circle"),
    STOPS: gettext_lazy("Stops"),
}

YES = {"yes", "y", "true", "1", "x", "ja", "oui", "si", "vrai", "wahr", "vero", "on"}
NO = {"no", "n", "false", "0", "-", "nein", "non", "faux", "falsch", "falso", "off"}

# Names that other programs and people give to our facts, folded; the API's own names are known anyhow.
ALIASES = {
    NUMBER: "id, item id, code, item code, sku, asset tag, asset number, inventory number, inventarnummer, nummer, nr, "
    "reference, ref, numero, numero d inventaire, codigo, codice, item number, inventar nr, artikelnummer, "
    "numero de inventario, numero di inventario",
    "kind": "type, art, typ, tipo, genre, clase",
    "title": "name, item, item name, titel, bezeichnung, gegenstand, nom, objet, titre, nombre, titulo, nome, titolo, "
    "product, artikel, article, articulo, articolo, oggetto, objeto, werkzeug, gerat, outil, herramienta, attrezzo, "
    "raum, zimmer, room, tool, thing, designation, denominacion, denominazione",
    "description": "details, long description, full description, short description, beschreibung, bemerkung, "
    "descripcion, descrizione, note, notes, remarques, observaciones, osservazioni",
    CATEGORY: "categories, kategorie, categorie, categoria, section, group, rubrik, warengruppe, rubrique, "
    "rubro, rubrica, seccion, sezione",
    TAGS: "tag, keywords, schlagworte, schlagwort, mots cles, etiquetas, parole chiave, labels, stichworte, "
    "stichworter, palabras clave, etichette",
    "condition": "zustand, etat, estado, stato",
    "brand": "manufacturer, brand and model, make, model, marke, hersteller, marque, marca, modelo",
    "included": "components, accessories, contents, parts, includes, zubehor, inhalt, accessoires, accesorios, "
    "accessori, lieferumfang, dabei, contenu, contenido, contenuto, what comes with it",
    "instructions": "manual, how to use, anleitung, mode d emploi, instrucciones, istruzioni, care information, "
    "gebrauchsanweisung, bedienungsanleitung, notice, manuel, manuale",
    "price_minor": "rental price, loan fee, fee, daily rate, preis, miete, prix, precio, prezzo, cost, gebuhr, "
    "leihgebuhr, mietpreis, tagespreis, tagessatz, stundenpreis, stundensatz, tarif, tarifa, "
    "tariffa, loyer, alquiler, noleggio, kosten, cout, coste, costo, daily price, price",
    "price_unit": "per, unit, price per, einheit, unite, unidad, unita, preiseinheit, price unit",
    "deposit_minor": "kaution, caution, fianza, cauzione, security deposit, pfand, depot, deposito, depot de garantie, "
    "garantia, garanzia",
    "value_minor": "replacement value, worth, wert, valeur, valor, valore, price paid, purchase price, "
    "neupreis, neuwert, anschaffungspreis, kaufpreis, wiederbeschaffungswert, prix d achat, precio de compra, "
    "prezzo d acquisto, prezzo di acquisto",
    "capacity": "quantity, copies, how many, stock, anzahl, menge, quantite, cantidad, quantita, count, stuckzahl, "
    "stuck, bestand, exemplare, nombre d exemplaires, ejemplares, esemplari, copie, seats, sitzplatze, asientos, posti",
    "place": "location, ort, lieu, lugar, luogo, site, city, standort, stadt, ville, ciudad, citta, ubicacion, "
    "emplacement, localite, posizione, ubicazione, lagerort, where",
    "address": "street, adresse, direccion, indirizzo, strasse, anschrift, rue, calle, via",
    "lat": "latitude, breitengrad, latitud, latitudine",
    "lon": "lng, longitude, langengrad, longitud, longitudine",
    "max_units": "max loan period, maximum loan, loan period, longest, max days, leihfrist, "
    "maximale leihdauer, hochstdauer, duree maximale, duracion maxima, durata massima",
    "min_units": "min loan period, minimum loan, shortest, min days, mindestdauer, duree minimale, "
    "duracion minima, durata minima",
    PICTURES: "photo, image, images, picture, pictures, bild, bilder, foto, fotos, image name, file name of photo, "
    "imagen, imagenes, immagine, immagini",
    ALTS: "alt, alt text, alt texts, photo alt, image alt, image alt text, image description, alternativtext, "
    "bildbeschreibung, texte alternatif, texto alternativo, testo alternativo",
    "instant": "instant booking, sofort, sofort buchbar, reservation immediate, reserva inmediata, "
    "prenotazione immediata",
    "terms": "conditions, bedingungen, condiciones, condizioni, konditionen",
    "size": "grosse, abmessungen, masse, taille, dimensions, tamano, medidas, dimensione, misure, taglia",
    TIERS: "prices for longer stays, staffelpreise, prix degressifs, precios por duracion, prezzi per durata",
    FREE_TO: "free for, free to members of, frei fur, kostenlos fur, gratuit pour, gratis para, gratuito per",
    "beds": "betten, lits, camas, letti",
    "bathrooms": "bader, badezimmer, salles de bain, banos, bagni",
    "rules": "house rules, hausordnung, hausregeln, reglement, normas, regole",
    "check_in": "check in, anreise, arrivee, llegada, arrivo",
    "check_out": "check out, abreise, depart, salida, partenza",
    "language": "sprache, langue, idioma, lingua",
    CIRCLE: "kreis, cercle, circulo, cerchia",
    STOPS: "way, route, halte, haltestellen, strecke, arrets, trajet, paradas, recorrido, fermate, percorso",
    DOCUMENTS: "document, dokumente, documentos, documenti, papers, unterlagen",
    "vehicle": "car, fahrzeug, auto, vehicule, voiture, vehiculo, coche, veicolo",
    "luggage": "baggage, gepack, bagages, equipaje, bagagli, bagaglio",
}
_UNITS = {
    "hour": "hour, hourly, stundenpreis, stundensatz, stunde, stunden, heure, hora, ora",
    "day": "day, daily, tagespreis, tagessatz, tag, tage, taglich, jour, journee, dia, giorno",
    "night": "night, nightly, nacht, nuit, noche, notte",
    "use": "use, loan, time, mal, ausleihe, leihe, nutzung, emprunt, fois, uso, vez, prestamo, volta, prestito",
}
_UNIT_WORDS = {word: unit for unit, words in _UNITS.items() for word in words.split(", ")}
_MONEY_WORDS = {"eur", "euro", "euros", "chf", "franken", "gbp", "usd", "dollar", "dollars"}
_JOINTS = {"per", "pro", "par", "por", "al", "all", "alla", "a", "la", "l", "el", "each", "je", "in", "en"}
_PLACED = re.compile(r"\s*([1-9][0-9]{0,2}):(.*)", re.ASCII)


class RowFacts(ListingFacts):
    """What a row may say: what clients of the API may, and the calendar's own terms, which have an address there."""

    change_hours = figure("change_hours")
    cancel_hours = figure("cancel_hours")
    arrive_days = figure("arrive_days")
    leave_days = figure("leave_days")
    holiday_region = serializers.CharField(max_length=12, required=False)


class Column(NamedTuple):
    """`read` turns a cell into what ListingFacts takes, or raises ValueError with a sentence."""

    name: str
    label: str | Promise
    read: Callable[[str, "Reading"], object]


class Reading(NamedTuple):
    """What a cell's meaning depends on."""

    currency: str
    categories: Mapping[str, str]  # folded name or slug → slug
    communities: Mapping[str, str] = {}  # the same, of those whose members may pay nothing
    circles: Mapping[str, Circle] = {}  # of the member, by their names


@cache
def columns() -> dict[str, Column]:
    """All columns by name, in the order in which they are offered and written."""
    fields = RowFacts().fields
    found = {NUMBER: Column(NUMBER, gettext_lazy("number or code of the thing"), lambda text, reading: text.strip())}
    for name, field in fields.items():
        if name not in LEFT_OUT and (reader := _reader(name, field)) is not None:
            found[name] = Column(name, _label_of(name), reader)
    found[PICTURES] = Column(PICTURES, gettext_lazy("file names of photos"), lambda text, reading: _words(text))
    found[KIT] = Column(KIT, gettext_lazy("numbers of the parts of a kit"), lambda text, reading: kits.read(text))
    found[DOCUMENTS] = Column(DOCUMENTS, gettext_lazy("documents"), lambda text, reading: documents.read(text))
    found[ALTS] = Column(ALTS, Photo._meta.get_field("alt").verbose_name, lambda text, reading: alts(text))
    return found


def header_of(name: str) -> str:
    """What a column is called in a file: money is written with decimals, so it is no longer "minor"."""
    return name.removesuffix("_minor")


def guessed(headers: Iterable[str], own: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """For each header the column it most likely is, "" where nobody can say; each at most once unless joined.

    `own`: folded headers known beside those of everybody.
    """
    taken: set[str] = set()
    found = []
    for header in headers:
        folded = fold(header)
        name = _known_names().get(folded) or own.get(folded) or _as_money(folded)
        if name in taken and name not in JOINED:
            name = ""
        taken.add(name)
        found.append(name)
    return found


def unit_said(headers: Iterable[str], mapping: Iterable[str]) -> str:
    """What "Preis pro Stunde" says the price is for, where no column does; "" when it says nothing."""
    named = dict(zip(mapping, headers, strict=False))
    header = "" if "price_unit" in named else fold(named.get("price_minor", ""))
    return next((unit for word in header.split() if (unit := _UNIT_WORDS.get(word))), "")


def known_categories() -> dict[str, str]:
    """Every name a category may be called by, and its slug; what the active language says goes first."""
    return by_name(categories.NAMES) | {fold(str(label)): slug for slug, label in categories.NAMES.items()}


def known_communities(communities: Iterable[Community]) -> dict[str, str]:
    """How they may be called, and the slug of each; a slug goes before a name."""
    known = list(communities)
    return {fold(one.name): one.slug for one in known} | {fold(one.slug): one.slug for one in known}


def known_circles(circles: Iterable[Circle]) -> dict[str, Circle]:
    """By their names as they stand, else as people write them."""
    known = list(circles)
    return {fold(one.name): one for one in known} | {one.name: one for one in known}


def written(listing: Listing, name: str, pictures: list[str]) -> str:
    """The cell of a listing in a column, so that reading it gives the same fact."""
    if name == NUMBER:
        return f"#{listing.pk}"
    if name == PICTURES:
        return ", ".join(pictures)
    if name == ALTS:
        told = [(place, " ".join(photo.alt.split())) for place, photo in enumerate(listing.photos.all(), start=1)]
        return "\n".join(f"{place}: {alt}" for place, alt in told if alt)
    if name in _BESIDE:
        return _BESIDE[name](listing)
    if name in DAYS:
        return days.written(getattr(listing, name))
    if name == CATEGORY:
        return categories.slug_of(listing.category_id)
    if name == TAGS:
        return ", ".join(listing.tags)
    if name == FREE_TO:
        return ", ".join(community["slug"] for community in listing.freed)
    if name == TIERS:
        rows = [(tier["from_units"], _decimals(tier["price_minor"], listing.currency)) for tier in listing.price_tiers]
        return "; ".join(f"{units}: {price}" for units, price in rows)
    holder = listing if hasattr(listing, name) else listing.facts
    value = getattr(holder, name, None)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_minor"):
        return _decimals(value, listing.currency)
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)


_BESIDE: dict[str, Callable[[Listing], str]] = {
    KIT: kits.written,
    DOCUMENTS: documents.written,
    STOPS: lambda listing: ways.written(listing, lambda minor: _decimals(minor, listing.currency)),
    CIRCLE: lambda listing: listing.circle.name if listing.circle is not None else "",
}


def _decimals(minor: int, currency: str) -> str:
    places = exponent(currency)
    return f"{minor // 10**places}.{minor % 10**places:0{places}d}" if places else str(minor)


# --- readers --------------------------------------------------------------------------------------


def _reader(name: str, field: serializers.Field) -> Callable[[str, Reading], object] | None:
    if name == CATEGORY:
        return _category
    if name == TAGS:
        return lambda text, reading: _words(text)
    if name == FREE_TO:
        return lambda text, reading: [reading.communities.get(fold(word), word) for word in _words(text)]
    if name == TIERS:
        return _tiers
    if name == STOPS:
        return lambda text, reading: ways.read(text, lambda price: _money(price, reading))
    if name == CIRCLE:
        return _circle
    if name in DAYS:
        return lambda text, reading: days.read(text)
    if name.endswith("_minor") and isinstance(field, serializers.IntegerField):
        return _money
    if isinstance(field, serializers.BooleanField):
        return yes_or_no
    if isinstance(field, serializers.ChoiceField):
        choices = by_name(field.choices)
        return lambda text, reading: choices.get(fold(text), text.strip())
    if isinstance(field, (serializers.IntegerField, serializers.FloatField)):
        return lambda text, reading: text.strip().replace(",", ".")
    if isinstance(field, (serializers.CharField, serializers.TimeField)):
        return lambda text, reading: text.strip()
    return None


def _money(text: str, reading: Reading) -> int:
    """"€ 3,50" and "1.200,00" alike, and "free" is nothing; a sign or code of a currency is passed over."""
    if fold(text) in NOTHING:
        return 0
    figures = re.sub(r"[^0-9.,-]", "", text.replace("−", "-"))
    if "," in figures and "." in figures:  # whichever comes last parts the cents
        other = "," if figures.rfind(",") < figures.rfind(".") else "."
        figures = figures.replace(other, "")
    try:
        minor = parse_minor(figures or text, reading.currency)
    except (ValueError, OverflowError) as error:
        raise ValueError(_("Please write an amount, like 12.50.")) from error
    if minor < 0:
        raise ValueError(_("An amount is not below zero."))
    return minor


def _tiers(text: str, reading: Reading) -> list[dict[str, int]]:
    """"3: 9.00; 7: 6.00": from three units on each costs 9.00, from seven on 6.00."""
    tiers = []
    for part in filter(str.strip, re.split(r"[;|\n]", text)):
        units, colon, price = part.partition(":")
        if not colon or not units.strip().isascii() or not units.strip().isdecimal() or len(units) > 9:
            raise ValueError(_("Please write prices for longer stays like 3: 9.00; 7: 6.00."))
        tiers.append({"from_units": int(units), "price_minor": _money(price, reading)})
    return tiers


def alts(text: str) -> dict[int, str]:
    """What the photos show, by their place in the row: "2: the blade"; a line without a place has its own."""
    found: dict[int, str] = {}
    most = Photo._meta.get_field("alt").max_length or 0
    for line_number, line in enumerate(text.splitlines(), start=1):
        numbered = _PLACED.fullmatch(line)
        place, alt = (int(numbered[1]), numbered[2]) if numbered else (line_number, line)
        if len(alt.strip()) > most:
            raise ValueError(_("At most %(most)s letters, please.") % {"most": most})
        if alt.strip():
            found[place] = alt.strip()
    return found


def yes_or_no(text: str, reading: Reading) -> bool:
    said = fold(text) or text.strip()
    if said not in YES and said not in NO:
        raise ValueError(_("Please write yes or no."))
    return said in YES


def _category(text: str, reading: Reading) -> str:
    """The most particular part of "Tools > Drills" that is a category here."""
    for part in reversed(re.split(r"[>/|,]", text)):
        if slug := reading.categories.get(fold(part)):
            return slug
    raise ValueError(_("There is no category of this name."))


def _circle(text: str, reading: Reading) -> int:
    circle = reading.circles.get(text.strip()) or reading.circles.get(fold(text))
    if circle is None:
        raise ValueError(_("You have no such circle."))
    return circle.pk


def _words(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,;|\n]", text) if word.strip()]


# --- names ----------------------------------------------------------------------------------------


@cache
def _known_names() -> dict[str, str]:
    """Every folded header we know, and its column."""
    known = {alias: name for name, aliases in ALIASES.items() if name in columns() for alias in aliases.split(", ")}
    return known | {fold(given): name for name in columns() for given in (header_of(name), name)}


def _as_money(folded: str) -> str:
    """"preis pro tag in eur" is a price, "kaution eur" a deposit: the column of money it names, or ""."""
    words = [word for word in folded.split() if word not in _MONEY_WORDS and word not in _UNIT_WORDS]
    while words and words[-1] in _JOINTS:
        words.pop()
    name = _known_names().get(" ".join(words), "")
    return name if name.endswith("_minor") else ""


def _label_of(name: str) -> str | Promise:
    """What the house calls the fact anyhow."""
    if name in _CALLED:
        return _CALLED[name]
    for model in (Listing, ToolFacts, RoomFacts, RideFacts):
        for field in model._meta.concrete_fields:
            if field.name == name:
                return field.verbose_name
    return name.removesuffix("_minor").replace("_", " ")
