import type { Messages } from "./keys.js";

export const es: Messages = {
  texts: {
    "signing-in": ["Un momento", "Iniciando su sesión…"],
    connecting: ["Un momento", "Abriendo su análisis…"],
    resuming: ["Un momento", "Recuperando la conexión…"],
    rebuilt: ["Su sesión se ha renovado", "Algunas de sus selecciones no se han podido conservar."],
    "suspended.offline": [
      "No tiene conexión",
      "Los gráficos volverán por sí solos cuando vuelva la conexión.",
    ],
    "suspended.network": [
      "Conexión perdida",
      "La estamos recuperando. Sus selecciones se conservan un tiempo.",
    ],
    "suspended.asleep": [
      "Bienvenido de nuevo",
      "La conexión estuvo en pausa mientras su dispositivo dormía.",
    ],
    "suspended.engine-restart": ["El servidor se está reiniciando", "Los gráficos volverán en un momento."],
    "suspended.manual": ["En pausa", "Sus selecciones se conservan un tiempo."],
    "expiring.idle": ["¿Sigue ahí?", "Su sesión termina en {seconds} segundos."],
    "expiring.lifetime": ["Su sesión termina pronto", "Termina en {seconds} segundos."],
    "ended.idle-timeout": ["Su sesión ha caducado", "No ha habido actividad durante un tiempo."],
    "ended.lifetime": ["Su sesión ha terminado", "Ha alcanzado su duración máxima."],
    "ended.revoked": ["Su sesión se ha cerrado", "Un administrador la ha cerrado."],
    "ended.signed-out": ["Ha cerrado la sesión", "Empiece de nuevo para continuar."],
    "ended.replaced": [
      "Otra persona ha iniciado sesión",
      "Ahora hay otra persona conectada en este navegador.",
    ],
    "ended.app-removed": ["Esta aplicación no está disponible", "Es posible que se haya eliminado."],
    "ended.no-such-app": [
      "Esta aplicación no existe",
      "Es posible que su identificador esté mal escrito. Avise a quien se ocupa de esta página.",
    ],
    "ended.session-limit": ["Hay demasiadas sesiones abiertas", "Cierre otra ventana y empiece de nuevo."],
    "ended.not-permitted": ["Sin acceso", "No tiene permiso para abrir esta aplicación."],
    "blocked.cookies-blocked": [
      "Su navegador bloquea una cookie que aquí es necesaria",
      "Permita las cookies de este sitio en los ajustes del navegador y empiece de nuevo.",
    ],
    "blocked.frame-refused": [
      "Los gráficos no se pueden mostrar aquí",
      "El servidor de análisis no ha permitido que esta página los muestre.",
    ],
    "blocked.origin-not-allowed": [
      "Los gráficos no se pueden mostrar aquí",
      "El servidor de análisis no conoce esta página.",
    ],
    "blocked.unknown-integration": [
      "Los gráficos no se pueden mostrar aquí",
      "Esta página nombra una integración web que el servidor de análisis no tiene.",
    ],
    "blocked.local-network-denied": [
      "Su navegador no permite a esta página acceder a su red local",
      "Allí está el servidor de análisis. Permita a este sitio el acceso a dispositivos de la red local en los ajustes del navegador y empiece de nuevo.",
    ],
    "blocked.token-endpoint-failed": [
      "No se ha podido iniciar la sesión",
      "Este sitio no ha podido responder por usted. Identifíquese de nuevo.",
    ],
    "blocked.token-rejected": [
      "No se ha podido iniciar la sesión",
      "El servidor de análisis no la ha aceptado.",
    ],
    "blocked.tenant-unreachable": ["No se puede acceder al análisis", "Inténtelo de nuevo en un momento."],
  },
  actions: { restart: "Empezar de nuevo", resume: "Reanudar", stay: "Seguir conectado", dismiss: "Cerrar" },
  frame: "Análisis",
};
