"""The bookings one meets when signing in: one in every state, and the talk that belongs to them."""

from .tale import Tale, b, l, s

NOW = (
    # Bo's door: somebody waits for him
    Tale(
        "quiet_room", "ana", "", "thu2", "sat2", "request", hours_ago=3.2, quantity=2, solidarity=100, unread="l",
        note="My parents come to see the first snow. Two nights, both beds. They are quiet and bring cheese.",
        talk=(b("asked", 4, "They would arrive around six. Is that all right with the key?"),),
    ),
    Tale(
        "frankfurt", "sophie", "", "fri1", end="request", hours_ago=7.5, unread="l", way=(0, 2),
        note="I have one small suitcase and a cello made of carbon. Would both fit?",
    ),
    Tale(
        "washer", "emeka", "-5", "-2", "-1", "back", paid="borrower", photos=("washer@60,60,240",), clock="09:20", unread="l",
        note="The studio yard is green. It should not be.",
        talk=(
            l("answered", 6, "It will be grey again. Take the patio brush, not the dirt blaster, for the old tiles."),
            b("answered", 31, "Understood. Is Sunday really forbidden?"),
            l("answered", 34, "Sunday is for cake."),
            b("back", 25, "Done, and dry. I gave your neighbour the thirteen euros twenty because you were out, he says you know."),
        ),
    ),
    Tale(
        "drill", "felix", "-9", "-6", "-4", "dispute", clock="20:15", paid="both", photos=("drill@90,40,220",),
        photos_back=("drill_scratch@90,60,180", "drill_scratch"),
        note="Four shelves and one very large mirror.",
        word="There is a deep scratch on the housing that was not there before. It still works. I would like to talk about it with somebody else present.",
        talk=(
            l("answered", 8, "Yes. For the mirror take the 8 mm bit and two plugs more than you think."),
            b("pickup", 95, "It goes through the wall like butter!"),
            l("back", 40, "Felix, did it fall? There is a scratch right across the side."),
            b("back", 66, "I think it was there already. I cannot swear to it."),
            l("back", 71, "On the photo from the pick-up the side is clean. No hard feelings, but I would like us to sort it out."),
            s("back", 960, "Hello you two. I have looked at both photos. Shall we meet at the shed tomorrow at six? I bring the kettle."),
            b("back", 985, "I can do six."),
        ),
        unread="l",
    ),
    Tale(
        "jigsaw", "lukas", "-4", "-1", "+2", "picked_one", clock="12:30", paid="nobody",
        note="For the treehouse. The tree has agreed.",
        talk=(l("answered", 5, "Then bring me a photo of the ladder before anybody climbs it."), b("answered", 12, "Promise.")),
    ),
    # Ana borrows
    Tale(
        "raclette", "ana", "-3", "-1", "+1", "picked_one", clock="19:40", paid="nobody", unread="b",
        note="There will be eight of us, if the table holds.",
        talk=(
            l("answered", 3, "Lovely. I have put it on the landing in a blue bag, take it whenever you come by."),
            b("answered", 10, "You are a treasure. Do you want to come?"),
            l("pickup", 30, "I am on the roof with the telescope tonight. Keep me a potato! And tell me in here once you have the bag."),
        ),
    ),
    Tale(
        "cargo", "ana", "-4", "sat1", "sat1", "accept", clock="08:05", unread="b",
        note="A wardrobe from Haslach, in three parts.",
        talk=(
            b("answered", 14, "Where do I find the key?"),
            l("answered", 22, "In the little safe beside the shed door. I write you the number on the morning."),
            l("now", -55, "One more thing: the back brake squeals since Tuesday. It brakes, it only complains."),
        ),
    ),
    Tale(
        "sewing", "ana", "-5", "-2", "+3", "pick", clock="17:05", photos=("sewing@60,60,180", "sewing"),
        note="Curtains, two, very long. And perhaps a cushion for the bear.",
        talk=(
            l("answered", 7, "I show you the threading when you fetch it. It is drawn on the arm, but nobody believes the drawing."),
            b("pickup", 130, "First seam is straight!! Almost."),
            l("pickup", 137, "Almost straight is how one recognises handwork."),
        ),
    ),
    Tale(
        "basel", "ana", "-2", "mon1", end="accept", way=(0, 2), clock="21:30", patience=620,
        note="A job interview at nine. Wish me luck.",
        talk=(l("answered", 2, "I do! We sing something cheerful then."),),
    ),
    Tale(
        "fondue", "hedwig", "", "fri2", "fri2", "request", hours_ago=20, unread="l",
        note="My sister comes from Lübeck and has never dipped bread into anything.",
    ),
    Tale("ladder", "ana", "-2", "+1", "+2", "accept", clock="09:10", note="The gutter has grown a small forest.",
         talk=(l("answered", 9, "Then take the long one. I hold the foot of it, if you like."), b("answered", 20, "Gladly!"))),
    Tale("guitar", "ines", "-40", "-33", "-21", "close", note="My own is at the luthier's.",
         talk=(b("back", 20, "New strings are on, as thanks."), l("back", 44, "That was not necessary and is wonderful."))),
    # What has ended
    Tale("drill", "ana", "-58", "-55", "-53", "close", photos=("drill_case", "drill@60,30,260"), photos_back=("drill",),
         note="A bookshelf, at last.",
         talk=(
             l("answered", 4, "Great. Do you need the long masonry bit too?"),
             b("answered", 9, "Yes please, the wall is brick."),
             l("answered", 11, "I'll put it in the case. See you at five!"),
             b("back", 50, "Eleven holes, one of them in the right place. Thank you, Bo."),
         )),
    Tale("garden_house", "ana", "-30", "-18", "-15", "decline", note="Three nights to finish reading a very long book.",
         word="I am so sorry: the stove is being swept that week. In spring gladly."),
    Tale("drill", "priya", "-27", "-24", "-23", "withdraw", note="One hole.", clock="07:50",
         talk=(b("asked", 25, "Forget it, I have found a nail."),)),
    Tale("feldberg", "noor", "-34", "-29", end="expire", note="Five seats, if it snows.", quantity=3),
    Tale("frankfurt", "ana", "-31", "-23", end="cancel", way=(0, 2), note="To the book fair.", paid="both",
         word="My aunt has come to me instead. I hope the seat finds somebody.",
         talk=(l("answered", 12, "Window seat. I know a good bakery in Karlsruhe."),)),
    Tale("trimmer", "felix", "-21", "-17", "-16", "no_show", note="Only the front.", word="Waited until seven. Write to me, it happens to everyone.",
         paid="nobody"),
    Tale("tent", "theo", "-104", "-98", "-94", "resolve", note="Kaiserstuhl with the choir.",
         photos=("tent@40,110,180",), photos_back=("tent",), kept=1200,
         word="Agreed by both: Theo pays the two poles, twelve euros. The rest of the deposit is free again.",
         talk=(
             l("back", 60, "Two poles are broken, and the bag is wet."),
             b("back", 95, "A gust took it over the vines. I am sorry. I should have told you at the door."),
             s("back", 1500, "Twelve euros for two poles is what the shop asks. Would that be fair for both of you?"),
             b("back", 1530, "More than fair."), l("back", 1541, "Fair."),
         )),
    # So that calendars look lived in
    Tale("drill", "amara", "-5", "tue1", "wed1", "accept", clock="04:40", note="The bakery shelves. I am up anyway.",
         talk=(l("answered", 2, "Then I hang the case on your door on Monday night."),)),
    Tale("drill", "samir", "-3", "mon2", "wed2", "accept", note="A rack for three bicycles."),
    Tale("frankfurt", "amara", "-6", "fri1", end="accept", way=(0, 1), note="Only to Karlsruhe, to the flour."),
    Tale("frankfurt", "samir", "-2", "fri1", end="accept", way=(1, 2), note="I get on in Karlsruhe, with a helmet and no bicycle."),
    Tale("quiet_room", "rosa", "-10", "tue1", "thu1", "accept", note="My brother, one bed. He snores a little, in tune."),
    Tale("cargo", "tariq", "-7", "wed1", "thu1", "accept", note="Four children, two trips."),
    Tale("cargo", "mia", "-1", "sat2", "sun2", "request", clock="17:20", note="Compost. I clean the box afterwards, twice."),
    Tale("hall", "ines", "-15", "fri2", end="accept", hours=("19:00", "23:00"), note="Game night, the large one."),
    Tale("garden_room", "kenji", "-9", "sat1", "mon2", "accept", note="For my teacher from Kyoto."),
    Tale("benches", "david", "-8", "sat2", "sun2", "accept", quantity=4, note="Soup for the whole street, come all."),
    Tale("workshop", "jonas", "-2", "wed1", end="accept", hours=("14:00", "18:00"), note="Door of the small house."),
    # Harbour and Vereda
    Tale("h_kayak", "zoe", "-3", "sat1", "sun1", "accept", unread="b", note="Two of us, one thermos.",
         talk=(l("answered", 9, "Tide is with you until two. Wear the orange jackets, the red ones are damp."),
               l("now", -140, "Forecast says wind from four o'clock, so be back by three?"))),
    Tale("h_bike", "zoe", "-2", "-1", "+2", "pick", paid="nobody", note="Mine is in bits in the hall."),
    Tale("h_cornwall", "gwen", "", "sat1", end="request", hours_ago=5, unread="l", note="One seat and two boards to Newquay, if they fit on the roof."),
    Tale("h_cornwall", "lila", "-40", "-36", end="close", way=(0, 1), note="To my cousin's garden."),
    Tale("h_press", "hattie", "-48", "-43", "-42", "close", note="Eleven scouts, one orchard.", talk=(l("back", 33, "The press smells of heaven. Thank you for washing it."),)),
    Tale("v_paella", "nerea", "-20", "-14", "-14", "close", note="Domingo en el huerto, veintidós personas."),
    Tale("v_sea", "rocio", "-6", "fri1", "sun1", "accept", note="Dos noches, con ventana abierta."),
    Tale("v_alicante", "yusuf", "-1", "fri1", end="request", note="Voy con una rueda de bici, pequeña.", clock="10:15"),
    Tale("v_cargo", "ana", "-150", "-146", "-145", "close", note="Estoy de visita, y mi tía tiene demasiadas naranjas."),
)  # fmt: skip
