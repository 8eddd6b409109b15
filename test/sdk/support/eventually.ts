/** Waits until the condition holds, looking again in every round of the event loop. The test's own deadline ends it. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
