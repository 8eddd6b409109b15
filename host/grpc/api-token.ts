import { createHash, timingSafeEqual } from 'node:crypto';
import { ServerInterceptingCall, status, type Metadata, type ServerInterceptor } from '@grpc/grpc-js';
import { WorkflowError } from '../../core/index.js';

/** The metadata key Dapr clients send their token under. */
const tokenKey = 'dapr-api-token';

/**
 * Refuses calls without one of the tokens before their message is read. Tokens are compared as digests and all of them
 * every time, so that the time taken says nothing about them.
 */
export function requireApiToken(tokens: readonly string[], isOpen: (path: string) => boolean): ServerInterceptor {
  const digests = tokens.map(digestOf);
  const { message } = new WorkflowError('ERR_UNAUTHENTICATED');
  return (method, call) => {
    if (isOpen(method.path)) return new ServerInterceptingCall(call);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            if (carriesOneOf(digests, metadata)) pass(metadata);
            else call.sendStatus({ code: status.UNAUTHENTICATED, details: message });
          },
        }),
    });
  };
}

/** Exactly one value: a second one would leave open which of them was checked. */
function carriesOneOf(digests: readonly Buffer[], metadata: Metadata): boolean {
  const [token, ...more] = metadata.get(tokenKey);
  if (token === undefined || more.length > 0) return false;
  const given = digestOf(token);
  let found = false;
  for (const digest of digests) found = timingSafeEqual(digest, given) || found;
  return found;
}

function digestOf(token: string | Buffer): Buffer {
  return createHash('sha256').update(token).digest();
}
