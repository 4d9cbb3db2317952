## Buttons and frames of forms

form-mend = Bitte verbessern Sie das; es ist noch nichts gespeichert.
form-required = (erforderlich)
form-nothing = Nichts
form-leave-empty = Bitte leer lassen
form-too-fast = Das ging sehr schnell. Bitte sehen Sie noch einmal nach und drücken Sie die Schaltfläche erneut.
form-too-many = Das war oft in kurzer Zeit. Bitte versuchen Sie es später noch einmal.

## After a form

thanks-title = Danke
thanks-text = Vielen Dank.
inbox-title = Bitte sehen Sie in Ihr Postfach
inbox-text = Bitte sehen Sie in Ihr Postfach. Was Sie wünschen, beginnt, sobald Sie den Link in unserer E-Mail öffnen und dort die Schaltfläche drücken.

## The subscription center

center-saved = Ihre Auswahl ist gespeichert. Das ist jetzt der Stand:
center-waits = Gespeichert. Was Sie neu erlauben, beginnt, sobald Sie den Link in der eben gesendeten E-Mail öffnen und dort die Schaltfläche drücken.
center-waiting = Wartet auf Ihre Bestätigung per E-Mail: { $what }.
center-objected = Ihr Browser sagt, dass Sie nicht verfolgt werden möchten (Global Privacy Control). Wir haben das vermerkt: Wir zeichnen nicht auf, wann Sie E-Mails öffnen oder Links folgen.
waiting-level = Einwilligung "{ $name }"
waiting-list = die Liste "{ $name }"

## Confirmations

wish-level = Sie sind einverstanden mit "{ $name }"
wish-level-meaning = Sie sind einverstanden mit "{ $name }": { $meaning }
wish-list = Sie möchten auf die Liste "{ $name }"
wish-form = Ihre Angaben in "{ $name }" stimmen
wish-child = Sie sprechen als Elternteil oder Vormund für { $name }
confirm-title = Bitte bestätigen
confirm-lead = Bitte bestätigen Sie:
confirm-button = Ja, ich bestätige
confirm-otherwise = Wenn Sie das nicht gewünscht haben, schließen Sie diese Seite: Es ändert sich nichts.
confirmed-title = Bestätigt
confirmed-lead = Vielen Dank. Es ist vermerkt:
confirmed-change = Sie können das jederzeit über den Link in jeder E-Mail ändern.

## Unsubscribing

unsubscribe-title = Abmelden
unsubscribe-text = Drücken Sie die Schaltfläche, und wir senden an Ihre Adresse keine Massenmails mehr.
unsubscribe-button = Abmelden
unsubscribe-detail = Im Einzelnen wählen, was wir dürfen
unsubscribed-title = Abgemeldet
unsubscribed-text = Sie sind abgemeldet. An Ihre Adresse gehen keine Massenmails mehr.

## What did not work

trouble-missing = Nicht gefunden
trouble-gone = Nicht mehr verfügbar
trouble-invalid = Das hat nicht geklappt
trouble-ours = Bei uns ist etwas schiefgegangen. Es wurde nichts geändert. Bitte versuchen Sie es noch einmal.
trouble-link = Dieser Link ist nicht gültig. Verwenden Sie den Link aus der E-Mail unverändert.
trouble-page = Diese Seite gibt es hier nicht.
trouble-personal = Diese Seite öffnet sich mit dem persönlichen Link aus einer unserer E-Mails.
trouble-not-open = Dieses Formular ist nicht geöffnet.
trouble-over = Dieser Link gilt nicht mehr. Er wurde schon verwendet, ist abgelaufen, oder ein neuerer ist an seine Stelle getreten.
trouble-many = Zu viel auf einmal
trouble-form-changed = Das Formular wurde geändert, seit Sie es ausgefüllt haben. Bitte füllen Sie es noch einmal aus.
trouble-no-data = Hier gibt es keine Daten mehr über Sie.
trouble-input = Etwas darin konnte nicht übernommen werden. Bitte prüfen Sie es und versuchen Sie es noch einmal.

## Weiterempfehlen

forward-mail = Die E-Mail: { $subject }
forward-what = Jede Person bekommt eine Kopie ohne Angaben über Sie. Die Adressen werden für nichts anderes benutzt und nach 30 Tagen gelöscht. Wer keine solchen E-Mails will, bekommt keine.
forward-done = Die Kopien sind unterwegs, außer an Personen, die sie nicht wollen oder diese E-Mail schon haben.
refuse-title = Keine Kopien mehr
refuse-text = Sie haben die Kopie einer E-Mail bekommen, weil jemand Ihre Adresse eingegeben hat. Wenn Sie den Knopf drücken, geht keine E-Mail von uns mehr an Ihre Adresse, außer Sie bitten selbst darum.
refuse-button = Keine E-Mails mehr an meine Adresse
refuse-detail = Ihre Adresse wird 30 Tage nach der Kopie gelöscht. Von Ihrem Nein behalten wir einen Code, aus dem die Adresse nicht zu lesen ist. Diese Kopie lässt sich hier nicht weiterschicken; Ihr Mailprogramm kann es.
refused-title = Vermerkt
refused-text = Es geht keine solche E-Mail mehr an Ihre Adresse.
