import ssh2 from "ssh2";
import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { command, SandboxBench } from "../../../tests/support/sandbox_step.ts";
import { SSH } from "./manifest.ts";

/** What is used of the package's server. */
interface Server {
  on(event: "connection", listener: (client: ServerClient) => void): void;
  listen(port: number, host: string, callback: () => void): void;
  address(): { readonly port: number };
  close(): void;
}

interface Login {
  readonly method: string;
  readonly username: string;
  readonly password?: string;
  prompt(prompts: readonly { prompt: string; echo: boolean }[], answer: (answers: string[]) => void): void;
  accept(): void;
  reject(methods: readonly string[]): void;
}

interface ServerClient {
  on(event: "authentication", listener: (login: Login) => void): ServerClient;
  on(event: "error", listener: () => void): ServerClient;
  on(event: "session", listener: (accept: () => Session) => void): ServerClient;
}

interface Session {
  on(
    event: "exec",
    listener: (accept: () => Channel, reject: unknown, info: { command: string }) => void,
  ): void;
}

interface Channel {
  write(text: string): void;
  exit(code: number): void;
  end(): void;
}

/** A host without a shell that asks for a password in one way. */
function host(method: "password" | "keyboard-interactive", tried: string[]): Promise<Server> {
  const { Server, utils } = ssh2 as unknown as {
    Server: new (options: { hostKeys: string[] }) => Server;
    utils: { generateKeyPairSync(type: string): { private: string } };
  };
  const server = new Server({ hostKeys: [utils.generateKeyPairSync("ed25519").private] });
  server.on("connection", (client) => {
    client.on("error", () => {}).on("authentication", (login) => {
      tried.push(login.method);
      const check = (password = "") => {
        if (login.username === "u" && password === "it's right") login.accept();
        else login.reject([method]);
      };
      if (login.method !== method) login.reject([method]);
      else if (method === "password") check(login.password);
      else login.prompt([{ prompt: "Password: ", echo: false }], ([answer]) => check(answer));
    }).on("session", (accept) => {
      accept().on("exec", (accept, _reject, { command }) => {
        const channel = accept();
        channel.write(`[${command}]`);
        channel.exit(0);
        channel.end();
      });
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

for (const method of ["password", "keyboard-interactive"] as const) {
  Deno.test(`ssh: a host that asks for a password by ${method}`, async () => {
    const tried: string[] = [];
    const server = await host(method, tried);
    const bench = new SandboxBench();
    try {
      const run = async (password: string) => {
        const port = String(server.address().port);
        const config = { host: "127.0.0.1", port, user: "u", password, strictHostKey: false };
        return await bench.run(SSH, { executor: { type: "ssh", config }, ...command("show 'a b' version") });
      };
      const { error, stdout, granted } = await run("it's right");
      // As plain as can be, because not everything that takes commands is a shell.
      assertEquals([error, stdout], ["", "[show 'a b' version]"]);
      assertEquals(granted?.read, []);
      assertEquals(new Set(tried).has(method), true);
      assertMatch((await run("wrong")).error, /the host refused the password for user "u"$/);
    } finally {
      bench[Symbol.dispose]();
      server.close();
    }
  });
}
