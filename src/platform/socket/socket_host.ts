/**
 * Host in the URLs of requests that go through a Unix socket: `fetch` wants one, and permission for it, although it
 * reaches nothing but the socket. No machine can have this name.
 */
export const SOCKET_HOST = "socket.invalid";
