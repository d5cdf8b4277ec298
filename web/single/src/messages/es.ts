import type { Messages } from "./keys.js";

export const es: Messages = {
  failures: {
    "no-app-given": [
      "No se ha indicado ninguna aplicación",
      "La dirección de este marco necesita ?appid=… y ?sheet=… u ?obj=….",
    ],
    "no-such-app": [
      "Esta aplicación no existe",
      "Es posible que se haya eliminado o que su identificador esté mal escrito.",
    ],
    "no-such-sheet": ["Esta hoja no existe", "La aplicación no tiene ninguna hoja con este identificador."],
    "no-such-object": [
      "Este gráfico no existe",
      "La aplicación no tiene ningún objeto con este identificador.",
    ],
    "not-permitted": ["No tiene permiso para abrir esta aplicación", "Pida acceso a su propietario."],
    "signed-out": ["No ha iniciado sesión", "Identifíquese de nuevo en la página que rodea esta hoja."],
    replaced: ["Otra persona ha iniciado sesión", "Ahora hay otra persona conectada en este navegador."],
    revoked: ["Su sesión se ha cerrado", "Un administrador la ha cerrado."],
    "cookies-blocked": [
      "Su navegador bloquea la cookie con la que inicia sesión",
      "Permita las cookies de este sitio o abra la página en otro navegador.",
    ],
    "no-ticket": [
      "La página que rodea esta hoja no inicia su sesión",
      "Vuelva a cargar la página; si sigue igual, avise a su responsable.",
    ],
    "session-ended": ["Su sesión ha terminado", "Empiece de nuevo para continuar."],
    "session-limit": ["Hay demasiadas sesiones abiertas", "Cierre otra ventana e inténtelo de nuevo."],
    "too-many-requests": ["Demasiadas solicitudes", "Espere un momento e inténtelo de nuevo."],
    "app-removed": ["La aplicación ya no está", "Se ha eliminado mientras la usaba."],
    offline: ["No tiene conexión", "La hoja volverá cuando vuelva la conexión."],
    unreachable: ["No se puede acceder al servidor de análisis", "Inténtelo de nuevo en un momento."],
    "charts-not-loaded": [
      "No se han podido cargar los gráficos",
      "Compruebe su conexión e inténtelo de nuevo.",
    ],
    unexpected: [
      "Algo ha ido mal",
      "Inténtelo de nuevo; si sigue igual, avise al responsable de esta página.",
    ],
  },
  words: {
    loading: "Cargando…",
    offline: "No tiene conexión",
    reconnecting: "Recuperando la conexión…",
    paused: "En pausa",
    retry: "Intentar de nuevo",
    "not-applied": "No se ha podido aplicar todo lo que pide esta dirección:",
    bookmark: "marcador",
    field: "campo",
    state: "estado",
    expiring: "Su sesión termina en {seconds} segundos.",
    stay: "Seguir conectado",
    close: "Cerrar",
    "sign-in-at": "Inicie sesión en su portal:",
    "sign-in-somewhere": "Abra el portal que muestra esta hoja e inicie sesión allí.",
    "chart-missing": "Este gráfico no está disponible.",
    "chart-unknown": "Aquí no se pueden dibujar gráficos de este tipo",
    "chart-incomplete": "A este gráfico le faltan dimensiones o medidas",
    "chart-error": "Este gráfico no se puede calcular",
    "column-error": "Una columna de este gráfico no se puede calcular",
    "chart-no-data": "No hay nada que mostrar para esta selección.",
    "chart-failed": "No se ha podido dibujar este gráfico",
    sheet: "Hoja",
  },
};
