## Buttons and frames of forms

form-mend = Bitte verbessern Sie das; es ist noch nichts gespeichert.
form-required = (erforderlich)
form-nothing = Nichts
form-leave-empty = Bitte leer lassen
form-too-fast = Das ging sehr schnell. Bitte sehen Sie noch einmal nach und drücken Sie die Schaltfläche erneut.
form-too-many = Das war oft in kurzer Zeit. Bitte versuchen Sie es später noch einmal.
form-failed-title = Es ist da, und jemand kümmert sich darum
form-failed = Ihre Angaben sind angekommen und konnten nicht von selbst übernommen werden. Jemand von uns kümmert sich darum; Sie müssen sie nicht noch einmal senden.
question-sum = Was ist { $first } plus { $second }?
question-wrong = Das ist nicht die Summe. Hier ist eine andere Frage.
question-why = Schreiben Sie die Summe in Ziffern. Die Frage hält Programme ab; niemand sonst wird gefragt.
number-1 = eins
number-2 = zwei
number-3 = drei
number-4 = vier
number-5 = fünf
number-6 = sechs
number-7 = sieben
number-8 = acht
number-9 = neun

## After a form

thanks-title = Danke
thanks-text = Vielen Dank.
thanks-on = Weiter
inbox-title = Bitte sehen Sie in Ihr Postfach
inbox-text = Bitte sehen Sie in Ihr Postfach. Was Sie wünschen, beginnt, sobald Sie den Link in unserer E-Mail öffnen und dort die Schaltfläche drücken.

## The subscription center

center-saved = Ihre Auswahl ist gespeichert. Das ist jetzt der Stand:
center-waits = Gespeichert. Was Sie neu erlauben, beginnt, sobald Sie den Link in der eben gesendeten E-Mail öffnen und dort die Schaltfläche drücken.
center-waiting = Wartet auf Ihre Bestätigung per E-Mail: { $what }.
center-receipts = Ein Beleg über jede Einwilligung, die Sie gegeben oder zurückgenommen haben:
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

## Signing in

signin-title = Anmelden
signin-address = Mailadresse
signin-password = Passwort
signin-button = Anmelden
signin-none = Noch kein Passwort, oder vergessen? Die Administration stellt Ihnen einen Link aus, mit dem Sie eines setzen.
signin-new = Noch kein Passwort? Die Administration stellt Ihnen einen Link aus, mit dem Sie eines setzen.
signin-forgot = Passwort vergessen?
forgot-title = Ein neues Passwort
forgot-text = Geben Sie die Mailadresse Ihres Kontos an. Gibt es eines, geht eine E-Mail dorthin mit einem Link, über den Sie ein neues Passwort setzen. Der Link gilt einmal, innerhalb einer halben Stunde.
forgot-button = E-Mail senden
forgot-done = Wenn ein Konto diese Adresse hat, ist eine E-Mail dorthin unterwegs. Das kann einige Minuten dauern; sehen Sie auch bei unerwünschten E-Mails nach. Es kommt nichts? Fragen Sie die Administration.
forgot-missing = Geben Sie eine Mailadresse an.
forgot-no-mail = Diese Installation versendet keine E-Mails. Die Administration stellt Ihnen einen Link aus, mit dem Sie ein neues Passwort setzen.
forgot-back = Zurück zum Anmelden
passkey-button = Mit einem Passkey anmelden
passkey-failed = Das Gerät hat Sie nicht angemeldet: es wurde abgebrochen, hat zu lange gedauert, oder es gibt keinen Passkey für diese Seite. Versuchen Sie es wieder, oder melden Sie sich anders an.
passkey-refused = Dieser Passkey meldet Sie nicht an: er wurde entfernt, das Konto ist geschlossen, die Seite war zu lange offen, oder es wurde zu oft versucht. Versuchen Sie es wieder; hilft das nicht, melden Sie sich anders an.
signin-refused = Adresse und Passwort passen nicht zusammen, oder es wurden zu oft falsche versucht; dann warten Sie bis zu 15 Minuten.
signin-too-many = Das war oft in kurzer Zeit. Bitte warten Sie einige Minuten und versuchen Sie es wieder.
link-as = Sie melden sich jetzt als { $name } an.
link-password-title = Passwort setzen
link-password-text = Dies wird das Passwort für das Konto von { $name }.
link-password-button = Passwort setzen und anmelden
password-new = Neues Passwort
password-rule = Mindestens 12 Zeichen. Mehrere Wörter sind gut; sonst wird nichts verlangt.
password-again = Neues Passwort, noch einmal
password-current = Jetziges Passwort
password-short = Das Passwort ist zu kurz: nehmen Sie mindestens 12 Zeichen.
password-long = Das Passwort ist zu lang: nehmen Sie höchstens 256 Zeichen.
password-common = Dieses Passwort nehmen zu viele, oder es ist leicht zu erraten. Nehmen Sie ein anderes.
password-own = Das Passwort ist kaum mehr als Ihr Name oder Ihre Adresse. Nehmen Sie ein anderes.
password-differs = Die beiden neuen Passwörter sind verschieden.
password-wrong = Das jetzige Passwort stimmt nicht, oder es wurden zu oft falsche versucht; dann warten Sie bis zu 15 Minuten.

## The own account

account-title = Ihr Konto
account-home = Zurück zur ersten Seite
account-password = Passwort
account-password-button = Passwort ändern
account-password-done = Das Passwort ist geändert. Alle Ihre anderen Sitzungen sind beendet.
account-sessions = Wo Sie angemeldet sind
account-end-all = Überall abmelden
session-this = diese Sitzung
session-unknown = Ein Browser
session-since = seit { $time }
session-seen = zuletzt gesehen { $time }
session-end = Beenden
session-ended = Die Sitzung ist beendet.
trouble-signin-link = Dieser Link ist verbraucht. Er gilt einmal: zum Anmelden 15 Minuten, per E-Mail verlangt eine halbe Stunde, als Einladung drei Tage. Verlangen Sie eine neue E-Mail, oder fragen Sie die Administration nach einem neuen.
trouble-signed-out = Sie sind abgemeldet, oder diese Seite ist veraltet. Melden Sie sich an, öffnen Sie die Seite neu und senden Sie das Formular von dort.
trouble-session-old = Dafür müssen Sie sich in der letzten Stunde angemeldet haben. Melden Sie sich ab und wieder an, und kommen Sie dann zurück.
account-passkeys = Passkeys
account-passkeys-text = Mit einem Passkey melden Sie sich ohne Passwort an: Ihr Gerät fragt nach Finger, Gesicht oder seiner PIN und beweist nur dieser Seite, dass Sie es sind.
account-passkeys-none = Sie haben noch keinen.
passkey-since = angelegt { $time }
passkey-used = zuletzt benutzt { $time }
passkey-unused = nie benutzt
passkey-change = { $name } umbenennen oder entfernen
passkey-name = Name
passkey-new-name = Name des neuen Passkeys
passkey-name-hint = Damit Sie ihn wiedererkennen, etwa „mein Telefon“. Leer: die Art dieses Browsers.
passkey-new = Passkey hinzufügen
passkey-rename = Umbenennen
passkey-remove = { $name } entfernen
passkey-remove-text = Er meldet niemanden mehr an, und Ihre anderen Sitzungen enden. Löschen Sie ihn auch auf dem Gerät. Achten Sie darauf, dass Sie sich anders anmelden können.
passkey-added = Der Passkey ist hinzugefügt. Sie können sich ab jetzt mit ihm anmelden.
passkey-renamed = Der Passkey hat seinen neuen Namen.
passkey-removed = Der Passkey ist entfernt. Ihre anderen Sitzungen sind beendet.
passkey-nameless = Ein Passkey braucht einen Namen.
passkey-most = Sie haben 20 Passkeys, mehr geht nicht. Entfernen Sie zuerst einen.
passkey-known = Dieses Gerät hat schon einen Passkey für Ihr Konto.
passkey-new-failed = Es wurde kein Passkey hinzugefügt: es wurde abgebrochen, hat zu lange gedauert, oder das Gerät kann keinen anlegen. Versuchen Sie es wieder.
passkey-without = Zum Hinzufügen braucht es einen Browser, der Skripte ausführt und Passkeys kennt; dieser tut es nicht.
passkeys-need-name = Passkeys sind an den Namen einer Seite gebunden, und diese ist unter { $address } zu erreichen, ohne Namen. Die Administration gibt ihr einen (server.base_url); auf diesem Rechner genügt http://localhost mit dem Port.
passkeys-need-https = Passkeys brauchen eine verschlüsselte Verbindung, und diese Seite ist unter { $address } zu erreichen. Die Administration richtet https ein.
trouble-passkey = Dieser Passkey zählt hier nicht. Öffnen Sie die Seite neu und versuchen Sie es noch einmal.
reset-mail-subject = Ein neues Passwort
reset-mail-hello = Guten Tag { $name },
reset-mail-why = jemand, wahrscheinlich Sie, hat ein neues Passwort für Ihr Konto verlangt. Mit diesem Link setzen Sie eines:
reset-mail-button = Neues Passwort setzen
reset-mail-once = Der Link gilt einmal, innerhalb einer halben Stunde. Überall, wo Sie angemeldet sind, werden Sie abgemeldet.
reset-mail-otherwise = Haben Sie das nicht verlangt, lassen Sie die E-Mail liegen: nichts ändert sich. Kommt sie immer wieder, sagen Sie es der Administration.
account-tokens = Zugriffstoken
account-tokens-text = Für Ihre Programme: mit einem Token lesen und schreiben sie, was Sie selbst lesen und schreiben dürfen.
token-read = nur lesen
token-write = lesen und schreiben
token-until = bis { $time }
token-revoke = Widerrufen
token-name = Wofür er ist
token-days = Tage, die er gilt (höchstens 365)
token-scope = Umfang
token-create = Token ausstellen
token-made = Das ist der Token. Kopieren Sie ihn jetzt: er wird nicht wieder gezeigt.
token-revoked = Der Token ist beendet.
signin-provider = Mit { $name } anmelden
signin-provider-refused = Der Anmeldedienst hat Sie nicht angemeldet, oder Sie haben hier noch keinen Platz. Versuchen Sie es wieder, oder fragen Sie die Administration.
