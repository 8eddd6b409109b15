import { WorkflowError } from '../errors.js';
import { isClosed, type RuntimeStatus } from '../instance.js';

/** An instance as a walk over its family sees it. */
export interface TreeNode {
  readonly status: RuntimeStatus;
  /** Children of the current generation, detached ones excepted. */
  readonly children: readonly string[];
}

/** `undefined`: gone (purged, or never begun). */
export type TreeLookup = (instanceId: string) => TreeNode | undefined;

/** All descendants, parents before children, each once: an id that was reused must not make the walk endless. */
export function descendants(instanceId: string, lookup: TreeLookup): readonly string[] {
  const found = new Set<string>();
  const queue = [...(lookup(instanceId)?.children ?? [])];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (next === instanceId || found.has(next)) continue;
    const node = lookup(next);
    if (!node) continue;
    found.add(next);
    queue.push(...node.children);
  }
  return [...found];
}

/** The id of a closed instance may be used again only when nobody below it is live. Throws `ERR_INSTANCE_ID_IN_USE`. */
export function checkIdReusable(instanceId: string, lookup: TreeLookup): void {
  for (const childId of descendants(instanceId, lookup)) {
    const node = lookup(childId);
    if (node && !isClosed(node.status)) throw new WorkflowError('ERR_INSTANCE_ID_IN_USE', { instanceId, childId });
  }
}

/**
 * What a purge removes, children first. Nothing, if a part of the tree is live and `force` is not set: then
 * `ERR_INSTANCE_NOT_CLOSED` names it, and all stays.
 */
export function purgePlan(
  request: { readonly instanceId: string; readonly recursive: boolean; readonly force: boolean },
  lookup: TreeLookup,
): readonly string[] {
  const { instanceId, recursive, force } = request;
  const below = recursive ? descendants(instanceId, lookup) : [];
  const plan = [...below].reverse().concat(instanceId);
  for (const id of force ? [] : plan) {
    const node = lookup(id);
    if (node && !isClosed(node.status)) throw new WorkflowError('ERR_INSTANCE_NOT_CLOSED', { instanceId: id });
  }
  return plan;
}

/** Who must be told when a closed root is terminated again, recursively: descendants that are still live. */
export function liveDescendants(instanceId: string, lookup: TreeLookup): readonly string[] {
  return descendants(instanceId, lookup).filter((id) => {
    const node = lookup(id);
    return node !== undefined && !isClosed(node.status);
  });
}
