/** Resolves with `promise`, or with `late()` when it has not settled within `ms`. Whatever comes later is ignored. */
export async function within<T>(promise: Promise<T>, ms: number, late: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => void Promise.resolve().then(late).then(resolve, reject), Math.max(ms, 0));
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
