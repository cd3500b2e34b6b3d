import { dag } from "@x/dagu/dag";

export default [
  dag({ name: "parent", steps: [{ name: "call", call: "child", params: "N=2" }] }),
  dag({ name: "child", params: { N: 1 }, steps: ["echo child $N"] }),
];
