import { FileFireStore } from "../../src/stores/file/fires/fire_store.ts";
import { MemoryFireStore } from "../../src/stores/memory/fire_store.ts";
import { testFireStore } from "./fire_store.ts";

testFireStore("memory", () => {
  const store = new MemoryFireStore();
  return Promise.resolve({ store, other: store, cleanUp: () => Promise.resolve() });
});

testFireStore("file", async () => {
  const home = await Deno.makeTempDir({ prefix: "fires-" });
  return {
    store: new FileFireStore(home),
    other: new FileFireStore(home),
    cleanUp: () => Deno.remove(home, { recursive: true }),
  };
});
