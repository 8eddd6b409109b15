import type { Ids, Lease } from '../../../core/index.js';
import type { Instance } from './instance.js';

/** A lease on an instance as it is now. Its identity fences; the token is for the worker, and made when one is asked. */
export function leaseOf(instance: Instance, ids: Ids): Lease {
  const { instanceId, state, inbox, history } = instance;
  let token: string | undefined;
  return {
    instanceId,
    state,
    inbox,
    get token() {
      token ??= ids.token();
      return token;
    },
    history: (from, to) => history.slice(from, to),
  };
}
