import type { Messages } from "./keys.js";

export const de: Messages = {
  texts: {
    "signing-in": ["Einen Moment", "Sie werden angemeldet…"],
    connecting: ["Einen Moment", "Ihre Analyse wird geöffnet…"],
    resuming: ["Einen Moment", "Die Verbindung wird wiederhergestellt…"],
    rebuilt: ["Ihre Sitzung wurde erneuert", "Einige Ihrer Auswahlen konnten nicht erhalten werden."],
    "suspended.offline": [
      "Sie sind offline",
      "Die Diagramme kommen von selbst zurück, sobald die Verbindung wieder besteht.",
    ],
    "suspended.network": [
      "Verbindung verloren",
      "Wir stellen sie wieder her. Ihre Auswahlen bleiben eine Weile erhalten.",
    ],
    "suspended.asleep": ["Willkommen zurück", "Die Verbindung ruhte, während Ihr Gerät im Ruhezustand war."],
    "suspended.engine-restart": ["Der Server startet neu", "Die Diagramme sind gleich wieder da."],
    "suspended.manual": ["Angehalten", "Ihre Auswahlen bleiben eine Weile erhalten."],
    "expiring.idle": ["Sind Sie noch da?", "Ihre Sitzung endet in {seconds} Sekunden."],
    "expiring.lifetime": ["Ihre Sitzung endet bald", "Sie endet in {seconds} Sekunden."],
    "ended.idle-timeout": ["Ihre Sitzung ist abgelaufen", "Eine Zeit lang ist nichts geschehen."],
    "ended.lifetime": ["Ihre Sitzung ist beendet", "Sie hat ihre längste Dauer erreicht."],
    "ended.revoked": ["Ihre Sitzung wurde beendet", "Die Administration hat sie beendet."],
    "ended.signed-out": ["Sie sind abgemeldet", "Starten Sie neu, um fortzufahren."],
    "ended.replaced": [
      "Jemand anderes hat sich angemeldet",
      "In diesem Browser ist jetzt eine andere Person angemeldet.",
    ],
    "ended.app-removed": ["Diese App ist nicht verfügbar", "Sie wurde möglicherweise entfernt."],
    "ended.no-such-app": [
      "Diese App gibt es nicht",
      "Ihre Kennung ist vielleicht falsch geschrieben. Wenden Sie sich an die Betreuung dieser Seite.",
    ],
    "ended.session-limit": [
      "Zu viele Sitzungen sind offen",
      "Schließen Sie ein anderes Fenster und starten Sie neu.",
    ],
    "ended.not-permitted": ["Kein Zugriff", "Sie dürfen diese App nicht öffnen."],
    "blocked.cookies-blocked": [
      "Ihr Browser blockiert ein Cookie, das hier nötig ist",
      "Erlauben Sie in den Einstellungen des Browsers Cookies für diese Website und starten Sie neu.",
    ],
    "blocked.frame-refused": [
      "Die Diagramme können hier nicht gezeigt werden",
      "Der Analyseserver lässt diese Seite sie nicht zeigen.",
    ],
    "blocked.origin-not-allowed": [
      "Die Diagramme können hier nicht gezeigt werden",
      "Der Analyseserver kennt diese Seite nicht.",
    ],
    "blocked.unknown-integration": [
      "Die Diagramme können hier nicht gezeigt werden",
      "Diese Seite nennt eine Web-Integration, die der Analyseserver nicht hat.",
    ],
    "blocked.local-network-denied": [
      "Ihr Browser lässt diese Seite nicht in Ihr lokales Netzwerk",
      "Dort steht der Analyseserver. Erlauben Sie dieser Website in den Einstellungen des Browsers den Zugriff auf Geräte im lokalen Netzwerk und starten Sie neu.",
    ],
    "blocked.token-endpoint-failed": [
      "Anmeldung nicht möglich",
      "Diese Website konnte Sie nicht ausweisen. Melden Sie sich neu an.",
    ],
    "blocked.token-rejected": [
      "Anmeldung nicht möglich",
      "Der Analyseserver hat die Anmeldung nicht angenommen.",
    ],
    "blocked.tenant-unreachable": [
      "Die Analyse ist nicht erreichbar",
      "Versuchen Sie es gleich noch einmal.",
    ],
  },
  actions: { restart: "Neu starten", resume: "Fortsetzen", stay: "Angemeldet bleiben", dismiss: "Schließen" },
  frame: "Analyse",
};
