/** A host that speaks SSH and has nothing behind it. */
import ssh2 from "ssh2";

/** What is used of the package's server. */
interface Server {
  on(event: "connection", listener: (client: ServerClient) => void): void;
  listen(port: number, host: string, callback: () => void): void;
  address(): { readonly port: number };
  close(): void;
}

interface ServerClient {
  on(event: "authentication", listener: (login: Login) => void): ServerClient;
  on(event: "error", listener: () => void): ServerClient;
  on(event: "session", listener: (accept: () => Session) => void): ServerClient;
  on(event: "tcpip", listener: () => void): ServerClient;
}

interface Login {
  readonly method: string;
  readonly username: string;
  readonly password?: string;
  prompt(prompts: readonly { prompt: string; echo: boolean }[], answer: (answers: string[]) => void): void;
  accept(): void;
  reject(methods: readonly string[]): void;
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

export type PasswordMethod = "password" | "keyboard-interactive";

const USER = "u";
const PASSWORD = "it's right";

/**
 * It asks for a password in one way, answers a command with its text between brackets, and does not answer at all
 * when it is to lead to another host.
 */
export class SshHost implements Disposable {
  /** Ways to log in that were tried. */
  readonly tried: string[] = [];

  private constructor(readonly server: Server, readonly method: PasswordMethod) {
    server.on("connection", (client) => {
      client.on("error", () => {}).on("tcpip", () => {});
      client.on("authentication", (login) => this.#judge(login));
      client.on("session", (accept) => {
        accept().on("exec", (accept, _reject, { command }) => {
          const channel = accept();
          channel.write(`[${command}]`);
          channel.exit(0);
          channel.end();
        });
      });
    });
  }

  static async start(method: PasswordMethod = "password"): Promise<SshHost> {
    const { Server, utils } = ssh2 as unknown as {
      Server: new (options: { hostKeys: string[] }) => Server;
      utils: { generateKeyPairSync(type: string): { private: string } };
    };
    const server = new Server({ hostKeys: [utils.generateKeyPairSync("ed25519").private] });
    const host = new SshHost(server, method);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return host;
  }

  /** Settings of a step that log in. */
  get login(): Record<string, unknown> {
    const port = String(this.server.address().port);
    return { host: "127.0.0.1", port, user: USER, password: PASSWORD, strictHostKey: false };
  }

  #judge(login: Login): void {
    this.tried.push(login.method);
    const check = (password = "") => {
      if (login.username === USER && password === PASSWORD) login.accept();
      else login.reject([this.method]);
    };
    if (login.method !== this.method) login.reject([this.method]);
    else if (login.method === "password") check(login.password);
    else login.prompt([{ prompt: "Password: ", echo: false }], ([answer]) => check(answer));
  }

  [Symbol.dispose](): void {
    this.server.close();
  }
}
