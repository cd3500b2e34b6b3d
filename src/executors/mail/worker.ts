/** Speaks SMTP; runs in a worker that reaches one server and reads the attachments. */
import { createReadStream } from "node:fs";
import { connect, isIP, type Socket } from "node:net";
import { createTransport } from "nodemailer";
import type { StepOutcome } from "../../ports/executor.ts";
import { type SandboxIo, serveSandbox } from "../sandbox/worker_runtime.ts";
import { explainMail } from "./explain.ts";
import type { MailRequest } from "./request.ts";

/** Milliseconds for a connection and for the greeting. */
const CONNECT_MS = 15_000;
/** Milliseconds without any sign of the server. */
const SILENCE_MS = 60_000;

async function send(request: MailRequest, io: SandboxIo): Promise<StepOutcome> {
  const { announcement } = request;
  if (announcement !== null) await io.write("stdout", `sending email\n-----\n${announcement}\n-----\n`);
  try {
    await deliver(request, io.signal);
  } catch (error) {
    if (announcement !== null && !io.signal.aborted) await io.write("stderr", "error occurred.");
    throw error;
  }
  if (announcement !== null) await io.write("stdout", "sending email succeed.");
  return { exitCode: 0, error: "" };
}

async function deliver(request: MailRequest, signal: AbortSignal): Promise<void> {
  const { server } = request;
  // A connection of our own can be cut when the step is stopped, and needs the host's name only in the permissions.
  const socket = await open(server.host, server.port, signal);
  const cut = () => socket.destroy(new Error("stopped"));
  signal.addEventListener("abort", cut);
  const transport = createTransport({
    connection: socket,
    host: server.host,
    port: server.port,
    name: "localhost",
    secure: server.security === "tls",
    requireTLS: server.security === "upgrade",
    ignoreTLS: server.security === "none",
    tls: {
      rejectUnauthorized: server.verify,
      ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
      ...(server.ca === "" ? {} : { ca: server.ca }),
    },
    ...(server.username === "" ? {} : { auth: { user: server.username, pass: server.password } }),
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableUrlAccess: true,
    disableFileAccess: true,
  });
  try {
    const { from, subject, html } = request;
    await transport.sendMail({
      from,
      to: [...request.to],
      subject,
      html,
      attachments: request.attachments.map(({ name, path }) => ({
        filename: name,
        content: createReadStream(path),
      })),
    });
  } finally {
    signal.removeEventListener("abort", cut);
    transport.close();
    socket.destroy();
  }
}

function open(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error("the connection took too long")), CONNECT_MS);
    const stop = () => fail(new Error("stopped"));
    signal.addEventListener("abort", stop, { once: true });
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

serveSandbox(send, explainMail);
