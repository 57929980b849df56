# English texts. Keys, arguments and their number are the same as in ko.ftl.

## Frame
layout-skip = Skip to the content
layout-rehearsal = Rehearsal: nothing here has any effect
layout-pages = Pages
nav-about = What this is
nav-choose = Choose and register
nav-change = See or change my registration
nav-withdraw = Withdraw my registration

## What this is
about-same-chance = Everybody who registers in time has the same chance. It does not matter when you register: there is no advantage in being first, fast or persistent. Take your time.
about-how = How it works
about-step-choose = Choose where and when you would like to go, best first. You can list up to { $max }.
about-step-send = Send your list with your access code and your birth date.
about-step-keep = Keep the receipt. With it you can prove that you registered and what you asked for.
about-step-change = Until the close you can change your list or withdraw as often as you like. What counts is what stands at the close.
about-step-draw = After the objection period a random number that nobody chose decides, by published rules. Everybody can check the result.
about-who = Who can register
about-born = born from { $from } to { $to }
about-code = You need the access code from your letter. If you have lost it, ask the office for a new one; the old one then stops working.
about-what = What there is
about-seats = { $sites ->
    [one] { $sites } place
   *[other] { $sites } places
 }, { $sessions ->
    [one] { $sessions } session
   *[other] { $sessions } sessions
 }, { $seats } seats.
about-times = Times
about-opens = Registration opens
about-closes = Registration closes
about-objection = Objections until
about-zone = Times are local ({ $zone }). The clock of this server decides.
about-programme = The rules
about-programme-what = Everything that can influence the result was fixed before registration opened. This number stands for it and appears on every receipt:
about-programme-read = Read the programme
state-not-open = Registration opens on { $time }.
state-open = Registration is open until { $time }.
state-closed = Registration closed on { $time }.

## Choose
choose-title = Choose
choose-intro = List up to { $max } choices, best first. A choice is one session, or a whole place at any time.
choose-yours = Your choices, best first
choose-none = You have chosen nothing yet.
choose-up = Up
choose-down = Down
choose-remove = Remove
choose-add = Add
choose-up-what = Move up: { $what }
choose-down-what = Move down: { $what }
choose-remove-what = Remove: { $what }
choose-add-what = Add: { $what }
choose-check = Check and send
choose-places = Places
choose-district = District
choose-district-none = Choose a district
choose-show = Show places
choose-chosen = chosen
choose-full = Your list is full ({ $max }). Remove a choice to add another.
choice-any-time = { $site }, any time
choice-session = { $site }, { $time }
offer-any-time = Any time here
offer-seats = { $seats ->
    [one] { $seats } seat
   *[other] { $seats } seats
 }

## Check and send
check-title = Check and send
check-intro = These are your choices, best first.
check-back = Change the choices
check-send = Send
form-code = Access code
form-code-hint = 16 letters and digits from your letter. Capitals and hyphens do not matter.
form-birth-date = Birth date
form-birth-date-hint = Year, month, day: for example 20100531 or 2010-05-31
form-change-key = Change key
form-change-key-if = Change key, if you registered before
form-change-key-hint = You were shown it with your last receipt. It has 64 letters and digits.

## Receipt
receipt-registered = You are registered
receipt-withdrawn = Your registration is withdrawn
receipt-ticket = Your ticket
receipt-ticket-what = The ticket stands for you in the published draw, without your name. You will look up your result with it.
receipt-change-key = Your change key: shown only now
receipt-change-key-what = You need it to change or withdraw your registration. Copy or print it, and show it to nobody. Without it only the office can make a change for you. This server made the key; whoever runs the server could have kept it.
receipt-title = Your receipt
receipt-what = The receipt is signed. If your registration should ever be missing or altered, it proves what you sent. Keep it, and do not publish it before the register is published.
receipt-download = Save the receipt
receipt-text = The receipt as text
entry-active = This is your registration
entry-withdrawn = You have withdrawn your registration
entry-history = What happened
entry-line-active = { $time }: registered or changed
entry-line-withdrawn = { $time }: withdrawn
entry-line-active-by-office = { $time }: changed by the office
entry-line-withdrawn-by-office = { $time }: withdrawn by the office
entry-change = Change my choices

## Change and withdraw
change-title = See or change my registration
change-intro = Give your access code and birth date to see your registration. To change it you will also need your change key.
change-show = Show
withdraw-title = Withdraw my registration
withdraw-intro = Whoever withdraws takes no part in the draw. Until the close you can register again, with the change key that you will be shown.
withdraw-send = Withdraw

## Problems
problem-title = That did not work
problem-signed = Signed confirmation of this refusal. Keep it if you want to object.
problem-wrong-code-or-birth-date = The access code or the birth date is wrong. Please check both.
problem-not-eligible = People with your birth date cannot register for this draw.
problem-not-open = Registration has not opened yet.
problem-closed = Registration is closed. What was registered before stays as it is.
problem-unknown-choice = One of your choices does not exist in this draw.
problem-no-choices = Please choose at least one session or place.
problem-too-many-choices = Your list has more choices than this draw allows.
problem-repeated-choice = Your list has the same choice twice.
problem-already-registered = You are registered already. To change your registration, give your change key.
problem-not-registered = There is no registration of yours yet. Leave the change key empty to register.
problem-no-such-ticket = This ticket is not yours.
problem-withdrawn = Your registration is withdrawn. You can register again with your change key.
problem-change-key-missing = Please give your change key. If you have lost it, the office can make the change for you.
problem-wrong-change-key = The change key is wrong.
problem-changed-elsewhere = Your registration was changed in the meantime, perhaps on another device. Use the change key from the latest receipt.
problem-too-many-revisions = This registration was changed as often as is possible.
problem-request-id-reused = This form was used before with other contents. Please start again.
problem-malformed = The request is not as it should be.
problem-media-type = The request must be JSON.
problem-too-large = The request is too long.
problem-not-found = There is no such page.
problem-method = This page cannot be used like that.
problem-busy = Too many people are registering at this moment. Nothing was saved. Please send again in a few seconds; you lose nothing by it.
problem-unknown-retry = We cannot say whether your request was saved. Please send it again: it will count once only.
problem-internal = Something went wrong on our side. Nothing was saved. Please try again.
