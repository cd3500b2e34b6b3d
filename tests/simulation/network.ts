/** A network between machines that loses, repeats, delays and cuts off what processes say to coordinators. */
import type { PeerIdentity } from "../../src/core/peer/peer_identity.ts";
import { CallError } from "../../src/transport/grpc/call_error.ts";
import type { CallOptions, GrpcClient } from "../../src/transport/grpc/client.ts";
import { COORDINATOR_METHODS, type CoordinatorMethod } from "../../src/transport/grpc/methods.ts";
import type { CoordinatorHandlers } from "../../src/transport/grpc/server.ts";
import type { Message } from "../../src/transport/wire/message.ts";
import type { Machine, Process } from "./process.ts";
import type { World } from "./world.ts";

/** A connection that says nothing for so long counts as broken. */
const KEEPALIVE_MS = 5_000;
const SLOW_MS = 3_000;
/** Why a call has ended for who serves it: given, because to make a reason of its own takes long. */
const GONE = "the caller is gone";
const ANYBODY: PeerIdentity = { id: "simulated", roles: ["admin"] };

interface Table {
  readonly request: Message;
  readonly answer: Message;
}

type Handler = (request: object, call: { peer: PeerIdentity; signal: AbortSignal }) => Promise<object>;

export class Network {
  /** Part of the calls that is lost on the way there; of the answers as well. */
  loss = 0;
  /** Machines that reach nobody else. */
  readonly cut = new Set<Machine>();
  readonly #listening = new Map<Process, CoordinatorHandlers>();

  constructor(readonly world: World) {}

  listen(process: Process, handlers: CoordinatorHandlers): () => void {
    this.#listening.set(process, handlers);
    const close = () => void this.#listening.delete(process);
    process.onEnd(close);
    return close;
  }

  reaches(a: Machine, b: Machine): boolean {
    return a === b || !this.cut.has(a) && !this.cut.has(b);
  }

  /** What a process calls coordinators by. */
  client(process: Process): GrpcClient {
    let target: Process | null = null;
    const call = async (method: CoordinatorMethod, request: object, options: CallOptions) => {
      target ??= this.#pick();
      if (!target) {
        await new Promise<void>((resolve) => process.after(2, resolve));
        throw new CallError("unavailable", "nobody listens");
      }
      try {
        return await this.#call(process, target, method, request, options);
      } catch (error) {
        if (error instanceof CallError && SILENT.includes(error.code)) target = null;
        throw error;
      }
    };
    return { call, close: () => {} } as unknown as GrpcClient;
  }

  #pick(): Process | null {
    const all = [...this.#listening.keys()];
    return all.length === 0 ? null : this.world.random.pick(all);
  }

  #call(
    from: Process,
    to: Process,
    method: CoordinatorMethod,
    request: object,
    { timeoutMs, signal }: CallOptions,
  ): Promise<object> {
    const { timeline, random } = this.world;
    const table = COORDINATOR_METHODS[method] as unknown as Table;
    const body = table.request.encode(request);
    const { promise, resolve, reject } = Promise.withResolvers<object>();
    if (from.dead) return promise;
    const given = new AbortController();
    let over = false;
    const end = (settle: () => void) => {
      if (over) return;
      over = true;
      late();
      broken();
      signal?.removeEventListener("abort", cancel);
      // Who serves the call learns of it as well, while it can be reached.
      if (this.reaches(from.machine, to.machine)) to.after(this.#delay(), () => given.abort(GONE));
      settle();
    };
    const fail = (code: CallError["code"], why: string) =>
      from.deliver(() => end(() => reject(new CallError(code, why))));
    const cancel = () => end(() => reject(new CallError("cancelled", "given up")));
    const late = timeline.after(timeoutMs, () => fail("deadline_exceeded", "no answer"));
    const broken = this.#whenBroken(from, to, () => fail("unavailable", "the connection is broken"));
    signal?.addEventListener("abort", cancel, { once: true });
    const passes = () => this.reaches(from.machine, to.machine) && !random.chance(this.loss);
    const answer = (reply: () => void) => {
      if (!to.dead && passes()) timeline.after(this.#delay(), () => from.deliver(() => end(reply)));
    };
    const serve = () => {
      const handlers = this.#listening.get(to);
      if (!handlers) return fail("unavailable", "nobody listens");
      to.deliver(() => {
        const handler = handlers[method] as unknown as Handler;
        const served = async () =>
          await handler(table.request.decode(body), { peer: ANYBODY, signal: given.signal });
        served().then(
          (value) => {
            const bytes = table.answer.encode(value);
            answer(() => resolve(table.answer.decode(bytes)));
          },
          (error) =>
            answer(() => reject(error instanceof CallError ? error : new CallError("unknown", `${error}`))),
        );
      });
    };
    if (passes()) timeline.after(this.#delay(), serve);
    if (random.chance(this.loss)) timeline.after(this.#delay() * 3, serve);
    from.onEnd(() => {
      over = true;
      late();
      broken();
      to.deliver(() => given.abort(GONE));
    });
    return promise;
  }

  /** Looks now and then whether both ends are there and reach each other; twice in vain ends the connection. */
  #whenBroken(from: Process, to: Process, callback: () => void): () => void {
    let silent = false;
    let stop = () => {};
    const look = () => {
      stop = this.world.timeline.after(KEEPALIVE_MS, () => {
        const reached = this.reaches(from.machine, to.machine);
        if (silent || to.dead && reached) return callback();
        silent = !reached || to.frozen || to.dead;
        look();
      });
    };
    look();
    return () => stop();
  }

  #delay(): number {
    const { random } = this.world;
    return random.chance(0.02) ? random.below(SLOW_MS) : 0.2 + random.next() * 4;
  }
}

const SILENT: readonly CallError["code"][] = ["unavailable", "deadline_exceeded"];
