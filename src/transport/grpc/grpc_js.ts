/** The library that carries the calls, loaded when the first one is made. */
import type * as Grpc from "@grpc/grpc-js";
import { guardHttp2 } from "../../platform/http/http2_guard.ts";

export type { Grpc };

/** Largest request, in bytes. */
export const MAX_MESSAGE_BYTES = 4 << 20;
/** An answer may hold what somebody else has sent, and more. */
export const MAX_ANSWER_BYTES = 2 * MAX_MESSAGE_BYTES;

/** Options of both ends: what stands still for ten seconds is gone. */
export const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  "grpc.keepalive_time_ms": 5000,
  "grpc.keepalive_timeout_ms": 5000,
} as const;

export async function loadGrpc(): Promise<typeof Grpc> {
  guardHttp2();
  const module = await import("@grpc/grpc-js");
  // In the bundle the library, which is no module of its own accord, is the default of what was loaded.
  return (module as unknown as { readonly default?: typeof Grpc }).default ?? module;
}

/** A method as the library wants it: messages are bytes on both sides, which only we look into. */
export function rawMethod(service: string, name: string): Grpc.MethodDefinition<Uint8Array, Uint8Array> {
  return {
    path: `/${service}/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: asBuffer,
    requestDeserialize: asBytes,
    responseSerialize: asBuffer,
    responseDeserialize: asBytes,
  };
}

/** The same bytes as the library wants them. */
function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

function asBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
