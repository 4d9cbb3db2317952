## Confirmation mails

mail-subject = Bitte bestätigen: { $organisation }
mail-subject-reminder = Erinnerung, bitte bestätigen: { $organisation }
mail-lead = Jemand, vermutlich Sie, hat { $organisation } mitgeteilt: { $what }.
mail-lead-reminder = Vor einigen Tagen hat jemand, vermutlich Sie, { $organisation } mitgeteilt: { $what }. Das ist noch nicht bestätigt.
mail-open = Zum Bestätigen öffnen Sie diese Seite und drücken die Schaltfläche:
mail-button = Seite öffnen und zum Bestätigen die Schaltfläche drücken
mail-close = Wenn Sie das nicht waren, tun Sie nichts: Ohne die Schaltfläche auf der Seite ändert sich nichts. Der Link gilt 30 Tage.
mail-kept = Die Angaben werden erst verwendet, wenn Sie sie bestätigen, und sonst gelöscht.

## What a wish is

wish-level = Sie sind mit Nachrichten der Stufe "{ $name }" einverstanden
wish-list = Sie möchten auf die Liste "{ $name }"
wish-form = Sie haben das Formular "{ $name }" ausgefüllt
wish-child = Sie sprechen als Elternteil oder Vormund für { $name }
wish-and = { $first } und { $second }

## What is wrong with an answer

issue-unknown = Dieses Feld gibt es in dem Formular nicht.
issue-twice = Dieses Feld wurde zweimal gesendet.
issue-missing = Bitte ausfüllen.
issue-email = Das ist keine E-Mail-Adresse; schreiben Sie name@domain.example.
issue-url = Das ist keine Internetadresse; schreiben Sie https://domain.example.
issue-phone = Das ist keine Telefonnummer.
issue-date = Hier gehört ein Datum hin, JJJJ-MM-TT.
issue-integer = Hier gehört eine ganze Zahl hin.
issue-number = Hier gehört eine Zahl hin.
issue-long = Das ist zu lang; höchstens { $most } Zeichen passen.
issue-level = Diese Stufe bietet das Formular nicht an.
issue-other = Das kann so nicht übernommen werden.

## Errors that people read

form-changed = Das Formular wurde geändert, seit Sie es ausgefüllt haben. Bitte füllen Sie es noch einmal aus.

## Kopien für Freunde

friend-name = Name der { $number }. Person
friend-email = E-Mail-Adresse der { $number }. Person
friend-why = Jemand, der dies von { $organisation } bekommen hat, hat uns gebeten, Ihnen eine Kopie zu schicken. Wir kennen Sie nicht: Ihre Adresse wurde nur für diese Kopie eingegeben, wird für nichts anderes benutzt und nach 30 Tagen gelöscht.
friend-refuse = Keine solchen Kopien mehr an meine Adresse
