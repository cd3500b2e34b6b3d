import { assertEquals } from "../../../../tests/assert.ts";
import { registryOf, splitImage } from "./image_reference.ts";

Deno.test("images: registry, name and tag", () => {
  const cases: [image: string, registry: string, name: string, tag: string][] = [
    ["alpine", "docker.io", "alpine", "latest"],
    ["alpine:3", "docker.io", "alpine", "3"],
    ["team/app:1", "docker.io", "team/app", "1"],
    ["localhost/app", "localhost", "localhost/app", "latest"],
    ["host:5000/app", "host:5000", "host:5000/app", "latest"],
    ["host:5000/a/b:2", "host:5000", "host:5000/a/b", "2"],
    ["ghcr.io/a/b@sha256:ab", "ghcr.io", "ghcr.io/a/b", "sha256:ab"],
  ];
  for (const [image, registry, name, tag] of cases) {
    assertEquals([registryOf(image), splitImage(image)], [registry, { name, tag }], image);
  }
});
