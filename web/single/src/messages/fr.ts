import type { Messages } from "./keys.js";

export const fr: Messages = {
  failures: {
    "no-app-given": [
      "Aucune application n’a été indiquée",
      "L’adresse de ce cadre doit contenir ?appid=… et ?sheet=… ou ?obj=….",
    ],
    "no-such-app": [
      "Cette application n’existe pas",
      "Elle a peut-être été supprimée, ou son identifiant est mal saisi.",
    ],
    "no-such-sheet": ["Cette feuille n’existe pas", "L’application n’a aucune feuille avec cet identifiant."],
    "no-such-object": ["Ce graphique n’existe pas", "L’application n’a aucun objet avec cet identifiant."],
    "not-permitted": [
      "Vous n’avez pas le droit d’ouvrir cette application",
      "Demandez l’accès à son propriétaire.",
    ],
    "signed-out": [
      "Vous n’êtes pas connecté",
      "Identifiez-vous de nouveau dans la page qui entoure cette feuille.",
    ],
    replaced: [
      "Quelqu’un d’autre s’est connecté",
      "Une autre personne est maintenant connectée dans ce navigateur.",
    ],
    revoked: ["Votre session a été fermée", "Un administrateur y a mis fin."],
    "cookies-blocked": [
      "Votre navigateur bloque le cookie qui vous connecte",
      "Autorisez les cookies pour ce site, ou ouvrez la page dans un autre navigateur.",
    ],
    "no-ticket": [
      "La page qui entoure cette feuille ne vous connecte pas",
      "Rechargez la page ; si cela persiste, prévenez son responsable.",
    ],
    "session-ended": ["Votre session est terminée", "Recommencez pour continuer."],
    "session-limit": ["Trop de sessions sont ouvertes", "Fermez une autre fenêtre et réessayez."],
    "too-many-requests": ["Trop de requêtes", "Attendez un instant et réessayez."],
    "app-removed": ["L’application n’est plus là", "Elle a été supprimée pendant que vous l’utilisiez."],
    offline: ["Vous êtes hors ligne", "La feuille reviendra avec votre connexion."],
    unreachable: ["Le serveur d’analyse est injoignable", "Réessayez dans un instant."],
    "charts-not-loaded": [
      "Les graphiques n’ont pas pu être chargés",
      "Vérifiez votre connexion et réessayez.",
    ],
    unexpected: [
      "Un problème est survenu",
      "Réessayez ; si cela persiste, prévenez le responsable de cette page.",
    ],
  },
  words: {
    loading: "Chargement…",
    offline: "Vous êtes hors ligne",
    reconnecting: "Rétablissement de la connexion…",
    paused: "En pause",
    retry: "Réessayer",
    "not-applied": "Tout ce que demande cette adresse n’a pas pu être appliqué :",
    bookmark: "favori",
    field: "champ",
    state: "état",
    expiring: "Votre session se termine dans {seconds} secondes.",
    stay: "Rester connecté",
    close: "Fermer",
    "sign-in-at": "Connectez-vous sur votre portail :",
    "sign-in-somewhere": "Ouvrez le portail qui affiche cette feuille et connectez-vous-y.",
    "sign-in-console":
      "Pour consulter une application en tant qu’auteur ou administrateur, connectez-vous ici :",
    "chart-missing": "Ce graphique n’est pas disponible.",
    "chart-unknown": "Les graphiques de ce type ne peuvent pas être affichés ici",
    "chart-incomplete": "Il manque à ce graphique des dimensions ou des mesures",
    "chart-error": "Ce graphique ne peut pas être calculé",
    "column-error": "Une colonne de ce graphique ne peut pas être calculée",
    "chart-no-data": "Il n’y a rien à afficher pour cette sélection.",
    "chart-failed": "Ce graphique n’a pas pu être dessiné",
    sheet: "Feuille",
  },
};
