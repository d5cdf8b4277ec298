import type { Messages } from "./keys.js";

export const de: Messages = {
  failures: {
    "no-app-given": [
      "Es wurde keine App genannt",
      "Die Adresse dieses Rahmens braucht ?appid=… und ?sheet=… oder ?obj=….",
    ],
    "no-such-app": [
      "Diese App gibt es nicht",
      "Sie wurde möglicherweise entfernt, oder die Kennung ist falsch geschrieben.",
    ],
    "no-such-sheet": [
      "Dieses Arbeitsblatt gibt es nicht",
      "Die App hat kein Arbeitsblatt mit dieser Kennung.",
    ],
    "no-such-object": ["Dieses Diagramm gibt es nicht", "Die App hat kein Objekt mit dieser Kennung."],
    "not-permitted": ["Sie dürfen diese App nicht öffnen", "Bitten Sie ihren Eigentümer um Zugriff."],
    "signed-out": ["Sie sind nicht angemeldet", "Melden Sie sich auf der umgebenden Seite neu an."],
    replaced: [
      "Jemand anderes hat sich angemeldet",
      "In diesem Browser ist jetzt eine andere Person angemeldet.",
    ],
    revoked: ["Ihre Sitzung wurde beendet", "Die Administration hat sie beendet."],
    "cookies-blocked": [
      "Ihr Browser blockiert das Cookie, mit dem Sie angemeldet werden",
      "Erlauben Sie Cookies für diese Website oder öffnen Sie die Seite in einem anderen Browser.",
    ],
    "no-ticket": [
      "Die umgebende Seite meldet Sie nicht an",
      "Laden Sie die Seite neu; wenn es so bleibt, sagen Sie ihrem Betreiber Bescheid.",
    ],
    "session-ended": ["Ihre Sitzung ist beendet", "Starten Sie sie neu, um fortzufahren."],
    "session-limit": [
      "Zu viele Sitzungen sind offen",
      "Schließen Sie ein anderes Fenster und versuchen Sie es noch einmal.",
    ],
    "too-many-requests": ["Zu viele Anfragen", "Warten Sie einen Moment und versuchen Sie es noch einmal."],
    "app-removed": ["Die App ist nicht mehr da", "Sie wurde entfernt, während Sie damit gearbeitet haben."],
    offline: ["Sie sind offline", "Das Arbeitsblatt kommt zurück, sobald die Verbindung wieder besteht."],
    unreachable: ["Der Analyseserver ist nicht erreichbar", "Versuchen Sie es gleich noch einmal."],
    "charts-not-loaded": [
      "Die Diagramme konnten nicht geladen werden",
      "Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.",
    ],
    unexpected: [
      "Etwas ist schiefgegangen",
      "Versuchen Sie es noch einmal; wenn es so bleibt, sagen Sie dem Betreiber dieser Seite Bescheid.",
    ],
  },
  words: {
    loading: "Wird geladen…",
    offline: "Sie sind offline",
    reconnecting: "Verbindung wird wiederhergestellt…",
    paused: "Angehalten",
    retry: "Noch einmal versuchen",
    "not-applied": "Nicht alles, was diese Adresse verlangt, konnte angewendet werden:",
    bookmark: "Lesezeichen",
    field: "Feld",
    state: "Zustand",
    expiring: "Ihre Sitzung endet in {seconds} Sekunden.",
    stay: "Angemeldet bleiben",
    close: "Schließen",
    "sign-in-at": "Melden Sie sich in Ihrem Portal an:",
    "sign-in-somewhere": "Öffnen Sie das Portal, das dieses Arbeitsblatt zeigt, und melden Sie sich dort an.",
    "sign-in-console": "Wer eine App als Autor oder Administrator ansehen will, meldet sich hier an:",
    "chart-missing": "Dieses Diagramm ist nicht verfügbar.",
    "chart-unknown": "Diagramme dieses Typs können hier nicht gezeichnet werden",
    "chart-incomplete": "Diesem Diagramm fehlen Dimensionen oder Kennzahlen",
    "chart-error": "Dieses Diagramm kann nicht berechnet werden",
    "column-error": "Eine Spalte dieses Diagramms kann nicht berechnet werden",
    "chart-no-data": "Zu dieser Auswahl gibt es nichts zu zeigen.",
    "chart-failed": "Dieses Diagramm konnte nicht gezeichnet werden",
    sheet: "Arbeitsblatt",
  },
};
