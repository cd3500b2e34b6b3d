/** A real OpenID Connect provider on loopback, where one person says yes to everything. */
import { createServer } from "node:http";
import Provider from "oidc-provider";

export interface OidcPlace extends AsyncDisposable {
  readonly issuer: string;
  /** The mail address of the person from now on. */
  email: string;
  verified: boolean;
}

export const CLIENT = { id: "dagu", secret: "a secret of the client of these tests" };

/** @param redirectUri where the client wants people sent back */
export async function startProvider(redirectUri: string): Promise<OidcPlace> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const issuer = `http://127.0.0.1:${port}`;
  const place = {
    issuer,
    email: "ann@example.com",
    verified: true,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [redirectUri],
    }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: place.email, email_verified: place.verified }),
    }),
  });
  server.on("request", provider.callback());
  return place;
}

/** Goes through the pages of the provider as a browser does. @returns where it sends the browser back */
export async function signIn(start: string, login: string): Promise<string> {
  const jar = new Map<string, string>();
  const origin = new URL(start).origin;
  let url = start;
  let form: URLSearchParams | null = null;
  for (let page = 0; page < 20; page++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response: Response = await fetch(url, {
      method: form ? "POST" : "GET",
      body: form,
      headers: { cookie },
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      jar.set(name, value);
    }
    const text = await response.text();
    const next = response.headers.get("location");
    if (next) {
      url = new URL(next, url).href;
      form = null;
      if (new URL(url).origin !== origin) return url;
      continue;
    }
    const action = /action="([^"]+)"/.exec(text)?.[1];
    if (!action) throw new Error(`The provider says ${response.status}: ${text.slice(0, 500)}`);
    url = new URL(action, url).href;
    const prompt = /name="prompt" value="([^"]+)"/.exec(text)![1];
    form = new URLSearchParams({ prompt, ...(prompt === "login" ? { login, password: "any" } : {}) });
  }
  throw new Error("The provider goes round in circles");
}
