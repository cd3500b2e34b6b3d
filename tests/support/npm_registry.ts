/** A registry of npm packages on this machine: each version of a package is one module. */
import { packTar } from "modern-tar";

export class NpmRegistry implements AsyncDisposable {
  /** Text of the module by version, by name. */
  readonly packages = new Map<string, Map<string, string>>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(new URL(request.url).pathname.slice(1)),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  publish(name: string, version: string, text: string): void {
    const versions = this.packages.get(name) ?? new Map();
    this.packages.set(name, versions.set(version, text));
  }

  async #answer(path: string): Promise<Response> {
    const [name = "", file] = path.split("/-/");
    const versions = this.packages.get(name);
    if (!versions) return new Response(null, { status: 404 });
    if (file) return new Response(await this.#tarball(name, file.replace(".tgz", "")));
    const entries = await Promise.all([...versions.keys()].map(async (version) => [version, {
      name,
      version,
      dist: {
        tarball: `${this.url}${name}/-/${version}.tgz`,
        integrity: await integrity(await this.#tarball(name, version)),
      },
    }]));
    return Response.json({
      name,
      "dist-tags": { latest: [...versions.keys()].at(-1) },
      versions: Object.fromEntries(entries),
    });
  }

  async #tarball(name: string, version: string): Promise<Uint8Array<ArrayBuffer>> {
    const manifest = JSON.stringify({ name, version, type: "module", exports: "./main.js" });
    const text = this.packages.get(name)!.get(version)!;
    const tar = await packTar([
      { header: { name: "package/package.json", size: manifest.length, mtime: new Date(0) }, body: manifest },
      { header: { name: "package/main.js", size: text.length, mtime: new Date(0) }, body: text },
    ]);
    const zipped = new Blob([new Uint8Array(tar)]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(zipped).arrayBuffer());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

async function integrity(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));
  return `sha512-${digest.toBase64()}`;
}
