// What enigma.js cannot do by itself.

/**
 * Closes a socket of enigma.js here and now. enigma.js takes the closing of an abandoned socket for that of the present
 * one, and a socket whose other end is gone may take minutes to close. So it hears of the closing at once, as of one with
 * `code`, and of nothing that this socket does later.
 */
export function closeNow(socket: WebSocket, code: number): void {
  const { onclose } = socket;
  socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
  onclose?.call(socket, { code, reason: "", wasClean: true } as CloseEvent);
  if (socket.readyState < 2) socket.close(4000);
}
