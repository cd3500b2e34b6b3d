import { dag } from "@x/dagu/dag";

export default [
  dag({ params: [{ N: 1 }], steps: [{ name: "a", command: "a $N" }] }),
  dag({ name: "child", steps: ["b"] }),
] as const;
