## Confirmation mails

mail-subject = Please confirm: { $organisation }
mail-subject-reminder = Reminder, please confirm: { $organisation }
mail-lead = Somebody, we think you, told { $organisation } that { $what }.
mail-lead-reminder = Some days ago somebody, we think you, told { $organisation } that { $what }. It was not confirmed yet.
mail-open = To confirm, open this page and press the button:
mail-button = Open the page and press the button to confirm
mail-close = If this was not you, do nothing: nothing changes without the button on that page. The link works for 30 days.
mail-kept = What was filled in is not used before you confirm it, and is deleted if you do not.

## What a wish is

wish-level = you agree to messages of the level "{ $name }"
wish-list = you want to be on the list "{ $name }"
wish-form = you filled in the form "{ $name }"
wish-child = you speak as the parent or custodian of { $name }
wish-and = { $first } and { $second }

## What is wrong with an answer

issue-unknown = This field is not on the form.
issue-twice = This field was sent twice.
issue-missing = Please fill this in.
issue-email = This is not a mail address; write name@domain.example.
issue-url = This is not a web address; write https://domain.example.
issue-phone = This is not a telephone number.
issue-date = This takes a date, YYYY-MM-DD.
issue-integer = This takes a whole number.
issue-number = This takes a number.
issue-long = This is too long; at most { $most } characters fit.
issue-level = This is none of the levels that the form offers.
issue-other = This cannot be taken as it is.

## Errors that people read

form-changed = The form has changed since you filled it in. Please fill it in again.

## Copies for friends

friend-name = Name of friend { $number }
friend-email = E-mail address of friend { $number }
friend-why = Somebody who got this from { $organisation } asked us to send you a copy. We do not know you: your address was typed in for this copy only, is used for nothing else, and is deleted after 30 days.
friend-refuse = No such copies to my address any more
