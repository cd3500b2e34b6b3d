/** Names of images: `[registry/]repository[:tag|@digest]`. */

/** Registry of names that name none. */
export const DEFAULT_REGISTRY = "docker.io";

/** Host that an image is fetched from. */
export function registryOf(image: string): string {
  const first = image.split("/")[0]!;
  const isHost = image.includes("/") && (first === "localhost" || /[.:]/.test(first));
  return isHost ? first : DEFAULT_REGISTRY;
}

/** Name and tag or digest apart; without either the tag is `latest`. */
export function splitImage(image: string): { readonly name: string; readonly tag: string } {
  const at = image.indexOf("@");
  if (at > 0) return { name: image.slice(0, at), tag: image.slice(at + 1) };
  const colon = image.indexOf(":", image.lastIndexOf("/") + 1);
  return colon < 0
    ? { name: image, tag: "latest" }
    : { name: image.slice(0, colon), tag: image.slice(colon + 1) };
}
