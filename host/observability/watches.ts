import type { ItemWatch } from '../workers/worker-pool.js';

/** One watch out of two: the second sees what the first makes of the item. */
export function bothWatches(first: ItemWatch, second: ItemWatch): ItemWatch {
  return {
    turn: (item) => {
      const inner = first.turn(item);
      const outer = second.turn(inner.item);
      return {
        item: outer.item,
        settled: (outcome) => {
          inner.settled(outcome);
          outer.settled(outcome);
        },
      };
    },
    activity: (item) => {
      const inner = first.activity(item);
      const outer = second.activity(inner.item);
      return {
        item: outer.item,
        settled: (outcome) => {
          inner.settled(outcome);
          outer.settled(outcome);
        },
      };
    },
  };
}
