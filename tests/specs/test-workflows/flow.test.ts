import { tests } from "@x/dagu/dag";
import flow from "./flow.ts";

export default tests(flow, [
  { name: "fine in TypeScript", params: { N: 2 }, expect: { steps: { a: { command: "a 2" } } } },
]);
