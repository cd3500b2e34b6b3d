/** A server that the test of the guard starts as a process of its own: prints its port, ends with its input. */
import { testServer } from "./grpc_ends.ts";

const server = await testServer({ GetWorkers: () => Promise.resolve({}) });
console.log(server.port);
for await (const _ of Deno.stdin.readable);
Deno.exit(0);
