/** Asks a program that runs with `--inspect` about its memory. */

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
}

/** MiB of the objects that are in use, after everything else was thrown away. */
export async function liveHeap(port: number): Promise<number> {
  const [target] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  const waiting = new Map<number, (result: unknown) => void>();
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(data) as Answer;
    if (id !== undefined) waiting.get(id)?.(result);
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const ask = (method: string) =>
    new Promise<unknown>((resolve) => {
      const id = waiting.size;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  try {
    await ask("HeapProfiler.enable");
    // What only waits to be finalized goes in the second round.
    await ask("HeapProfiler.collectGarbage");
    await ask("HeapProfiler.collectGarbage");
    const { usedSize } = await ask("Runtime.getHeapUsage") as { usedSize: number };
    return usedSize / 2 ** 20;
  } finally {
    socket.close();
  }
}
