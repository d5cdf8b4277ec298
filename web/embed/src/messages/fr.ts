import type { Messages } from "./keys.js";

export const fr: Messages = {
  texts: {
    "signing-in": ["Un instant", "Connexion à votre compte…"],
    connecting: ["Un instant", "Ouverture de vos analyses…"],
    resuming: ["Un instant", "Rétablissement de la connexion…"],
    rebuilt: ["Votre session a été renouvelée", "Certaines de vos sélections n’ont pas pu être conservées."],
    "suspended.offline": [
      "Vous êtes hors ligne",
      "Les graphiques reviendront d’eux-mêmes avec votre connexion.",
    ],
    "suspended.network": [
      "Connexion perdue",
      "Nous la rétablissons. Vos sélections sont conservées quelque temps.",
    ],
    "suspended.asleep": ["Bon retour", "La connexion était en pause pendant la veille de votre appareil."],
    "suspended.engine-restart": ["Le serveur redémarre", "Les graphiques reviennent dans un instant."],
    "suspended.manual": ["En pause", "Vos sélections sont conservées quelque temps."],
    "expiring.idle": ["Êtes-vous toujours là ?", "Votre session se termine dans {seconds} secondes."],
    "expiring.lifetime": ["Votre session se termine bientôt", "Elle se termine dans {seconds} secondes."],
    "ended.idle-timeout": ["Votre session a expiré", "Il ne s’est rien passé pendant un moment."],
    "ended.lifetime": ["Votre session est terminée", "Elle a atteint sa durée maximale."],
    "ended.revoked": ["Votre session a été fermée", "Un administrateur y a mis fin."],
    "ended.signed-out": ["Vous êtes déconnecté", "Recommencez pour continuer."],
    "ended.replaced": [
      "Quelqu’un d’autre s’est connecté",
      "Une autre personne est maintenant connectée dans ce navigateur.",
    ],
    "ended.app-removed": ["Cette application n’est pas disponible", "Elle a peut-être été supprimée."],
    "ended.no-such-app": [
      "Cette application n’existe pas",
      "Son identifiant est peut-être mal écrit. Prévenez le responsable de cette page.",
    ],
    "ended.session-limit": ["Trop de sessions sont ouvertes", "Fermez une autre fenêtre et recommencez."],
    "ended.not-permitted": ["Accès refusé", "Vous n’avez pas le droit d’ouvrir cette application."],
    "blocked.cookies-blocked": [
      "Votre navigateur bloque un cookie nécessaire ici",
      "Autorisez les cookies pour ce site dans les réglages du navigateur, puis recommencez.",
    ],
    "blocked.frame-refused": [
      "Les graphiques ne peuvent pas être affichés ici",
      "Le serveur d’analyse n’a pas permis à cette page de les afficher.",
    ],
    "blocked.origin-not-allowed": [
      "Les graphiques ne peuvent pas être affichés ici",
      "Le serveur d’analyse ne connaît pas cette page.",
    ],
    "blocked.unknown-integration": [
      "Les graphiques ne peuvent pas être affichés ici",
      "Cette page nomme une intégration web que le serveur d’analyse n’a pas.",
    ],
    "blocked.local-network-denied": [
      "Votre navigateur interdit à cette page l’accès à votre réseau local",
      "Le serveur d’analyse s’y trouve. Autorisez l’accès aux appareils du réseau local pour ce site dans les réglages du navigateur, puis recommencez.",
    ],
    "blocked.token-endpoint-failed": [
      "Connexion impossible",
      "Ce site n’a pas pu se porter garant de vous. Identifiez-vous de nouveau.",
    ],
    "blocked.token-rejected": ["Connexion impossible", "Le serveur d’analyse n’a pas accepté la connexion."],
    "blocked.tenant-unreachable": ["Les analyses sont injoignables", "Réessayez dans un instant."],
  },
  actions: { restart: "Recommencer", resume: "Reprendre", stay: "Rester connecté", dismiss: "Fermer" },
  frame: "Analyses",
};
