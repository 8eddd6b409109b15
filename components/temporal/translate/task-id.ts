/**
 * Ids of activities and timers on the server: unique over the generations of one run. Everything that comes back is
 * matched by them, never by position.
 */
export function serverId(generation: number, taskId: number): string {
  return `${generation}:${taskId}`;
}

/** The parts of one of our ids; undefined: somebody else's. */
export function parseServerId(id: string): { readonly generation: number; readonly taskId: number } | undefined {
  const match = /^(\d+):(-?\d+)$/.exec(id);
  return match ? { generation: Number(match[1]), taskId: Number(match[2]) } : undefined;
}
