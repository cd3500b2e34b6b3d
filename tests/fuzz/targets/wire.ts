/** What comes over connections: heads of HTTP requests, and messages between coordinator and workers. */
import { BadHead, parseHead } from "../../../src/platform/http/request_head.ts";
import * as messages from "../../../src/transport/grpc/messages.ts";
import {
  claimFromWire,
  resultFromWire,
  runningFromWire,
  taskFromWire,
} from "../../../src/transport/grpc/task_wire.ts";
import { WireError } from "../../../src/transport/wire/bytes.ts";
import type { Field, Message } from "../../../src/transport/wire/message.ts";
import type { Random } from "../../fakes/random.ts";
import { damage, damageBytes } from "../damage.ts";
import { bytesOf, charsOf, type Target } from "../target.ts";

const HEAD = "POST /api/v2/dags?x=1 HTTP/1.1\r\nhost: localhost:8080\r\ncontent-type: application/json\r\n" +
  "content-length: 12\r\nconnection: keep-alive\r\naccept: */*";

const ALL = Object.values(messages).filter((one): one is typeof messages.TaskMessage =>
  typeof one === "object" && "decode" in one
) as readonly Message[];

/** What can stand in a field, most of all what is right for it. */
function valueOf(field: Field<unknown>, random: Random): unknown {
  const known = ALL.find(({ name }) => field.type.endsWith(name));
  const one = () => known ? full(known, random) : "x";
  if (field.type.startsWith("repeated")) return Array.from({ length: random.below(3) }, one);
  if (field.type.startsWith("map")) return { a: "b", __proto__: "c" };
  if (field.type === "string") {
    return random.pick(["", "one", "../x", "2026-01-01T00:00:00Z", "{}", "x".repeat(500)]);
  }
  if (field.type === "bytes") return new Uint8Array(random.below(5));
  if (field.type === "bool") return true;
  return known ? one() : random.below(10);
}

function full(of: Message, random: Random): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of.fields).map(([key, field]) => [key, valueOf(field, random)]));
}

const TASKS: Readonly<Record<string, (wire: never) => unknown>> = {
  [messages.TaskMessage.name]: taskFromWire,
  [messages.TaskClaimMessage.name]: claimFromWire,
  [messages.TaskResultMessage.name]: resultFromWire,
  [messages.RunningTaskMessage.name]: runningFromWire,
};

export const WIRE: Readonly<Record<string, Target>> = {
  "request head": {
    make: (random) => damage(HEAD, random),
    check(text) {
      try {
        parseHead(text);
      } catch (error) {
        if (!(error instanceof BadHead)) throw error;
      }
      return "";
    },
  },
  message: {
    make(random) {
      const at = random.below(ALL.length);
      return String.fromCharCode(at) + damageBytes(charsOf(ALL[at]!.encode(full(ALL[at]!, random))), random);
    },
    check(input) {
      const of = ALL[input.charCodeAt(0)]!;
      try {
        TASKS[of.name]?.(of.decode(bytesOf(input.slice(1))) as never);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
      }
      return "";
    },
  },
};
