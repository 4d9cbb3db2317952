## Buttons and frames of forms

form-mend = Please mend this; nothing was saved yet.
form-required = (required)
form-nothing = Nothing
form-leave-empty = Leave this empty
form-too-fast = That was very quick. Please look it over and press the button once more.
form-too-many = That was often in a short time. Please try again later.
form-failed-title = We have it, and somebody looks after it
form-failed = What you sent has arrived and could not be worked into our records by itself. Somebody of ours looks after it; you need not send it again.
question-sum = What is { $first } plus { $second }?
question-wrong = That is not the sum. Here is another question.
question-why = Write the sum in digits. The question keeps programs away; nobody else is asked.
number-1 = one
number-2 = two
number-3 = three
number-4 = four
number-5 = five
number-6 = six
number-7 = seven
number-8 = eight
number-9 = nine

## After a form

thanks-title = Thank you
thanks-text = Thank you.
thanks-on = Go on
inbox-title = Please check your inbox
inbox-text = Please look into your mailbox. What you asked for begins when you open the link in our mail and press the button there.

## The subscription center

center-saved = Your choices are saved. This is what is stored now:
center-waits = Saved. What you newly allow begins when you open the link in the mail that we have just sent and press the button there.
center-waiting = Waiting for your confirmation by mail: { $what }.
center-receipts = A receipt of each consent that you gave or took back:
center-objected = Your browser says that you do not want to be tracked (Global Privacy Control). We have noted it: we do not record when you open mails or follow links.
waiting-level = consent "{ $name }"
waiting-list = the list "{ $name }"

## Confirmations

wish-level = you agree to "{ $name }"
wish-level-meaning = you agree to "{ $name }": { $meaning }
wish-list = you want to be on the list "{ $name }"
wish-form = what you filled in on "{ $name }" is right
wish-child = you speak as the parent or custodian of { $name }
confirm-title = Please confirm
confirm-lead = Please confirm that:
confirm-button = Yes, I confirm
confirm-otherwise = If you did not ask for this, close this page: nothing changes.
confirmed-title = Confirmed
confirmed-lead = Thank you. It is noted that:
confirmed-change = You can change this at any time by the link in every mail.

## Unsubscribing

unsubscribe-title = Unsubscribe
unsubscribe-text = Press the button and we send no bulk mail to your address any more.
unsubscribe-button = Unsubscribe
unsubscribe-detail = Choose in detail what we may do
unsubscribed-title = Unsubscribed
unsubscribed-text = You are unsubscribed. No bulk mail goes to your address any more.

## What did not work

trouble-missing = Not found
trouble-gone = No longer available
trouble-invalid = That did not work
trouble-ours = Something went wrong on our side. Nothing was changed. Please try again.
trouble-link = This link is not valid. Use the link in the mail as it is.
trouble-page = There is no such page here.
trouble-personal = This page opens with the personal link in a mail from us.
trouble-not-open = This form is not open.
trouble-over = This link is no longer of use. It was used already, has expired, or a newer one has taken its place.
trouble-many = Too many at once
trouble-form-changed = The form has changed since you filled it in. Please fill it in again.
trouble-no-data = There is no data about you here any more.
trouble-input = Something in it could not be taken. Please check it and try again.

## Forward to a friend

forward-mail = The mail: { $subject }
forward-what = Each friend gets a copy without anything about you. The addresses are used for nothing else and are deleted after 30 days. Who does not want such mails gets none.
forward-done = The copies are on their way, except to whoever does not want them or has this mail already.
refuse-title = No more copies
refuse-text = A copy of a mail came to you because somebody typed your address in. Press the button and no mail from us goes to your address any more, unless you ask for it yourself.
refuse-button = No more mails to my address
refuse-detail = Your address is deleted 30 days after the copy. Of your no we keep a code by which your address cannot be read. This copy cannot be sent on from here; your mail program can.
refused-title = It is noted
refused-text = No such mail goes to your address any more.

## Signing in

signin-title = Sign in
signin-address = Mail address
signin-password = Password
signin-button = Sign in
signin-none = No password yet, or forgotten? An administrator makes you a link to set one.
signin-new = No password yet? An administrator makes you a link to set one.
signin-forgot = Forgotten the password?
forgot-title = A new password
forgot-text = Write the mail address of your account. If there is one, a mail goes there with a link to set a new password. The link works once, within half an hour.
forgot-button = Send the mail
forgot-done = If an account has this address, a mail is on its way there. It can take some minutes; look among unwanted mail too. Nothing comes? Ask an administrator.
forgot-missing = Write a mail address.
forgot-no-mail = This installation sends no mail. An administrator makes you a link to set a new password.
forgot-back = Back to signing in
passkey-button = Sign in with a passkey
passkey-failed = The device did not sign you in: it was cancelled, took too long, or has no passkey for this site. Try again, or sign in another way.
passkey-refused = This passkey does not sign you in: it was removed, the account is closed, the page was open too long, or it was tried too often. Try again; if that does not help, sign in another way.
signin-refused = Address and password do not fit, or wrong ones were tried too often; then wait up to 15 minutes.
signin-too-many = That was often in a short time. Please wait some minutes and try again.
link-as = You are about to sign in as { $name }.
link-password-title = Set your password
link-password-text = This is a password for the account of { $name }.
link-password-button = Set the password and sign in
password-new = New password
password-rule = At least 12 characters. Several words are good; nothing else is asked for.
password-again = New password, once more
password-current = Present password
password-short = The password is too short: take at least 12 characters.
password-long = The password is too long: take at most 256 characters.
password-common = Too many people take this password, or it is easy to guess. Take another one.
password-own = The password is little more than your name or address. Take another one.
password-differs = The two new passwords differ.
password-wrong = The present password is not right, or wrong ones were tried too often; then wait up to 15 minutes.

## The own account

account-title = Your account
account-home = Back to the first page
account-password = Password
account-password-button = Change the password
account-password-done = The password is changed. All other sessions of yours have ended.
account-sessions = Where you are signed in
account-end-all = Sign out everywhere
session-this = this session
session-unknown = A browser
session-since = since { $time }
session-seen = last seen { $time }
session-end = End
session-ended = The session has ended.
trouble-signin-link = This link is used up. It works once, for 15 minutes if it signs in, for half an hour if it came by mail, for three days if it is an invitation. Ask for another mail, or ask an administrator for a new one.
trouble-signed-out = You are signed out, or this page is old. Sign in, open the page again and send the form from there.
trouble-session-old = For this you have to have signed in within the last hour. Sign out, sign in again, and come back.
account-passkeys = Passkeys
account-passkeys-text = With a passkey you sign in without a password: your device asks for your finger, your face or its PIN, and proves to this site alone that it is you.
account-passkeys-none = You have none yet.
passkey-since = made { $time }
passkey-used = last used { $time }
passkey-unused = never used
passkey-change = Rename or remove { $name }
passkey-name = Name
passkey-new-name = Name of the new passkey
passkey-name-hint = So that you know it again, as “my telephone”. Empty: the kind of this browser.
passkey-new = Add a passkey
passkey-rename = Rename
passkey-remove = Remove { $name }
passkey-remove-text = It signs nobody in any more, and your other sessions end. Delete it on the device too. Make sure that you have another way to sign in.
passkey-added = The passkey is added. You can sign in with it from now on.
passkey-renamed = The passkey has its new name.
passkey-removed = The passkey is removed. Your other sessions have ended.
passkey-nameless = A passkey needs a name.
passkey-most = You have 20 passkeys, which is the most. Remove one first.
passkey-known = This device has a passkey for your account already.
passkey-new-failed = No passkey was added: it was cancelled, took too long, or the device cannot make one. Try again.
passkey-without = Adding one needs a browser that runs scripts and knows passkeys; this one does not.
passkeys-need-name = Passkeys are bound to the name of a site, and this one is reached at { $address }, which has none. An administrator gives it a name (server.base_url); on this machine http://localhost with the port will do.
passkeys-need-https = Passkeys need an encrypted connection, and this site is reached at { $address }. An administrator sets up https.
trouble-passkey = This passkey does not count here. Open the page again and try once more.
reset-mail-subject = A new password
reset-mail-hello = Hello { $name },
reset-mail-why = somebody, most likely you, asked for a new password for your account. With this link you set one:
reset-mail-button = Set a new password
reset-mail-once = The link works once, within half an hour. Wherever you are signed in you will be signed out.
reset-mail-otherwise = If you did not ask for this, leave the mail alone: nothing changes. If it comes again and again, tell an administrator.
account-tokens = Access tokens
account-tokens-text = For programs of yours: they read and write with a token what you may read and write yourself.
token-read = read only
token-write = read and write
token-until = until { $time }
token-revoke = Revoke
token-name = What it is for
token-days = Days it is valid (at most 365)
token-scope = Scope
token-create = Make a token
token-made = This is the token. Copy it now: it is not shown again.
token-revoked = The token has ended.
signin-provider = Sign in with { $name }
signin-provider-refused = The identity provider did not sign you in, or nobody has given you a place here. Try again, or ask an administrator.
