## Buttons and frames of forms

form-mend = Veuillez corriger ceci ; rien n'est encore enregistré.
form-required = (obligatoire)
form-nothing = Rien
form-leave-empty = Laissez ce champ vide
form-too-fast = C'était très rapide. Veuillez relire et appuyer encore une fois sur le bouton.
form-too-many = C'était souvent en peu de temps. Veuillez réessayer plus tard.
form-failed-title = C’est arrivé, et quelqu’un s’en occupe
form-failed = Vos indications sont arrivées et n’ont pas pu être reprises d’elles-mêmes. Quelqu’un de chez nous s’en occupe ; inutile de les renvoyer.
question-sum = Combien font { $first } plus { $second } ?
question-wrong = Ce n’est pas la somme. Voici une autre question.
question-why = Écrivez la somme en chiffres. La question écarte les programmes ; personne d’autre n’est interrogé.
number-1 = un
number-2 = deux
number-3 = trois
number-4 = quatre
number-5 = cinq
number-6 = six
number-7 = sept
number-8 = huit
number-9 = neuf

## After a form

thanks-title = Merci
thanks-text = Merci.
thanks-on = Continuer
inbox-title = Veuillez regarder votre boîte de réception
inbox-text = Veuillez regarder votre boîte de réception. Ce que vous demandez commence quand vous ouvrez le lien de notre message et appuyez sur le bouton.

## The subscription center

center-saved = Vos choix sont enregistrés. Voici ce qui est enregistré maintenant :
center-waits = Enregistré. Ce que vous autorisez de nouveau commence quand vous ouvrez le lien du message que nous venons d'envoyer et appuyez sur le bouton.
center-waiting = En attente de votre confirmation par e-mail : { $what }.
center-receipts = Un reçu de chaque consentement que vous avez donné ou retiré :
center-objected = Votre navigateur indique que vous ne voulez pas être suivi (Global Privacy Control). Nous l'avons noté : nous n'enregistrons pas quand vous ouvrez des messages ou suivez des liens.
waiting-level = consentement "{ $name }"
waiting-list = la liste "{ $name }"

## Confirmations

wish-level = vous acceptez "{ $name }"
wish-level-meaning = vous acceptez "{ $name }" : { $meaning }
wish-list = vous voulez être sur la liste "{ $name }"
wish-form = ce que vous avez saisi dans "{ $name }" est exact
wish-child = vous parlez comme parent ou tuteur de { $name }
confirm-title = Veuillez confirmer
confirm-lead = Veuillez confirmer :
confirm-button = Oui, je confirme
confirm-otherwise = Si vous n'avez rien demandé, fermez cette page : rien ne change.
confirmed-title = Confirmé
confirmed-lead = Merci. Il est noté :
confirmed-change = Vous pouvez le changer à tout moment par le lien de chaque message.

## Unsubscribing

unsubscribe-title = Se désabonner
unsubscribe-text = Appuyez sur le bouton et nous n'enverrons plus d'envois en nombre à votre adresse.
unsubscribe-button = Se désabonner
unsubscribe-detail = Choisir en détail ce que nous pouvons faire
unsubscribed-title = Désabonné
unsubscribed-text = Vous êtes désabonné. Plus aucun envoi en nombre ne va à votre adresse.

## What did not work

trouble-missing = Introuvable
trouble-gone = Plus disponible
trouble-invalid = Cela n'a pas fonctionné
trouble-ours = Une erreur s'est produite de notre côté. Rien n'a été changé. Veuillez réessayer.
trouble-link = Ce lien n'est pas valable. Utilisez le lien du message tel quel.
trouble-page = Cette page n'existe pas ici.
trouble-personal = Cette page s'ouvre avec le lien personnel d'un de nos messages.
trouble-not-open = Ce formulaire n'est pas ouvert.
trouble-over = Ce lien n'est plus utile. Il a déjà servi, a expiré, ou un plus récent a pris sa place.
trouble-many = Trop à la fois
trouble-form-changed = Le formulaire a changé depuis que vous l'avez rempli. Veuillez le remplir à nouveau.
trouble-no-data = Il n'y a plus de données vous concernant ici.
trouble-input = Quelque chose n'a pas pu être repris. Veuillez vérifier et réessayer.

## Transmettre à un ami

forward-mail = L’e-mail : { $subject }
forward-what = Chaque personne reçoit une copie sans rien sur vous. Les adresses ne servent à rien d’autre et sont effacées après 30 jours. Qui ne veut pas de tels e-mails n’en reçoit pas.
forward-done = Les copies sont en route, sauf vers les personnes qui n’en veulent pas ou qui ont déjà cet e-mail.
refuse-title = Plus de copies
refuse-text = Vous avez reçu la copie d’un e-mail parce que quelqu’un a saisi votre adresse. Appuyez sur le bouton et plus aucun e-mail de notre part n’ira à votre adresse, sauf si vous le demandez vous-même.
refuse-button = Plus d’e-mails à mon adresse
refuse-detail = Votre adresse est effacée 30 jours après la copie. De votre refus nous gardons un code qui ne permet pas de lire l’adresse. Cette copie ne peut pas être transmise d’ici ; votre messagerie le peut.
refused-title = C’est noté
refused-text = Plus aucun e-mail de ce genre n’ira à votre adresse.

## Signing in

signin-title = Connexion
signin-address = Adresse e-mail
signin-password = Mot de passe
signin-button = Se connecter
signin-none = Pas encore de mot de passe, ou oublié ? L'administration vous remet un lien pour en choisir un.
signin-new = Pas encore de mot de passe ? L'administration vous remet un lien pour en choisir un.
signin-forgot = Mot de passe oublié ?
forgot-title = Un nouveau mot de passe
forgot-text = Indiquez l'adresse e-mail de votre compte. S'il y en a un, un e-mail y part avec un lien pour choisir un nouveau mot de passe. Le lien marche une fois, pendant une demi-heure.
forgot-button = Envoyer l'e-mail
forgot-done = Si un compte a cette adresse, un e-mail est en route. Cela peut prendre quelques minutes ; regardez aussi parmi les indésirables. Rien ne vient ? Demandez à l'administration.
forgot-missing = Indiquez une adresse e-mail.
forgot-no-mail = Cette installation n'envoie pas d'e-mails. L'administration vous remet un lien pour choisir un nouveau mot de passe.
forgot-back = Retour à la connexion
passkey-button = Se connecter avec une clé d'accès
passkey-failed = L'appareil ne vous a pas connecté : annulation, délai dépassé, ou aucune clé d'accès pour ce site. Réessayez, ou connectez-vous autrement.
passkey-refused = Cette clé d'accès ne vous connecte pas : elle a été retirée, le compte est fermé, la page est restée ouverte trop longtemps, ou il y a eu trop d'essais. Réessayez ; sinon, connectez-vous autrement.
signin-refused = L'adresse et le mot de passe ne correspondent pas, ou il y a eu trop d'essais erronés ; dans ce cas, attendez jusqu'à 15 minutes.
signin-too-many = Cela fait beaucoup d'essais en peu de temps. Attendez quelques minutes et réessayez.
link-as = Vous allez vous connecter en tant que { $name }.
link-password-title = Choisir votre mot de passe
link-password-text = Ce sera le mot de passe du compte de { $name }.
link-password-button = Enregistrer le mot de passe et se connecter
password-new = Nouveau mot de passe
password-rule = Au moins 12 caractères. Plusieurs mots conviennent bien ; rien d'autre n'est exigé.
password-again = Nouveau mot de passe, encore une fois
password-current = Mot de passe actuel
password-short = Le mot de passe est trop court : prenez au moins 12 caractères.
password-long = Le mot de passe est trop long : prenez au plus 256 caractères.
password-common = Trop de gens prennent ce mot de passe, ou il est facile à deviner. Prenez-en un autre.
password-own = Le mot de passe n'est guère plus que votre nom ou votre adresse. Prenez-en un autre.
password-differs = Les deux nouveaux mots de passe diffèrent.
password-wrong = Le mot de passe actuel n'est pas le bon, ou il y a eu trop d'essais erronés ; dans ce cas, attendez jusqu'à 15 minutes.

## The own account

account-title = Votre compte
account-home = Retour à la première page
account-password = Mot de passe
account-password-button = Changer le mot de passe
account-password-done = Le mot de passe est changé. Toutes vos autres sessions sont terminées.
account-sessions = Où vous êtes connecté
account-end-all = Se déconnecter partout
session-this = cette session
session-unknown = Un navigateur
session-since = depuis { $time }
session-seen = vue pour la dernière fois { $time }
session-end = Terminer
session-ended = La session est terminée.
trouble-signin-link = Ce lien a déjà servi ou a expiré. Il marche une fois : 15 minutes pour se connecter, une demi-heure s'il est venu par e-mail, trois jours pour une invitation. Demandez un autre e-mail, ou un nouveau lien à l'administration.
trouble-signed-out = Vous êtes déconnecté, ou cette page est ancienne. Connectez-vous, rouvrez la page et envoyez le formulaire depuis celle-ci.
trouble-session-old = Pour cela, il faut s'être connecté il y a moins d'une heure. Déconnectez-vous, reconnectez-vous, puis revenez.
account-passkeys = Clés d'accès
account-passkeys-text = Avec une clé d'accès, vous vous connectez sans mot de passe : votre appareil demande votre doigt, votre visage ou son code, et prouve à ce site seul que c'est vous.
account-passkeys-none = Vous n'en avez pas encore.
passkey-since = créée { $time }
passkey-used = utilisée pour la dernière fois { $time }
passkey-unused = jamais utilisée
passkey-change = Renommer ou retirer { $name }
passkey-name = Nom
passkey-new-name = Nom de la nouvelle clé d'accès
passkey-name-hint = Pour la reconnaître, par exemple « mon téléphone ». Vide : le type de ce navigateur.
passkey-new = Ajouter une clé d'accès
passkey-rename = Renommer
passkey-remove = Retirer { $name }
passkey-remove-text = Elle ne connecte plus personne, et vos autres sessions prennent fin. Effacez-la aussi sur l'appareil. Assurez-vous d'avoir un autre moyen de vous connecter.
passkey-added = La clé d'accès est ajoutée. Vous pouvez désormais vous connecter avec elle.
passkey-renamed = La clé d'accès a son nouveau nom.
passkey-removed = La clé d'accès est retirée. Vos autres sessions sont terminées.
passkey-nameless = Une clé d'accès a besoin d'un nom.
passkey-most = Vous avez 20 clés d'accès, c'est le maximum. Retirez-en une d'abord.
passkey-known = Cet appareil a déjà une clé d'accès pour votre compte.
passkey-new-failed = Aucune clé d'accès n'a été ajoutée : annulation, délai dépassé, ou l'appareil ne peut pas en créer. Réessayez.
passkey-without = Pour en ajouter une, il faut un navigateur qui exécute des scripts et connaît les clés d'accès ; ce n'est pas le cas de celui-ci.
passkeys-need-name = Les clés d'accès sont liées au nom d'un site, et celui-ci se trouve à { $address }, sans nom. L'administration lui en donne un (server.base_url) ; sur cette machine, http://localhost avec le port suffit.
passkeys-need-https = Les clés d'accès demandent une connexion chiffrée, et ce site se trouve à { $address }. L'administration met https en place.
trouble-passkey = Cette clé d'accès ne compte pas ici. Rouvrez la page et réessayez.
reset-mail-subject = Un nouveau mot de passe
reset-mail-hello = Bonjour { $name },
reset-mail-why = quelqu'un, sans doute vous, a demandé un nouveau mot de passe pour votre compte. Ce lien permet d'en choisir un :
reset-mail-button = Choisir un nouveau mot de passe
reset-mail-once = Le lien marche une fois, pendant une demi-heure. Partout où vous êtes connecté, vous serez déconnecté.
reset-mail-otherwise = Si vous n'avez rien demandé, laissez cet e-mail : rien ne change. S'il revient sans cesse, prévenez l'administration.
account-tokens = Jetons d'accès
account-tokens-text = Pour vos programmes : avec un jeton, ils lisent et écrivent ce que vous pouvez lire et écrire vous-même.
token-read = lecture seule
token-write = lecture et écriture
token-until = jusqu'au { $time }
token-revoke = Révoquer
token-name = À quoi il sert
token-days = Jours de validité (au plus 365)
token-scope = Portée
token-create = Créer un jeton
token-made = Voici le jeton. Copiez-le maintenant : il ne sera plus affiché.
token-revoked = Le jeton a pris fin.
signin-provider = Se connecter avec { $name }
signin-provider-refused = Le fournisseur d'identité ne vous a pas connecté, ou personne ne vous a encore donné de place ici. Réessayez, ou demandez à l'administration.
