import { dag, refs } from "@x/dagu/dag";
import { greet } from "./lib.ts";

const head = { params: { WHO: "world" } };
const $ = refs(head);

export default dag({
  ...head,
  steps: [
    { name: "greet", command: greet($.WHO), output: "SAID" },
    { name: "again", command: "echo again $SAID", depends: "greet" },
  ],
});
