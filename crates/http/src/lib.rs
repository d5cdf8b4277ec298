//! Routers, cookies, CSRF, CORS, CSP, the WebSocket pump and static pages.
