## Confirmation mails

mail-subject = Veuillez confirmer : { $organisation }
mail-subject-reminder = Rappel, veuillez confirmer : { $organisation }
mail-lead = Quelqu'un, vous sans doute, a indiqué à { $organisation } : { $what }.
mail-lead-reminder = Il y a quelques jours, quelqu'un, vous sans doute, a indiqué à { $organisation } : { $what }. Ce n'est pas encore confirmé.
mail-open = Pour confirmer, ouvrez cette page et appuyez sur le bouton :
mail-button = Ouvrir la page et appuyer sur le bouton pour confirmer
mail-close = Si ce n'était pas vous, ne faites rien : sans le bouton de cette page, rien ne change. Le lien fonctionne 30 jours.
mail-kept = Ce qui a été saisi n'est pas utilisé avant votre confirmation et sera supprimé sans elle.

## What a wish is

wish-level = vous acceptez les messages du niveau "{ $name }"
wish-list = vous voulez être sur la liste "{ $name }"
wish-form = vous avez rempli le formulaire "{ $name }"
wish-child = vous parlez comme parent ou tuteur de { $name }
wish-and = { $first } et { $second }

## What is wrong with an answer

issue-unknown = Ce champ n'est pas dans le formulaire.
issue-twice = Ce champ a été envoyé deux fois.
issue-missing = Veuillez remplir ce champ.
issue-email = Ce n'est pas une adresse e-mail ; écrivez nom@domaine.example.
issue-url = Ce n'est pas une adresse web ; écrivez https://domaine.example.
issue-phone = Ce n'est pas un numéro de téléphone.
issue-date = Ce champ attend une date, AAAA-MM-JJ.
issue-integer = Ce champ attend un nombre entier.
issue-number = Ce champ attend un nombre.
issue-long = C'est trop long ; { $most } caractères au plus.
issue-level = Ce niveau n'est pas proposé dans le formulaire.
issue-other = Cette réponse ne peut pas être reprise telle quelle.

## Errors that people read

form-changed = Le formulaire a changé depuis que vous l'avez rempli. Veuillez le remplir à nouveau.

## Copies pour des amis

friend-name = Nom de la personne { $number }
friend-email = Adresse e-mail de la personne { $number }
friend-why = Une personne qui a reçu ceci de { $organisation } nous a demandé de vous en envoyer une copie. Nous ne vous connaissons pas : votre adresse a été saisie pour cette copie seulement, ne sert à rien d’autre et est effacée après 30 jours.
friend-refuse = Plus aucune copie de ce genre à mon adresse
