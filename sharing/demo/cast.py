"""Who lives in the demo: the members of each community, how they look, where about they live."""

from typing import NamedTuple

from .pictures import palette as p
from .pictures.people import Face


class Person(NamedTuple):
    """A member: `east` and `north` are metres from the middle of the community; `since` how many days ago they joined."""

    key: str
    name: str
    face: Face
    place: str
    east: int
    north: int
    since: int
    spoken: str = "English"
    about: str = ""


ELM: tuple[Person, ...] = (
    Person("cleo", "Cleo Marchetti", Face(4, "black", "curls", p.TEAL, p.ROSE, "glasses"), "Stühlinger, Freiburg", -310, 420, 430,
           "English, Italiano, Deutsch", "Bookbinder. Looks after the shed, the keys and the cash box of Elm Street. Ring twice."),
    Person("ana", "Ana Duarte", Face(2, "black", "long", p.MARIGOLD, p.MINT, "earrings"), "Stühlinger, Freiburg", -390, 330, 402,
           "English, Português, Español", "Moved here with two suitcases and a sourdough. I repair things instead of buying them, mostly with borrowed tools."),
    Person("bo", "Bo Lindqvist", Face(1, "brown", "short", p.ORANGE, p.SAND, "beard"), "Stühlinger, Freiburg", -120, 160, 428,
           "English, Svenska, Deutsch", "Carpenter, retired from being in a hurry. If I have it, you can borrow it. Brush the dust out, please."),
    Person("mia", "Mia Becker", Face(0, "red", "bob", p.BLUE, p.LILAC, "freckles"), "Herdern, Freiburg", 380, 1650, 415,
           "Deutsch, English", "Teacher, gardener, two cats. The room with the garden is mine."),
    Person("tariq", "Tariq Haddad", Face(3, "black", "quiff", p.GREEN, p.STRAW, "beard"), "Haslach, Freiburg", -1450, -980, 409,
           "العربية, Deutsch, English", "Four children, one big tent, many weekends."),
    Person("hedwig", "Hedwig Sommer", Face(1, "white", "bun", p.TEAL, p.ROSE, "glasses"), "Wiehre, Freiburg", 820, -260, 421,
           "Deutsch", "Seventy-eight. I lend books, a desk and good advice about roses."),
    Person("jonas", "Jonas Weber", Face(0, "chestnut", "quiff", p.IRON, p.SKY, "glasses"), "Vauban, Freiburg", -260, -1980, 388,
           "Deutsch, English", "Builds small machines that build small houses. Open workshop on Thursdays."),
    Person("leyla", "Leyla Demir", Face(2, "brown", "scarf", p.PLUM, p.SAGE), "Haslach, Freiburg", -1180, -640, 377,
           "Türkçe, Deutsch, English", "I sew, mend and alter. Two children who have outgrown everything."),
    Person("greta", "Greta Vogel", Face(0, "blond", "ponytail", p.WINE, p.MINT), "Stühlinger, Freiburg", -560, 730, 371,
           "Deutsch, English, Français", "Astronomy on the roof whenever the fog allows."),
    Person("emeka", "Emeka Obi", Face(6, "black", "short", p.MARIGOLD, p.CLAY, "beard"), "Altstadt, Freiburg", 480, 240, 362,
           "English, Igbo, Deutsch", "Photographs weddings, and doors. Takes the film camera along, always."),
    Person("sophie", "Sophie Laurent", Face(1, "chestnut", "bob", p.IRON, p.SAGE, "hat"), "Altstadt, Freiburg", 700, 420, 350,
           "Français, Deutsch, English", "Two guest beds since the boys have moved out."),
    Person("hannes", "Hannes Maier", Face(0, "grey", "bald", p.GREEN, p.SKY, "glasses moustache"), "Herdern, Freiburg", -140, 1480, 344,
           "Deutsch", "Allotment no. 41. Hedge trimmer, wheelbarrow, opinions about slugs."),
    Person("priya", "Priya Nair", Face(4, "black", "braids", p.STRAW, p.SKY, "earrings"), "Wiehre, Freiburg", 240, -890, 331,
           "English, മലയാളം, Deutsch", "Writes code by day and letters by night; the desk is free on weekdays."),
    Person("otto", "Otto Brandt", Face(1, "grey", "short", p.RUST, p.SAND, "moustache"), "Littenweiler, Freiburg", 2900, -1180, 322,
           "Deutsch, English", "Built the garden house with his grandchildren. They chose the colour."),
    Person("noor", "Noor Rahman", Face(3, "black", "scarf", p.BLUE, p.STRAW, "glasses"), "Haslach, Freiburg", -1690, -420, 310,
           "বাংলা, English, Deutsch", "Moved five times in six years and kept every box."),
    Person("lukas", "Lukas Frei", Face(0, "brown", "fringe", p.LEAF, p.LILAC), "Vauban, Freiburg", -480, -2240, 298,
           "Deutsch, English", "Student of forestry. Has a good drill and a better bicycle."),
    Person("ines", "Inês Romero", Face(2, "chestnut", "curls", p.RED, p.MINT), "Stühlinger, Freiburg", -890, 350, 287,
           "Español, Português, Deutsch", "Game nights every second Friday. Bring bread."),
    Person("pavel", "Pavel Novák", Face(0, "blond", "short", p.BLUE, p.CLAY, "beard"), "Betzenhausen, Freiburg", -2300, 690, 270,
           "Čeština, Deutsch, English", "Plays the double bass in Strasbourg and has three seats to spare."),
    Person("fatou", "Fatou Diallo", Face(5, "black", "afro", p.RED, p.STRAW, "earrings"), "Haslach, Freiburg", -1320, -1210, 255,
           "Français, Wolof, Deutsch", "Drives to Basel on weekdays, sings on the way back."),
    Person("kenji", "Kenji Mori", Face(2, "black", "fringe", p.IRON, p.ROSE, "glasses"), "Altstadt, Freiburg", 160, 510, 241,
           "日本語, Deutsch, English", "Repairs bicycles as others do crosswords."),
    Person("rosa", "Rosa Engel", Face(1, "brown", "long", p.RUST, p.SAND, "freckles"), "Wiehre, Freiburg", 980, -730, 226,
           "Deutsch, Italiano", "A spare room with a view of the Schlossberg, and a cat who owns it."),
    Person("theo", "Theo Keller", Face(0, "red", "quiff", p.TEAL, p.SKY, "beard freckles"), "Littenweiler, Freiburg", 2500, -760, 203,
           "Deutsch, English", "Drives the van up the Feldberg as soon as there is snow."),
    Person("selin", "Selin Aydın", Face(2, "brown", "ponytail", p.MARIGOLD, p.LILAC), "Betzenhausen, Freiburg", -1900, 980, 188,
           "Türkçe, Deutsch", "Nurse on nights, so please write rather than ring."),
    Person("david", "David Stein", Face(1, "black", "curls", p.BLUE, p.SAGE, "glasses beard"), "Altstadt, Freiburg", 590, 80, 164,
           "Deutsch, English, עברית", "Cooks for forty without looking nervous."),
    Person("amara", "Amara Okafor", Face(5, "black", "bun", p.PLUM, p.ROSE, "earrings"), "Stühlinger, Freiburg", -420, -130, 142,
           "English, Deutsch", "New in town. Baker; up at three."),
    Person("wanda", "Wanda Krause", Face(0, "white", "bob", p.GREEN, p.STRAW, "glasses"), "Herdern, Freiburg", 690, 1280, 119,
           "Deutsch, Polski", "Grandmother of five and owner of one very fast sledge."),
    Person("samir", "Samir Kaya", Face(3, "black", "short", p.WINE, p.MINT, "moustache"), "Haslach, Freiburg", -970, -1020, 97,
           "Türkçe, Deutsch, English", "Bike courier. Will carry it up the stairs for you."),
    Person("ida", "Ida Holm", Face(0, "blond", "braids", p.TEAL, p.CLAY, "hat"), "Vauban, Freiburg", -690, -1790, 73,
           "Dansk, Deutsch, English", "Just arrived for a year of soil science."),
    Person("felix", "Felix Baum", Face(1, "chestnut", "short", p.LEAF, p.SKY, "cap"), "Betzenhausen, Freiburg", -1600, 340, 41,
           "Deutsch", "Needs a ladder about once a year."),
    Person("marek", "Marek Zieliński", Face(0, "grey", "short", p.MARIGOLD, p.SAGE, "glasses"), "Stühlinger, Freiburg", -700, 560, 12,
           "Polski, Deutsch", ""),
)  # fmt: skip

HARBOUR: tuple[Person, ...] = (
    Person("martha", "Martha Penrose", Face(0, "grey", "bob", p.BLUE, p.SKY, "glasses"), "Southville, Bristol", -240, -380, 340,
           "English", "Started this with a shed, a kayak and a kettle."),
    Person("zoe", "Zoe Carter", Face(3, "black", "braids", p.RED, p.MINT, "freckles"), "Bedminster, Bristol", -620, -880, 280,
           "English", "Boat painter. Always looking for a van on Saturdays."),
    Person("idris", "Idris Khan", Face(3, "black", "quiff", p.GREEN, p.CLAY, "beard"), "Easton, Bristol", 1900, 1250, 330,
           "English, اردو", "Bicycles, mostly other people's."),
    Person("gwen", "Gwen Davies", Face(0, "red", "long", p.PLUM, p.STRAW, "freckles"), "Clifton, Bristol", -1700, 620, 312,
           "Cymraeg, English", "Two surfboards, one wetsuit, no car."),
    Person("callum", "Callum Fraser", Face(0, "brown", "short", p.TEAL, p.SAND, "beard"), "Totterdown, Bristol", 1150, -960, 301,
           "English, Gàidhlig", "Drives to London every other Friday and would rather talk than listen to the radio."),
    Person("aisha", "Aisha Malik", Face(4, "black", "scarf", p.MARIGOLD, p.ROSE), "Easton, Bristol", 2100, 980, 266,
           "English, اردو", "Runs a supper club in our front room."),
    Person("toby", "Toby Hartley", Face(1, "blond", "quiff", p.RUST, p.SKY), "Southville, Bristol", -480, -520, 251,
           "English", "Has every tool twice because he forgets where he put the first."),
    Person("niamh", "Niamh Byrne", Face(0, "chestnut", "curls", p.LEAF, p.LILAC), "Harbourside, Bristol", -320, 90, 233,
           "English, Gaeilge", "Fiddle player with a spare bed for fiddle players."),
    Person("winston", "Winston Clarke", Face(6, "grey", "bald", p.CREAM, p.TEAL, "beard"), "St Pauls, Bristol", 780, 1080, 210,
           "English, Patois", "Sound system since 1979. Bring your own records."),
    Person("elsie", "Elsie Morgan", Face(0, "white", "bun", p.WINE, p.MINT, "glasses"), "Clifton, Bristol", -1500, 820, 190,
           "English", "Keeps the apple press of the orchard group."),
    Person("ravi", "Ravi Patel", Face(4, "black", "fringe", p.BLUE, p.SAND, "glasses"), "Bedminster, Bristol", -860, -1240, 158,
           "English, ગુજરાતી", "Film cameras and patience."),
    Person("hattie", "Hattie Shaw", Face(1, "brown", "ponytail", p.MARIGOLD, p.SAGE, "cap"), "Totterdown, Bristol", 980, -1180, 121,
           "English", "Scout leader. Tents for thirty."),
    Person("owen", "Owen Pryce", Face(0, "black", "short", p.GREEN, p.LILAC, "moustache"), "Harbourside, Bristol", -90, -160, 88,
           "Cymraeg, English", "Carpenter with a bench to share."),
    Person("lila", "Lila Fernandes", Face(3, "black", "long", p.TEAL, p.STRAW, "earrings"), "Bedminster, Bristol", -720, -690, 52,
           "English, Konkani", "Here since spring; plants things on every window sill."),
    Person("jack", "Jack Tanner", Face(1, "brown", "fringe", p.RED, p.SKY, "cap"), "Southville, Bristol", -190, -610, 3,
           "English", ""),
)  # fmt: skip

VEREDA: tuple[Person, ...] = (
    Person("carmen", "Carmen Ribera", Face(2, "black", "bun", p.RED, p.STRAW, "earrings"), "Russafa, València", 420, -760, 260,
           "Español, Valencià", "Fundó Vereda con tres vecinas y una paellera enorme."),
    Person("vicent", "Vicent Soler", Face(1, "grey", "short", p.BLUE, p.SAND, "glasses beard"), "El Cabanyal, València", 3300, 240, 255,
           "Valencià, Español, English", "Pescador jubilado. Dos tablas y un cuarto que mira al mar."),
    Person("lucia", "Lucía Navarro", Face(2, "brown", "curls", p.TEAL, p.ROSE), "Benimaclet, València", 1250, 1900, 240,
           "Español, English", "Coso, remiendo y presto la máquina."),
    Person("pau", "Pau Ferrer", Face(1, "chestnut", "quiff", p.ORANGE, p.SKY, "beard"), "Russafa, València", 180, -980, 221,
           "Valencià, Español", "Subo a Alicante los viernes."),
    Person("amparo", "Amparo Gil", Face(1, "white", "bob", p.PLUM, p.MINT, "glasses"), "El Carmen, València", -210, 380, 205,
           "Valencià, Español", "Ochenta años y ninguna prisa."),
    Person("hector", "Héctor Molina", Face(3, "black", "short", p.GREEN, p.CLAY, "moustache"), "Patraix, València", -1600, -900, 180,
           "Español", "Escaleras, taladros y paciencia."),
    Person("nerea", "Nerea Blasco", Face(0, "blond", "ponytail", p.MARIGOLD, p.SAGE, "freckles"), "Benimaclet, València", 1500, 1650, 131,
           "Español, Euskara, English", "La casita del huerto es de todas."),
    Person("yusuf", "Yusuf Benali", Face(4, "black", "curls", p.IRON, p.STRAW, "glasses"), "Orriols, València", 300, 2400, 94,
           "العربية, Español, Français", "Mecánico de bicis."),
    Person("rocio", "Rocío Vidal", Face(2, "red", "long", p.LEAF, p.LILAC), "Russafa, València", 560, -620, 60,
           "Español, English", ""),
)  # fmt: skip
