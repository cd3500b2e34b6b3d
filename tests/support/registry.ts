/** A registry of container images with one image, behind a login. */

export interface Registry extends AsyncDisposable {
  /** `host:port`. */
  readonly host: string;
  /** Requests with the right login. */
  readonly served: string[];
}

const USER = "robot";
export const PASSWORD = "pass:word";

/** Serves the image `REPOSITORY:1` of any repository, with one layer: an archive made by tar. */
export async function startRegistry(tar: Uint8Array<ArrayBuffer>): Promise<Registry> {
  const blobs = new Map<string, Uint8Array<ArrayBuffer>>();
  const put = async (bytes: Uint8Array<ArrayBuffer>) => {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const digest = "sha256:" + [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  };
  const json = (value: unknown) => put(new TextEncoder().encode(JSON.stringify(value)));
  const layer = await put(tar);
  const config = await json({
    architecture: Deno.build.arch === "x86_64" ? "amd64" : "arm64",
    os: "linux",
    config: { Env: ["PATH=/bin"] },
    rootfs: { type: "layers", diff_ids: [layer.digest] },
  });
  const type = "application/vnd.docker.distribution.manifest.v2+json";
  const manifest = await json({
    schemaVersion: 2,
    mediaType: type,
    config: { mediaType: "application/vnd.docker.container.image.v1+json", ...config },
    layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar", ...layer }],
  });
  const served: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    if (request.headers.get("authorization") !== `Basic ${btoa(`${USER}:${PASSWORD}`)}`) {
      return new Response(null, { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } });
    }
    const { pathname } = new URL(request.url);
    served.push(`${request.method} ${pathname}`);
    if (pathname === "/v2/") return new Response("{}");
    const [, kind, name = ""] = /\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
    const digest = kind === "manifests" && name === "1" ? manifest.digest : name;
    const bytes = blobs.get(digest);
    if (!bytes) return new Response("{}", { status: 404 });
    return new Response(request.method === "HEAD" ? null : bytes, {
      headers: {
        "content-type": kind === "manifests" ? type : "application/octet-stream",
        "content-length": `${bytes.length}`,
        "docker-content-digest": digest,
      },
    });
  });
  return {
    host: `127.0.0.1:${server.addr.port}`,
    served,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
