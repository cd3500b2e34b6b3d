/** Packs and unpacks streams: by Deno's own codecs, else by a program that reads and writes pipes only. */
import { Duplex } from "node:stream";
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from "node:zlib";
import { ArchiveError, type Compression } from "./request.ts";

export interface Filter {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** null passes the bytes as they are. @param level -1 for the usual one */
export function compressor(compression: Compression, level: number, program: string): Filter | null {
  const within = (least: number, most: number) => Math.min(Math.max(level, least), most);
  switch (compression) {
    case "":
      return null;
    case "gz":
      return web(createGzip(level < 0 ? {} : { level: within(0, 9) }));
    case "zst":
      return web(
        createZstdCompress(
          level < 0 ? {} : { params: { [constants.ZSTD_c_compressionLevel]: within(1, 22) } },
        ),
      );
    default:
      return run(program, ["-c", ...(level < 0 ? [] : [`-${within(compression === "xz" ? 0 : 1, 9)}`])]);
  }
}

export function decompressor(compression: Compression, program: string): Filter | null {
  switch (compression) {
    case "":
      return null;
    case "gz":
      return web(createGunzip());
    case "zst":
      return web(createZstdDecompress());
    default:
      return run(program, ["-dc"]);
  }
}

function web(stream: Duplex): Filter {
  return Duplex.toWeb(stream) as unknown as Filter;
}

function run(program: string, args: readonly string[]): Filter {
  const child = new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaint = new Response(child.stderr).text();
  const checked = new TransformStream<Uint8Array, Uint8Array>({
    async flush() {
      const { success } = await child.status;
      if (!success) throw new ArchiveError("corrupt", (await complaint).trim() || `"${program}" failed`);
    },
  });
  return { readable: child.stdout.pipeThrough(checked), writable: child.stdin };
}
