export default { steps: [{ name: "code", type: "ts", script: 'throw new Error("no");' }] };
