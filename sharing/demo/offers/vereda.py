"""Vereda co-op, València: what it offers is written in Spanish."""

from typing import Any

from .offer import Offer, ride, room, tool

HOME: dict[str, Any] = {"home": "vereda-co-op", "language": "es"}

OFFERS: tuple[Offer, ...] = (
    tool(
        "v_paella", "", "Paellera de metro y medio",
        "Con quemador y trípode. Para veinte con hambre o treinta con modales. No se friega con estropajo.",
        "cooking", "paella", "paella@80,110,200", price=800, unit="use", deposit_minor=3000, max_units=2, condition="good", age=240, **HOME,
    ),
    tool(
        "v_cargo", "", "Bici de carga verde",
        "La bici de todas. Vive en el patio de Carmen; la llave, en el clavo.",
        "cargo-bikes", "cargo_green", price=500, deposit_minor=4000, max_units=3, condition="good", age=210, **HOME,
    ),
    tool(
        "v_sewing", "lucia", "Máquina de coser",
        "Antigua y fuerte. Cose vaqueros. Te enseño a enhebrar con un café.",
        "sewing", "sewing@20,20,300", price=300, max_units=7, condition="good", age=200, **HOME,
    ),
    tool(
        "v_drill", "hector", "Taladro percutor",
        "Para hormigón y ladrillo, con brocas y maletín.",
        "drills", "drill@40,40,300", "drill_case", price=300, deposit_minor=2000, max_units=4, condition="good", age=170, **HOME,
    ),
    tool(
        "v_surf", "vicent", "Tabla de surf grande",
        "Nueve pies, paciente. La Malvarrosa empieza en la puerta.",
        "boats", "surfboard@90,20,220", price=700, max_units=3, condition="worn", age=190, **HOME,
    ),
    room(
        "v_sea", "vicent", "Cuarto que mira al mar",
        "Cama de matrimonio, ventana azul, desayuno si madrugas.",
        "guest-rooms", "guest_rose@60,20,320", price=2000, beds=1, max_units=7, cancellation="moderate", age=230, **HOME,
    ),
    room(
        "v_huerto", "nerea", "Casita del huerto",
        "Una cama, una higuera, ningún ruido. A veinte minutos en bici.",
        "huts", "garden_house_blue", price=2400, beds=2, max_units=5, min_units=2, age=125, **HOME,
    ),
    ride(
        "v_alicante", "pau", "València → Gandia → Alicante",
        "Los viernes por la tarde, por la costa. Tres plazas.",
        "long-rides", "car_coast", capacity=3, vehicle="Coche naranja", luggage="Una mochila", age=200,
        stops=[("València, Estació del Nord", 39.4667, -0.3774, 0, 0), ("Gandia, estació", 38.9687, -0.1836, 55, 400), ("Alicante, estación", 38.3445, -0.4952, 130, 900)],
        leaves=(4, "17:00", 12), **HOME,
    ),
)  # fmt: skip
