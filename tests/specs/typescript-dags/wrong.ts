export default {
  steps: [
    { name: "a", command: "x", timeoutSec: -4 },
    { name: "a", comand: "y" },
    { type: "ts", script: "ctx.nothing();" },
  ],
};
