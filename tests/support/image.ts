/** The image of `deploy/Dockerfile` on a base of this machine's own files: busybox, and what glibc programs need. */
import { which } from "../needs.ts";
import { docker } from "./docker.ts";

const ROOT = new URL("../../", import.meta.url);
const BASE = "dagu-base:test";
export const IMAGE = "dagu:test";

/** @param program the compiled one @returns the name of the image */
export async function buildImage(program: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await importBase(`${folder}/base`, program);
    const context = `${folder}/context`;
    await Deno.mkdir(`${context}/dist`, { recursive: true });
    await Deno.mkdir(`${context}/deploy`);
    await Deno.copyFile(program, `${context}/dist/dagu`);
    for (const name of ["Dockerfile", "pid1.sh"]) {
      await Deno.copyFile(new URL(`deploy/${name}`, ROOT), `${context}/deploy/${name}`);
    }
    const file = `${context}/deploy/Dockerfile`;
    await docker(
      "build",
      "--quiet",
      "--network",
      "none",
      "--build-arg",
      `BASE=${BASE}`,
      "-t",
      IMAGE,
      "-f",
      file,
      context,
    );
    return IMAGE;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function importBase(folder: string, program: string): Promise<void> {
  const script = `set -e
    mkdir -p "$1/bin" "$1/usr/bin" "$1/etc" "$1/tmp" "$1/var/lib" && chmod 1777 "$1/tmp"
    cp "$2" "$1/bin/busybox"
    for name in $("$2" --list); do [ -e "$1/bin/$name" ] || ln -s busybox "$1/bin/$name"; done
    ln -s ../../bin/env "$1/usr/bin/env"
    for library in $(ldd "$3" | grep -o '/[^ ]*'); do mkdir -p "$1\${library%/*}" && cp -L "$library" "$1$library"; done
    tar -C "$1" -cf "$1.tar" .`;
  const { success, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "-", folder, which("busybox"), program],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  await docker("import", "--change", "ENV PATH=/usr/local/bin:/usr/bin:/bin", `${folder}.tar`, BASE);
}
