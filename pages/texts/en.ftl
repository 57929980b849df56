# English texts. Keys, arguments and their number are the same as in ko.ftl.

## The language itself
# Its name in itself, and which of a programme's names (ko or en) its pages show.
language-name = English
programme-names = en
# Days and times. A language uses of the arguments what it needs: year, month and day are numbers; in a time of day, half is
# am or pm, hour 0 to 23, twelve 1 to 12, minute and second 0 to 59, minutes and seconds the same with two digits.
said-day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
 } { $year }
said-weekday = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
 }
said-weekday-day = { $weekday } { $day }
said-minute = { $day }, { $hour }:{ $minute }
said-clock-hour = { $twelve } { $half }
said-clock-minute = { $twelve }:{ $minutes } { $half }
said-clock-second = { $twelve }:{ $minutes }:{ $seconds } { $half }
said-time = { $day }, { $clock }

## Frame
layout-skip = Skip to the content
layout-rehearsal = Rehearsal: nothing here has any effect
layout-rehearsal-short = Rehearsal
layout-pages = Pages
nav-about = About
nav-choose = Register
nav-change = My registration
footer-phone = Help by telephone: { $phone }.
footer-no-hurry = There is no hurry: whoever registers before the close has the same chance.
steps = Steps
step-choose = Choose
step-send = Check and send
step-receipt = Receipt

## First page
state-not-open = Registration opens on { $time }. You can already make your list.
state-open = You can register until { $time }.
state-closed = Registration is closed. Objections are possible until { $time }.
state-drawing = Registration is closed. The lottery decides now, or has decided.
about-same-chance = Everybody who registers in time has the same chance. Being first or fast is worth nothing. Take your time.
about-am-i-in = Check that I am in
about-results = To the results
about-frozen = To the frozen list
about-what = What is handed out
about-seats = { $sites ->
    [one] { $sites } place
   *[other] { $sites } places
 }, { $sessions ->
    [one] { $sessions } session
   *[other] { $sessions } sessions
 }, { $seats } seats.
about-who = Who can register
about-born = born from { $from } to { $to }
about-code = To register you need the access code from your letter.
eligible-born = Your birth date
eligible-ask = Can I register?
eligible-yes = Yes, you can register. You belong to “{ $cohort }”: { $born }.
eligible-tier = This group is drawn in turn { $tier } of { $tiers }.
eligible-lots = The lottery gives this group { $lots } numbers each, of which the best counts.
eligible-districts = This is for residents of: { $districts }.
eligible-no = This draw is not for people with that birth date. If you think that is wrong, ask the office.
eligible-not-a-date = This is not a date. Please write year, month and day, for example 19600229.
eligible-all = This draw is for:
about-need = What you need at hand
about-need-letter = The letter with your access code: 16 letters and digits.
about-need-born = Your birth date.
about-need-list = The places and times you would go to, best first. You can list up to { $max }.
about-need-keep = Something to keep the receipt: paper, a printer, or this device.
about-times = What happens when
about-zone = Times are local ({ $zone }). The clock of this server decides.
when-opens = Registration opens
when-closes = Registration closes
when-freeze = The list of registrations is frozen
when-freeze-what = Right after the close. Independent witnesses sign it, so that nobody can change it unnoticed.
when-objection = Time for objections
when-objection-what = Until { $time }. Check that you are in. If something is missing, object with your receipt.
when-beacon = A random number appears
when-beacon-what = Right after the objections. It comes from outside, and nobody can choose it.
when-result = Results
when-result-what = After the lottery has been computed and checked. You find yours with your ticket.
about-lottery = How the lottery works
lottery-1 = Until { $time } everybody hands in a list of wishes; the hour does not matter.
lottery-2 = Then the lists are frozen, and witnesses sign them.
lottery-3 = After that a public random number appears; it gives every ticket its lottery number.
lottery-4 = Lists and lottery numbers decide by published rules, and everybody can check the result.
about-mechanism = What that means for my list
about-help = Help
help-phone = By telephone: { $phone }. The staff go through these pages with you.
help-together = With somebody: a person you trust, or the office’s desk, may fill in these pages with you. Bring your letter. They must not keep your code.
help-paper = On paper: write your choices down in order and bring them with your letter. The desk enters them with you and prints the receipt.
lost-code = I have lost my access code
lost-code-what = Ask the office for a new one. The old one then stops working. A registration that you have made stays as it is.
lost-ticket = I have lost my ticket or receipt
lost-ticket-what = Open “My registration” with access code and birth date. It shows ticket and receipt again.
lost-key = I have lost my change key
lost-key-what = Your registration stands and takes part. Without the key nobody can change or withdraw it, not even the office.
site-closes = What if a place closes?
site-closes-what = Places and seats were fixed before registration opened, and nobody can alter them in secret. If a place cannot open, the office announces publicly what happens. List several places, so that you do not depend on one.
privacy = What is stored, and who can read it
privacy-stored = Stored are your birth date, your district and your choices, not your name. Your access code is stored as a scrambled value only. Until the draw, only those who run it can read this.
privacy-published = After the draw, all choices and results are published under tickets, without names. In a very small group somebody who knows you might guess your ticket.
about-programme = The full rules
about-programme-what = Everything that can influence the result was fixed before registration opened. This number stands for it and appears on every receipt:
about-programme-read = Read the programme

## The mechanism
mechanism-serial = You get the first choice on your list that still has a seat at your turn in the lottery.
mechanism-serial-can = One more choice at the end can give you a seat where you would have had none.
mechanism-serial-cannot = It cannot cost you a choice further up. So list everything you would go to, in your true order.
mechanism-priority = The lottery decides who gets a seat; which one follows from the best ranks for all together.
mechanism-priority-can = One more choice can give you a seat where you would have had none. It can also be the seat you get instead of one further up.
mechanism-priority-cannot = It cannot cost you a seat altogether. List only what you would really go to.
mechanism-optimal = Seats are filled so that few stay without and ranks are best for all together; the lottery decides between equals.
mechanism-optimal-can = One more choice can give you a seat where you would have had none. It can also be the seat you get instead of one further up.
mechanism-optimal-cannot = It cannot change anybody’s lottery number, yours neither. List only what you would really go to.

## Choose
choose-title = Choose places and times
choose-intro = List up to { $max } choices, best first. One is enough.
choose-until = You can change them until { $time }.
choose-early = Registration opens on { $time }. You can make your list now and send it then.
choose-more-choices = What does one more choice do?
choose-reach = Some places are only for certain groups or districts. Say below where you live and how old you are, and you see the places for you. Your answers decide nothing and are not sent with your list.
choose-home = Where you live
choose-group = Your group
choose-not-said = Please choose
choose-beyond = Not for your group or district
choose-nothing-reached = No place for your group and district fits. Try another name, district or time.
choose-yours = My choices, best first
choose-none = You have chosen nothing yet.
choose-left = You can add more choices: { $left }
choose-up = Up
choose-down = Down
choose-remove = Remove
choose-add = Add
choose-up-what = Move up: { $what }
choose-down-what = Move down: { $what }
choose-remove-what = Remove: { $what }
choose-add-what = Add: { $what }
choose-check = Check and send
choose-find = Find places
choose-name = Name of the place
choose-district = District
choose-district-any = All districts
choose-when = Only certain days or times
choose-day = Day
choose-day-any = All days
choose-hours = Time of day
choose-hours-any = Any time
choose-hours-morning = Morning, before 12
choose-hours-afternoon = Afternoon, 12 to 5
choose-hours-evening = Evening, from 5
map-title = Find a district on the map
map-what = Press a district to see its places. Darker means more seats. The same districts stand in the list “District”.
map-district = { $district }: { $seats } seats
choose-show = Show places
choose-nothing = No place fits. Try another name, district or time.
choose-chosen = in my list
choose-full = Your list is full ({ $max }). Remove a choice to add another.
choose-any-time = any time
choice-any-time = { $site }, any time
choice-session = { $site }, { $time }
offer-any-time = Any time here
offer-seats = { $seats ->
    [one] { $seats } seat
   *[other] { $seats } seats
 }
js-draft = Your list is kept in this browser until you send it, so nothing is lost. Codes are never kept.
js-add-any = Add, any time
js-times = Choose a time
js-seats = Seats: { $seats }
js-added = Added as choice { $rank }: { $what }
js-moved = Now choice { $rank }: { $what }
js-removed = Removed: { $what }
js-found = Places found: { $count }
js-more = Show more places
js-when = { $day }, { $clock }
js-km = { $distance } km
js-near-label = Distance
js-near = Nearest first
js-near-privacy = Your position stays in this browser. It is sent to nobody.
js-near-wait = Looking for your position …
js-near-done = The nearest places come first.
js-near-no = Your position is not available. Please search by district or name.
js-bar = In my list: { $count }
js-places-failed = The places could not be loaded. Please load the page again; your list is kept.
js-sending = Sending …
js-waiting = Many people are here just now. This page sends again by itself; you need not do anything. Your chance stays the same.
js-dropped = The connection was lost. Everything you typed is still here. Please send again: it counts once only.

## Check and send
check-title = Check and send
check-back = Change the choices
check-who = Who you are
check-until = Until { $time } you can change or withdraw this.
check-send = Send
check-key = My change key, to note before sending
check-key-what = You are shown it again with your receipt. If this browser should lose everything before that, you still have it. Show it to nobody.
check-key-save = Save the change key
check-once = Pressing twice does no harm: it counts once only.
form-code = Access code
form-code-hint = 16 letters and digits from your letter. Capitals and hyphens do not matter.
form-code-wrong = An access code has 16 letters and digits. Please compare with your letter.
form-birth-date = Birth date
form-birth-date-hint = Year, month, day: for example 19600229
form-change-key = Change key
form-change-key-if = I have registered before and want to change it
form-change-key-hint = You were shown it with your last receipt. It has 64 letters and digits.

## Receipt
receipt-registered = You are registered
receipt-withdrawn = Your registration is withdrawn
receipt-out = This registration takes no part in the draw.
receipt-out-again = Until the close you can register again, with the change key.
receipt-by-office = The office made this change, without your change key. The published list says so. If you did not ask for it, keep the receipt and tell the officials.
receipt-done = Your list is saved. You need not do anything more before the results.
receipt-ticket = Your ticket
receipt-ticket-what = It stands for you in the published draw, without your name. You find your result with it.
receipt-qr = QR code: the way to my result
receipt-qr-what = Photograph or press this: after the close it shows that you are in, after the draw your result. Your ticket is not sent to the server.
receipt-change-key = Your change key: shown only now
receipt-change-key-what = You need it to change or withdraw. Print or copy it, and show it to nobody. It is not in the saved file. If it is lost your registration stands; the office can change it for you, and everybody can see that it did. This server made the key; whoever runs the server could have kept it.
receipt-change-key-own = You need it to change or withdraw. Print, save or copy it, and show it to nobody. Your browser made it; the server learns it only when you use it. If it is lost your registration stands; the office can change it for you, and everybody can see that it did.
receipt-save-key = Save ticket and change key
receipt-keep = What to keep, and why
receipt-keep-ticket = The ticket: to find your result.
receipt-keep-key = The change key: to change or withdraw until the close.
receipt-keep-file = The receipt file: it is signed and proves what you sent. It does not contain the change key. Do not publish it before the results.
receipt-title = The receipt as text
receipt-what = The operator’s signature is in it. If your registration should ever be missing or altered, it is your proof.
receipt-download = Save the receipt file
receipt-print = Print this page
receipt-text = Show the signed receipt
receipt-next = What happens next
receipt-shared = If others use this device too, close the browser when you are done.
entry-active = This is your registration
entry-in = You are in: this registration takes part
entry-withdrawn = You have withdrawn your registration
entry-history = What happened so far
entry-line-active = { $time }: registered or changed
entry-line-withdrawn = { $time }: withdrawn
entry-line-active-by-office = { $time }: changed by the office
entry-line-withdrawn-by-office = { $time }: withdrawn by the office
entry-change = Change my choices
entry-published = Look up my ticket in the published list
entry-object = Is this not what you sent? Object at the office with your receipt file.

## Change and withdraw
change-title = See or change my registration
change-intro = Sign in to see your registration, your receipt and everything that happened. To change it you also need your change key.
change-show = Show
withdraw-title = Withdraw my registration
withdraw-intro = Whoever withdraws takes no part in the draw. Until the close you can register again, with the change key that you will be shown.
withdraw-send = Withdraw

## Pages for when it does not go on
calm-closed = Registration is closed
calm-closed-next = It closed on { $time }. The list is frozen now, objections are heard, and then the lottery decides. You can look at your registration at any time.
calm-not-open = Registration has not opened yet
calm-not-open-next = It opens on { $time }. There is no advantage in being first. You can already make your list; this browser keeps it.
calm-tries = Too many tries
calm-tries-next = This protects your code from being guessed. A registration that you have made stays as it is. You have time until { $time }.
calm-busy = Many people are here just now
calm-busy-next = Waiting costs you nothing: your chance is the same until { $time }.
calm-none = You have not registered yet
calm-none-what = With this access code and birth date nobody has registered so far.
calm-none-next = You can register until { $time }.
calm-not-found = This page does not exist
calm-not-found-next = Perhaps the address was mistyped. Everything starts from the first page.
calm-other-next = Please start again from the first page, or ask for help. You have time until { $time }.
calm-phone = Help by telephone: { $phone }
calm-home = To the first page

## Problems
problem-title = That did not work
problem-signed = Signed confirmation of this refusal. Keep it if you want to object.
problem-wrong-code-or-birth-date = The access code or the birth date is wrong. Please check both.
problem-not-eligible = People with your birth date and district cannot register for this draw.
problem-out-of-reach = One of the places you chose is not for people of your age group or district. Please choose others.
problem-not-open = Registration has not opened yet.
problem-closed = The time for registering is over. What was registered before stays as it is.
problem-unknown-choice = One of your choices does not exist in this draw.
problem-no-choices = Please choose at least one session or place.
problem-too-many-choices = Your list has more choices than this draw allows.
problem-repeated-choice = Your list has the same choice twice.
problem-already-registered = You are registered already. To change your registration, give your change key.
problem-not-registered = There is no registration of yours yet. Leave the change key empty to register.
problem-no-such-ticket = This ticket is not yours.
problem-withdrawn = Your registration is withdrawn. You can register again with your change key.
problem-change-key-missing = Please give your change key. It was shown with your last receipt. Without it nothing changes here, and your registration stands. If it is lost, the office can change your registration for you.
problem-wrong-change-key = The change key is wrong.
problem-changed-by-office = This change key does not work. The office changed this registration without the key; keys from before that count no more. Use the one on the latest receipt. If you did not ask the office, show it your receipt.
problem-changed-elsewhere = Your registration was changed in the meantime, perhaps on another device. Use the change key from the latest receipt.
problem-too-many-revisions = This registration was changed as often as is possible.
problem-request-id-reused = This form was sent before with another list. Please check the list and send again.
problem-malformed = The request is not as it should be.
problem-media-type = The request must be JSON.
problem-too-large = The request is too long.
problem-not-found = There is no such page.
problem-method = This page cannot be used like that.
problem-cross-site = This request came from a page of another site. Please use the pages of this draw.
problem-too-many-tries = Too many wrong birth dates were given with this access code. Please try again tomorrow, or ask the office for a new code.
problem-busy = Too many people are registering at this moment. Nothing was saved. Please send again in a few seconds; you lose nothing by it.
problem-unknown-retry = We cannot say whether your request was saved. Please send it again: it will count once only.
problem-internal = Something went wrong on our side. Nothing was saved. Please try again.

## Between the freeze and the result
notice-nav = The frozen list
notice-title = the list of registrations is frozen
notice-lead = { $active } people take part. The list was frozen on { $time }. From now on nobody can add, drop or change a registration unnoticed.
notice-check = Check that I am in
notice-object = Is your registration missing, or not what you sent? Object at the office until { $time }. Bring your receipt file: it is signed and proves what you sent.
notice-beacon = On { $time } round { $round } of the public beacon drand appears. The programme named it before registration opened. Nobody can know or choose it before.
notice-result = After the lottery has been computed and checked. The link on your receipt then leads to your result, and this page becomes the result.
notice-keep = Newspapers and witnesses keep this number, so that the list can be compared with it later.
notice-quote = Draw “{ $draw }”: the list of { $entries } registrations was frozen on { $time }. Its number is:
notice-who = Who registered
notice-all = All
notice-shown = What is shown here, and what is not
notice-shown-what = Shown are tickets, whether they take part, and a sealed fingerprint of each registration. Choices, ages and districts are shown with the results, and names never.
notice-shown-files = For programs:
frozen-title = Frozen registrations
frozen-intro = The frozen list has { $entries } tickets. Your browser looks for yours in it. Without scripts, look for it in the list below.
frozen-check = Check
frozen-loading = Looking for your ticket…
frozen-later = Results are not there yet. When they are, this same page shows them.
frozen-yes = You are in
frozen-yes-what = This ticket is in the frozen list and takes part. You need not do anything more before the results.
frozen-withdrawn = This registration is withdrawn
frozen-withdrawn-what = This ticket is in the frozen list as withdrawn, so it takes no part. If you did not withdraw, object with your receipt until { $time }.
frozen-later-revision = Your receipt is genuine. The list has a later version, number { $revision }. If you changed or withdrew after this receipt, all is well. If not, object with it.
frozen-root = This is the number of the whole list, as your browser computed it. Compare it with the one in newspapers, or on the first page:
frozen-what = Tickets { $first } to { $last }, sorted, as they were frozen. Choices are shown with the results.
frozen-none = If you typed your ticket, your line is marked. If none is marked, the list does not have it: check it again.
frozen-state = State
frozen-in = takes part
frozen-version = Version
frozen-nth = version { $revision }

## The bundle: frame of its pages
bundle-nav-index = The result
bundle-nav-results = Find my result
bundle-nav-verify = Check it yourself
bundle-nav-open-data = Open data
bundle-made-by = Made by { $tool }. These pages are plain files, the same for everybody. Their hashes stand in manifest.note.

## The bundle: front page
index-title = the result
index-lead = Of { $active } people who took part, { $placed } ({ $share }) got a seat and { $first } ({ $firstshare }) got their first choice.
index-rest = { $unplaced } people got no seat. { $withdrawn } withdrew before the close and took no part.
index-seats = There were { $seats } seats in { $sessions } sessions at { $sites } sites; { $taken } are taken and { $free } stayed free.
index-find = Find my result
index-contents = On this page
index-how = How it was decided
index-luck = Each ticket's lottery number follows from the register, which was frozen and witnessed first. It also follows from a public random number that appeared afterwards and that nobody chose. When somebody registered made no difference.
index-choices = Which choice people got
index-cohorts = By cohort
index-cohorts-what = The number beside a bar counts those who got a seat.
index-cohort = Cohort
index-tier = Tier
index-people = People
index-active = Took part
index-placed = Got a seat
index-share-of-active = Of those who took part
index-unplaced = No seat
index-withdrawn = Withdrew
index-choice = Choice
index-nth = Choice { $choice }
index-sought = How sought-after
index-demand = Sites by first choices for each seat
index-demand-first = First choices for each seat
index-full = All seats taken
index-free = Seats stayed free
index-share-of-sessions = Of all sessions
demand-half = Fewer than 1 for 2 seats
demand-one = Up to 1 for each seat
demand-two = 1 to 2 for each seat
demand-five = 2 to 5 for each seat
demand-more = 5 or more for each seat
index-sought-closing = A session closed when it had no seat for the next person in the draw. The later it closed, the easier it was to get.
index-sought-price = Whoever takes a seat may move others down their lists. How many steps that took in all says how sought-after the session was.
index-ten = The ten sessions with most first choices for each seat
index-session = Session
index-first = First choices
index-listed = In how many lists
index-closing = When sessions closed
index-price = What a seat cost the others
index-kept = Seats kept for some
index-kept-what = Some seats were kept for the groups named here. They close, or have their price, by themselves; the pages of districts show each.
index-pools-short = Sessions, kept seats counted apart
index-share-of-pools = Of all these
kept-for = Kept for
kept-seats = Seats kept
kept-taken = Taken
kept-share = Of the seats kept
kept-left = Seats they left
kept-opened = Opened to others
kept-never-opened = Stayed free
closed-tier = Closed in tier { $tier }
closed-late = Closed after half of the numbers
closed-middle = Closed after a quarter of the numbers
closed-early = Closed within the first quarter
price-none = Nothing: enough seats
price-four = 1 to 4 rank steps
price-more = 5 rank steps or more
price-out = As much as one person without a seat
mark-never-closed = Never closed
mark-closed = Only the luckiest { $percent } still got in
mark-closed-in-tier = In tier { $tier } only the luckiest { $percent } still got in
mark-price-none = Enough seats: one more cost nobody a rank
mark-price-steps = { $steps ->
    [one] A seat cost others one rank step
   *[other] A seat cost others { $steps } rank steps
 }
mark-price-cost = A seat cost others { $cost } in the programme's rank costs
mark-price-out = A seat cost others as much as leaving somebody without one
mark-kept = kept for { $reserve }: { $mark }
plot-part = { $label }: { $count } ({ $share }).
index-districts = By district
index-map = The shades show how many of a district's people got a seat; the key stands below. Choose a district to see its sites, or use the table.
index-district = District
index-got-first = Got their first choice
index-got-other = Got another choice
shade-none = Fewer than { $few } people registered
shade-1 = Under 25% got a seat
shade-2 = 25% to under 50%
shade-3 = 50% to under 75%
shade-4 = 75% to under 100%
shade-5 = Everybody got a seat
index-show = Show the table
index-sites-short = Sites
index-sessions-short = Sessions
index-seats-short = Seats
district-back = All districts
district-people = Of { $active } people who live here and took part, { $placed } ({ $share }) got a seat, { $first } of them by their first choice.
district-site-filled = { $taken } of { $seats } seats are taken ({ $share }).
district-filled = At its sites { $taken } of { $seats } seats are taken ({ $share }).
district-first = { $first } people had it as their first choice.
district-no-site = There is no site in this district.
district-calendar = The time of a session leads to an entry for your calendar.
district-sought = How sought-after
district-taken = Seats taken / all
district-kept = { $time }, kept for { $reserve }
district-none-open = No seat was open to all
district-cohorts = People who live here, by cohort
district-few = Fewer than { $few }
district-nobody = Nobody who lives here registered.
district-few-people = Fewer than { $few } people who live here registered. What became of so few is not summed up.
index-times = What happened when
index-zone = Times are local ({ $zone }).
index-announced = The programme was signed: from here on no rule could change
index-opens = Registration opened
index-closes = Registration closed
index-freeze = The register was frozen (by the operator's clock)
index-witness = { $name } cosigned the frozen register
index-objection = End of the objection period
index-beacon = Round { $round } of the public random beacon, named in the programme before registration opened
index-result = The result was written (by the operator's clock)
index-witnesses = { $signed } of { $named } witnesses cosigned the frozen register: { $names }. The programme asks for at least { $quorum }.
index-no-witness = None of the { $named } witnesses cosigned the frozen register. The programme asks for at least { $quorum }.
index-unwitnessed = Fewer witnesses than the programme asks for cosigned the frozen register. It is not proven to have existed before the beacon.
index-register = The register's number, for newspapers
index-register-what = These 80 digits stand for every registration at the freeze. If one registration were added, dropped or changed, they would be others.
index-register-how = Each group writes two bytes of the register's root as a decimal number from 00000 to 65535. The root itself:
index-proves = What these files prove
index-proves-result = The result is the one that this programme, this register and this beacon round determine. No other result passes the check.
index-proves-before = The register existed before the random number did, if enough witnesses cosigned it in time.
index-proves-receipts = Every registration that a published batch of receipts acknowledged is in the register, or its withdrawal is.
index-cannot = What no software can prove
index-cannot-announced = That this is the programme that was announced, and the only one. Compare its hash with one that you know from before.
index-cannot-roll = That the list of people who may register is right, and that each person on it is real.
index-cannot-kept = That nobody was kept from registering.
index-cannot-witnesses = That the witnesses are independent of the operator.
verify-title = Check it yourself
verify-lead = You need not trust whoever runs this site. Anybody can check the whole draw from its published files.
verify-numbers = The draw's numbers
verify-noscript = Scripts are off in this browser, so it cannot check by itself. The program below can.
index-verify = With the program
index-verify-how = Download all files of this site into a folder and run the program on it. It needs no network and trusts no server. Compare the programme's hash with the one that was announced before registration.
index-verify-ticket = TICKET
index-root-programme = Hash of the programme
index-root-register = Root of the register: { $entries } entries, { $revisions } revisions
index-root-beacon = Randomness of beacon round { $round } (drand quicknet)
index-root-seed = Seed
index-root-log = Root of the draw's log: { $size } events
index-open-data = Open data
index-open-data-what = All entries and results, without names. Tickets stand for people.
index-dictionary = What each column means
index-bytes = { $bytes } bytes

## The bundle: the page of a run
run-title = Results
run-what = Results of tickets { $first } to { $last }, sorted. Times are local ({ $zone }, { $offset }).
run-none = If you typed your ticket, your line is marked. If none is marked, the register does not have it: check it again.
run-how = How to read a line, and what is next
run-number-what = The smaller the lottery number, the luckier. The share behind it says among which part of the luckiest it is.
run-ticket = Ticket
run-number = Lottery number
run-result = Result
run-list = Your choices
run-luckiest = luckiest
run-no-seat = no seat
run-withdrawn = withdrawn
run-closed = closed
run-closed-what = It had closed before your turn. The share says up to which part of the luckiest it still had seats.
run-open = open
run-open-what = It was open at your turn. A share behind it says where it closed later.
run-yielded = needed by others
run-yielded-what = It was open at your turn, but all its seats went to people who had nowhere else to go.
run-price = cost to others
run-price-what = How many rank steps, or rank costs, a seat there cost the others.
run-dearer = cost too high
run-dearer-what = The same, and it was more than it would have gained you.
run-repeated = as above
run-repeated-what = All its sessions stand further up in your list.
run-kept = kept for others
run-kept-what = All its seats were kept for others, and none was opened.
run-by-office = changed by the office
run-by-office-what = The office made the last change of this registration, without the change key.

## The bundle: find a result
results-title = Find my result
results-what = The results of all { $entries } tickets are published.
results-ticket = Your ticket
results-ticket-hint = 21 letters and digits, on your receipt. Capitals and hyphens do not matter. It is not sent to anybody: your browser only opens the page that holds it.
results-show = Show my result
results-length = A ticket has 21 letters and digits. Please compare with your receipt.
results-character = There is a character that no ticket has. Please compare with your receipt.
results-check = A letter is wrong, or two are swapped. Please compare with your receipt.
results-none = No ticket of this draw starts like that.
results-list = Or look for your ticket
results-list-how = Tickets are sorted, digits before letters. Open the page whose first and last ticket yours lies between; only their first seven characters are shown.

## The bundle: what the columns mean
dictionary-title = What the columns mean
dictionary-what = Each table is there twice with the same content, as CSV (UTF-8, commas, a header line) and as Parquet. The program checks both against the signed runs.
dictionary-form = For programs, as a Frictionless data package:
dictionary-column = Column
dictionary-kind = Kind
dictionary-meaning = Meaning
dictionary-text = text
dictionary-integer = whole number
dictionary-time = time
dictionary-list = list; in CSV joined by semicolons
dictionary-optional = (may be empty)
table-entries = Entries: one row per ticket of the register, in its order
table-sessions = Sessions: one row per session, in the programme's order
table-pools = Pools: of each session the seats open to all and those kept for some, a row each, in the programme's order
table-cohorts = Cohorts: one row per cohort, in the programme's order
table-districts = Districts: one row per district, in the programme's order; its sites, and the people who live there
table-residents = Cohorts by district: one row per cohort and district where people who registered live, in the programme's order
column-ticket = The ticket
column-revision = Which revision this is, from 1
column-status = active or withdrawn; with -by-office if the office made the change without the change key
column-cohort = The cohort
column-home-district = District where the person lives, as the roll has it
column-channel = self, assisted or paper
column-choices = The choices, best first: session:… or site:… (any session of that site)
column-lottery-number = The lottery number, 64 bits without sign; smaller is luckier; none if withdrawn
column-outcome = placed, unplaced or withdrawn
column-entries-session = The session of the seat
column-entries-site = The site of the seat
column-entries-district = The district of that site
column-choice = Which choice that was, from 1
column-sessions-session = The session
column-sessions-site = Its site
column-site-name = Name of the site
column-sessions-district = District of the site
column-latitude-microdeg = Degrees north, in millionths (WGS 84)
column-longitude-microdeg = Degrees east, in millionths (WGS 84)
column-starts-at = When it starts (RFC 3339)
column-starts-at-unix-s = The same in seconds since 1970
column-capacity = Seats
column-sessions-placed = Seats taken
column-first-choices = Active entries whose first choice is this session or its site
column-listed = Active entries that list this session or its site
column-closing-tier = Tier at which it closed; none if it never closed
column-closing-number = The closing number: the lottery number at which it closed
column-closing-ticket = The ticket with that number
column-price = The price in rank costs: what a seat cost the others
column-tie-price = The price in luck, a decimal integer; a witness for verifiers
column-reserve = The reserve that these seats are kept for; none if they are open to all
column-reserve-ko = Its Korean name
column-reserve-en = Its English name
column-first-pass-closing-tier = In a draw with two passes, the tier at which it closed in the first
column-first-pass-closing-number = The closing number of the first pass
column-tie-prices = The prices in luck, decimal integers with spaces between; witnesses for verifiers
column-title-ko = Its Korean name
column-title-en = Its English name
column-tier = Its tier; 1 comes first
column-cohorts-active = Active entries
column-cohorts-withdrawn = Withdrawn entries
column-cohorts-placed = Active entries with a seat
column-cohorts-unplaced = Active entries without a seat
column-districts-district = The district's code
column-sites = Sites
column-sessions = Sessions
column-residents = People who live there and registered
column-residents-active = Of them active; empty if fewer than { $few } registered
column-residents-withdrawn = Of them withdrawn; empty if fewer than { $few } registered
column-residents-placed = Of them with a seat; empty if fewer than { $few } registered
column-residents-unplaced = Of them active without a seat; empty if fewer than { $few } registered
column-residents-first-choice = Of them placed by their first choice; empty if fewer than { $few } registered
column-residents-district = Code of the district where they live
column-entries = Who registered, withdrawn ones included
column-placed-by-choice = Placed by choice { $choice }
dictionary-rehearsal = Rehearsal: without any effect
dictionary-few = Summaries leave out what became of fewer than { $few } people. It is not secret: all results are published under tickets, and anybody can count it up from entries.csv.

## One person's result in sentences
explain-ticket = Ticket { $ticket } in the draw “{ $draw }”.
explain-rehearsal = This draw is a rehearsal: its result has no effect.
explain-withdrawn = This registration was withdrawn before the close. It took no part in the draw and has no lottery number.
explain-withdrawn-by-office = The office withdrew this registration before the close, without the change key. It took no part in the draw and has no lottery number. If you did not ask for that, object with your receipt.
explain-changed-by-office = The office changed this registration before the close, without the change key. If you did not ask for that, object with your receipt.
explain-number = Your lottery number is { $number }. Smaller is luckier: yours is among the luckiest { $percent } of all possible numbers.
explain-lots = Your group draws { $lots } numbers for each person; the luckiest of them is yours.
explain-district = The register has you as living in { $district }. Where people live decides what they can list, and which reserved seats they may use.
explain-tier = You belong to “{ $cohort }”, tier { $tier } of { $tiers }. Tier 1 is drawn first; within a tier the lottery numbers decide.
explain-tier-optimal = You belong to “{ $cohort }”. In the sums of this draw, leaving somebody of that cohort without a seat counts as { $cost }. A seat by choice 1, 2, … counts as { $ranks }.
explain-rule-serial = The rule of this draw: in the order of the lottery, everybody gets the first choice on their list that is then still open.
explain-rule-priority = The rule of this draw: the lottery decides who gets a seat. All who get one are then seated so that the ranks of all together are the best possible. You get a seat if at least one session on your list is still open at your number.
explain-rule-optimal = The rule of this draw: the fewest people possible are left out, and the ranks of all together are best, by the programme's costs. The lottery settles what is equally good.
explain-line = Choice { $rank }, { $what }: { $fate }.
explain-repeated = nothing new, as all its sessions stand further up in your list
explain-kept = all its seats were kept for others
explain-of-kept = { $fate } (of seats kept for { $reserve })
explain-closed = it closed before your turn, at number { $number } (only the luckiest { $percent } got in)
explain-closed-in-tier = it closed before your turn, in tier { $tier } (at number { $number })
explain-closed-at-yours = it closed at your number, the first for which it had no seat
explain-never-closed = it was open at your turn and never closed
explain-open-until = it was open at your turn and closed later, at number { $number } (the luckiest { $percent } got in)
explain-open-until-tier = it was open at your turn and closed later, in tier { $tier } (at number { $number })
explain-open-again = it had closed before your turn, and was open to you again when seats that were kept for others were opened
explain-yielded = { $open }; but in the end all its seats were needed for people who had nowhere else left to go
explain-open-priced = { $open }; { $price }
explain-price-none = a seat there cost the others no rank
explain-price-steps = it was so sought after that a seat there cost the others at least { $steps ->
    [one] one rank step
   *[other] { $steps } rank steps
 }
explain-price-cost = it was so sought after that a seat there cost the others at least { $cost } in the programme's rank costs
explain-price-out = it was so sought after that a seat there cost the others as much as leaving somebody without one
explain-dearer = { $price }, more than it would have gained you
explain-level = { $price }, at least as much as it would have gained you
explain-level-none = { $price }, and it counted the same as what you got
explain-placed = You have a seat by choice { $rank }: { $place }.
explain-unplaced = You have no seat.
explain-why-serial = Why this one: it is the first choice on your list that was still open at your number.
explain-why-priority = Why this one: your number gave you a seat. Which seat it is follows from seating everybody who got one with the best ranks for all together; the lottery settled what was equally good.
explain-why-second-pass = The seats that were kept for some had been given out first. Then those that were left were opened to everybody, and that gave you a seat.
explain-why-optimal = Why this one: at what a seat cost the others, this one was the best on your list for all together. The lottery settled what was equally good.
explain-why-unplaced-lottery = Why: every session on your list had closed when your number came. People drawn before you needed all their seats.
explain-why-unplaced-optimal = Why: any seat on your list would have cost the others at least { $cost }. That is what leaving somebody of your cohort without a seat counts.
explain-seat-kept = Your seat is one of those that were kept for: { $reserve }.
explain-seat-released = Your seat was kept for others ({ $reserve }), and could be given to you.
explain-why-session = You asked for any session of that site. Which one it is was settled by what had to fit together, and then by lottery.
explain-check = All these numbers stand in the published files, which anybody can check with “jebi verify”.

## One person's result, shown by the browser
result-loading = Looking for your result…
result-unreachable = The result could not be loaded. Please check your connection and try again.
result-damaged = The published files do not fit together, so no result can be shown. Please tell the office, and check the files with the program.
result-rule = Broken rule: { $rule }
result-placed = You have a seat
result-unplaced = You have no seat
result-withdrawn = This registration took no part
result-absent = This ticket is not in the register
result-absent-what = Nobody registered with this ticket by the close. Please compare it with your receipt. If your receipt has exactly this ticket, the receipt proves that something is wrong: object with it.
result-ticket = Ticket
result-where = Where
result-when = When
result-when-text = { $weekday }, { $time }
result-zone = Local time ({ $zone })
result-choice = Choice
result-choice-text = choice { $choice } of { $choices } on your list
result-number = Your lottery number
result-choices = What became of your choices
result-got = You got this one.
result-why = Why this result
result-next = What is next
result-next-placed = Your seat is confirmed. Be there at that time, with what the office asks you to bring.
result-next-unplaced = This draw gave out its seats once: it has no waiting list and no second round. The office tells you what else is offered.
result-next-unplaced-care = Having no seat says nothing about you, or about when you registered. More people wanted these seats than there are.
result-next-withdrawn = There is nothing for you to do. If you did not withdraw, object with your receipt.
result-next-check = You need not believe this page. Your browser can check your result, and your receipt.
result-calendar = Add to my calendar
result-print = Print
result-verify = Check my result
result-list = See it in the published list
result-calendar-what = A seat by lottery. Please look at the office's notices for changes, and for what to bring.

## Verification in the browser
verify-ticket = Your ticket, if you have one
verify-ticket-hint = 21 letters and digits. It stays in your browser: what is asked for is a file with a thousand entries.
verify-receipt = Your receipt, if you have it as a file
verify-receipt-hint = The file that you saved when you registered. It stays in your browser.
verify-hash = Hash of the programme, if you know it from before
verify-hash-hint = 64 digits and letters, as announced before registration or printed on a receipt.
verify-hash-wrong = A hash has 64 digits and letters from a to f. Please compare again, or leave this empty.
verify-address = Address of the published files
verify-address-hint = The site must allow other pages to read its files. If it does not, download them and choose the folder.
verify-folder = Or a folder with the downloaded files
verify-folder-hint = Nothing is uploaded: your browser reads the files on your own disk.
verify-folder-none = There is no manifest.note in that folder. Please choose the folder that holds all downloaded files.
verify-source-missing = Please give an address or choose a folder.
verify-start = Check now
verify-findings = What was found
verify-running = Checking…
verify-proved = Proved
verify-failed = Not proved
verify-open = For you to judge
verify-unread = Not read
verify-done-proved = Everything that was checked is proved.
verify-done-open = What was checked is proved. Some points are for you to judge.
verify-done-failed = Something is not proved. The finding says what.
verify-done-unread = The check could not be finished. What stands above holds.
verify-took = It took { $seconds } s. { $files ->
    [one] { $files } file was read
   *[other] { $files } files were read
 }, { $bytes } bytes.
verify-programme-proved = The programme obeys its own rules, and the operator signed it and the list of all files.
verify-programme-failed = The programme, the list of files, or the operator's signature on them is not right.
verify-known-proved = This is the programme whose hash you gave.
verify-known-failed = This is not the programme whose hash you gave. Its own hash is { $hash }.
verify-known-open = Is this the programme that was announced? Compare its hash with one that you know from before: { $hash }
verify-log-proved = The draw's log has { $events } events in their order. Both published heads are heads of this one log.
verify-log-failed = The draw's log is not right: its order, its signatures, its times, or one of its heads.
verify-witnesses-proved = { $count ->
    [one] { $count } witness
   *[other] { $count } witnesses
 } saw the frozen register by { $time }, before the random number appeared: { $names }.
verify-witnesses-open = Too few witnesses cosigned, which only a rehearsal may lack. The register is not proven to have existed before the random number.
verify-witnesses-failed = Too few witnesses saw the frozen register in time. It may have been made after the random number was known.
verify-beacon-proved = The random number is round { $round } of the public beacon, which the programme determined. It appeared on { $time }, and its signature is right.
verify-beacon-failed = The random number is not the one of the public beacon's round that the programme determined.
verify-seed-proved = The seed of the draw follows from this programme, the frozen register of { $entries } entries, and that random number.
verify-seed-failed = The seed of the draw is not the one that programme, register and random number give.
verify-result-proved = The results of the sessions are those that the log commits to. Their numbers add up.
verify-apportionment-proved = The seats kept for groups are those that the stated numbers of registrants determine. Whether these numbers are right can be seen from the whole register only.
verify-result-failed = The results of the sessions are not those that the log commits to, or their numbers do not add up.
verify-mine-proved = Ticket { $ticket } is in the frozen register with { $choices ->
    [one] { $choices } choice
   *[other] { $choices } choices
 }. Its entry and its result lie under the roots in the log.
verify-mine-withdrawn = Ticket { $ticket } is in the frozen register as withdrawn. It took no part.
verify-mine-absent = Ticket { $ticket } is not in the frozen register. Tickets are sorted there: it would stand between { $before } and { $after }.
verify-mine-edge = the end of the register
verify-mine-start = the start of the register
verify-mine-failed = The entry or the result of this ticket is not as it must be.
verify-number-proved = The lottery number { $number } follows from the seed and this ticket.
verify-placed-proved = The seat, { $place }, is the one that the rule gives this ticket: held against its list, and the closing numbers and prices of all sessions.
verify-unplaced-proved = That this ticket has no seat follows from the rule: held against its list, and the closing numbers and prices of all sessions.
verify-receipt-same = Your receipt is genuine, and the register has exactly what it says.
verify-receipt-by-key = Your receipt is genuine. The register has a later revision, number { $revision }, made with your change key. If that was not you, object with your receipt.
verify-receipt-by-office = Your receipt is genuine. The office changed this registration later, up to revision { $revision }. If you did not ask for that, object with your receipt.
verify-receipt-other = This receipt is for ticket { $ticket }, not for the ticket that you typed.
verify-receipt-failed = Your receipt and the published files contradict each other, or the receipt is not genuine. Keep both.
verify-events-proved = All { $events } events of the log are signed. All { $batches } batches of receipts are anchored in it.
verify-events-failed = An event of the log is not signed, or the batches of receipts are not those that are anchored in it.
verify-files-proved = All { $files } listed files are there, and each is the one that was signed.
verify-files-failed = A file is missing, is not listed, or is another than was signed.
verify-rule = Broken rule of the specification: { $rule }. Place: { $place }
verify-rule-only = Broken rule of the specification: { $rule }
verify-advice = Please keep a copy of the files as they are now. Check them with the program “jebi verify” too, and show both findings to the office and to a witness.
verify-unreachable = { $file } could not be read. That says nothing about the draw. Please check your connection, or choose a folder with the downloaded files.
verify-more = Check every event and file too ({ $megabytes } MB)
verify-cannot = What this check does not prove
verify-cannot-others = That everybody else's result is right. This page checks one ticket; the program “jebi verify” checks all of them from the same files.
verify-cannot-announced = That this is the programme that was announced, and the only one. Compare its hash with one that you know from before.
verify-cannot-roll = That the list of people who may register is right, and that each person on it is real.
verify-cannot-kept = That nobody was kept from registering, and that the witnesses are independent of the operator.
verify-cannot-page = That this page is honest, if the site that published the draw gave it to you. Save the verifier from a place that you trust, or use another.
verify-save = Save this verifier as one file
verify-alone-title = Verify a draw
verify-alone-what = This page checks the published files of a Jebi draw: from a folder on your disk, or from an address. It is one file, needs no server, and sends nothing.
verify-alone-noscript = This page checks with JavaScript. Please allow it, or use the program “jebi verify”.
