const factors: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** Bytes of a quantity as Kubernetes writes it (`4Mi`, `500k`, `1048576`, also with a final `B`); undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|K|M|G|)B?$/.exec(text) ?? [];
  const bytes = Math.floor(Number(amount) * (factors[unit ?? ''] ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
