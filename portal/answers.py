"""The help page: what people ask at the counter and on the hotline, answered in short sentences.

No figure of the law stands here: it differs by area and day, and the rules page has it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.answering import Answered, Chapter, Link

RULES = Link("portal:rules", _("See the rules of my area"))
CALCULATOR = Link("portal:calculator", _("Work out a bill"))
FIND = Link("claims:institutions", _("Find a hospital or pharmacy"))

CHAPTERS = (
    Chapter(
        id="words",
        title=_("What the words mean"),
        questions=(
            Answered(
                "account",
                _("What is the personal account?"),
                (
                    _(
                        "A purse with your name on it. Money comes in every month; you pay your "
                        "own share at the doctor's and at the pharmacy with it."
                    ),
                    _(
                        "What is not used stays and bears interest. The page “Account” shows every "
                        "yuan that came and went."
                    ),
                ),
            ),
            Answered(
                "fund",
                _("What is the pooled fund?"),
                (
                    _(
                        "A common pot of all who are insured in one area. When you see a doctor it "
                        "pays a part of the bill, once you have paid a certain amount yourself in "
                        "that year."
                    ),
                    _(
                        "That amount is the deductible. What the pot pays at most in a year is the "
                        "limit of the year."
                    ),
                ),
                CALCULATOR,
            ),
            Answered(
                "circles",
                _("What are the large circle and the small circle?"),
                (
                    _(
                        "The large circle is the pooled fund: all who are insured help whoever "
                        "falls ill."
                    ),
                    _(
                        "The small circle is the family account: husband and wife, parents and "
                        "children let each other use the money in their accounts."
                    ),
                    _(
                        "The large circle pays first. What it leaves over can come from the small "
                        "one."
                    ),
                ),
                RULES,
            ),
            Answered(
                "family-account",
                _("What is a family account?"),
                (
                    _(
                        "Your account stays yours. You allow a relative to pay medical bills from "
                        "it, too. Nothing is moved in advance; money leaves only when there is a "
                        "bill."
                    ),
                    _("You can end it at any time, and the relative can say no."),
                ),
                Link("families:family", _("To the family page")),
            ),
            Answered(
                "deductible",
                _("What does “still … yuan to the deductible” mean?"),
                (
                    _(
                        "So much of this year's bills is still yours to pay before the pooled fund "
                        "begins to pay. Each bill that counts brings you closer."
                    ),
                    _("On 1 January it begins anew."),
                ),
            ),
        ),
    ),
    Chapter(
        id="doctor",
        title=_("At the doctor's and at the pharmacy"),
        questions=(
            Answered(
                "who-first",
                _("Who pays first?"),
                (
                    _(
                        "First the pooled fund pays its share. Then your own account pays. If it "
                        "is empty, the relatives who let you use their accounts pay: those of your "
                        "own area first, the one you were bound to longest before the others; a "
                        "relative elsewhere comes last."
                    ),
                    _("What is left is cash. You need not choose anything; the till does it."),
                ),
                CALCULATOR,
            ),
            Answered(
                "code",
                _("What is the payment code?"),
                (
                    _(
                        "A square picture on your phone that says at the till who you are. It is "
                        "good for a short time only, then a new one comes."
                    ),
                    _("Show it only at the till. Do not send a photo of it to anybody."),
                ),
            ),
            Answered(
                "no-phone",
                _("I have no smartphone, or its battery is empty."),
                (
                    _(
                        "Bring your ID card or your social security card. It does the same as the "
                        "code."
                    ),
                ),
            ),
            Answered(
                "others-code",
                _("May my daughter show my code for me?"),
                (
                    _(
                        "The code says who is treated. Whoever is treated shows their own code or "
                        "card. Sharing an account is something else: the money comes from a "
                        "relative, but the bill is in the patient's name."
                    ),
                    _("For a child, a parent can show the child's code on their own phone."),
                ),
            ),
            Answered(
                "level",
                _("Large hospital or the clinic round the corner?"),
                (
                    _(
                        "For an everyday illness the clinic close to home usually costs you less: "
                        "the fund pays a larger part there. For what is serious, go where you are "
                        "best helped."
                    ),
                ),
                CALCULATOR,
            ),
            Answered(
                "nothing-paid",
                _("Why did the fund pay nothing?"),
                (
                    _(
                        "Mostly one of these: you have not reached the deductible yet; the "
                        "hospital is not a designated one; something is not in the insurance's "
                        "catalogue; no contribution was paid for that month; or you were away from "
                        "home and not registered."
                    ),
                    _(
                        "Open the bill under “Visits”. It says step by step what happened, and "
                        "what would help."
                    ),
                ),
                Link("claims:list", _("To my visits")),
            ),
            Answered(
                "designated",
                _("Where can I go?"),
                (
                    _(
                        "To every designated hospital and pharmacy. Look before you go, it takes a "
                        "minute."
                    ),
                ),
                FIND,
            ),
        ),
    ),
    Chapter(
        id="family",
        title=_("Your family"),
        questions=(
            Answered(
                "bind",
                _("How do I let my mother use my account?"),
                (
                    _(
                        "Sign in as yourself, open “Family” and choose “Add a relative”. You need "
                        "her name and ID number; it takes a few minutes."
                    ),
                    _("She gets a message, and can say no."),
                ),
                Link("families:add", _("Add a relative")),
            ),
            Answered(
                "use-hers",
                _("And if I want to use my mother's account?"),
                (
                    _(
                        "Then she must allow it, as it is her money. She signs in herself, or you "
                        "go to a counter together; she brings her ID card."
                    ),
                ),
            ),
            Answered(
                "what-seen",
                _("What does the one who pays see of my illness?"),
                (
                    _(
                        "Only who, when and how much. Not which hospital, not which illness, not "
                        "which medicine."
                    ),
                ),
            ),
            Answered(
                "end",
                _("How do I end it?"),
                (
                    _(
                        "On the family page, in two steps. It holds at once. What has been paid "
                        "stays paid."
                    ),
                ),
                Link("families:family", _("To the family page")),
            ),
            Answered(
                "premiums",
                _("Can I pay the insurance of my parents or children from my account?"),
                (
                    _(
                        "In many areas yes, for residents' insurance and for some supplements. It "
                        "is all or nothing: where the accounts hold too little, nothing is taken."
                    ),
                ),
                RULES,
            ),
        ),
    ),
    Chapter(
        id="elsewhere",
        title=_("Living elsewhere"),
        questions=(
            Answered(
                "with-children",
                _("I live with my children in another city."),
                (
                    _(
                        "Register first, then the fund pays there as well. You need to know the "
                        "city and since when you live there; a counter or this portal takes the "
                        "application."
                    ),
                    _(
                        "It is decided by staff, and you get a message. Only from that day on does "
                        "it count."
                    ),
                ),
                RULES,
            ),
            Answered(
                "travelling",
                _("I am travelling and fall ill."),
                (
                    _(
                        "See to yourself first. Without registration the fund pays nothing in most "
                        "areas, or less; your own account can pay at designated institutions."
                    ),
                    _("Keep the bill. Ask the hotline whether it can be handed in afterwards."),
                ),
            ),
            Answered(
                "moving",
                _("I have moved my insurance to another city."),
                (
                    _(
                        "Your account goes with you. Some family ties end with a move, for example "
                        "when the two of you are then in different provinces. You get a message "
                        "about each."
                    ),
                ),
            ),
        ),
    ),
    Chapter(
        id="when",
        title=_("What to do when …"),
        questions=(
            Answered(
                "fraud",
                _("… somebody calls and wants the code from the message?"),
                (
                    _(
                        "Hang up. Nobody of the healthcare security bureau ever asks for it, nor "
                        "for a transfer."
                    ),
                    _("If you have told it already: call the hotline at once."),
                ),
            ),
            Answered(
                "phone-changed",
                _("… my phone number has changed?"),
                (
                    _(
                        "Bring your ID card to a counter of the healthcare security bureau. Nobody "
                        "can change it from outside, and that protects you."
                    ),
                ),
            ),
            Answered(
                "password",
                _("… I have forgotten my password?"),
                (
                    _(
                        "With an e-mail address on record, choose “Forgotten?” on the sign-in "
                        "page. Otherwise a counter helps: bring your ID card."
                    ),
                ),
                Link("account_reset_password", _("Choose a new password")),
            ),
            Answered(
                "phone-lost",
                _("… my phone is lost or stolen?"),
                (
                    _(
                        "Sign in on another device, open “Me” and “Where I am signed in”, and sign "
                        "out everywhere else. Or call the hotline."
                    ),
                ),
            ),
            Answered(
                "wrong-bill",
                _("… a bill looks wrong?"),
                (
                    _(
                        "Open it under “Visits” and read the steps. If it still looks wrong, call "
                        "the hotline and have the settlement number at hand."
                    ),
                    _(
                        "The till can cancel a bill on the same day, and give the money back later "
                        "too. Everybody gets back exactly what they paid."
                    ),
                ),
                Link("claims:list", _("To my visits")),
            ),
            Answered(
                "death",
                _("… a relative has died?"),
                (
                    _(
                        "We are sorry. The account can no longer pay, and what is in it belongs to "
                        "the heirs. A counter pays it out: bring the certificate and your ID card. "
                        "There is no hurry."
                    ),
                ),
            ),
            Answered(
                "doing-for-parents",
                _("… I do this for my parents?"),
                (
                    _(
                        "Sit beside them and let them sign in themselves; the large view helps. Do "
                        "not keep their password. For what belongs to you both, sign in as "
                        "yourself."
                    ),
                ),
                Link("portal:display", _("Large letters, colours, language")),
            ),
        ),
    ),
)
