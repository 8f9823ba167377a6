/** What calls of the client to Temporal go through, the outermost first. */
import { InterceptingCall, status, type Interceptor } from '@grpc/grpc-js';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** The innermost part of a call: one that is over before it is sent. */
type Sent = ConstructorParameters<typeof InterceptingCall>[0];

/**
 * A failed call is tried again by a timer, which outlives the connection: what gRPC throws there ends the process with
 * a stack, and takes the place of what is said about the reason for closing. Such a call is cancelled instead.
 */
const cancelledAfterClose: Interceptor = (options, nextCall) => {
  try {
    return new InterceptingCall(nextCall(options));
  } catch (error) {
    return new InterceptingCall(cancelled(error instanceof Error ? error.message : String(error)));
  }
};

function cancelled(details: string): Sent {
  const nothing = () => {};
  return {
    start: (metadata, listener) => {
      listener?.onReceiveMessage?.(null);
      listener?.onReceiveStatus?.({ code: status.CANCELLED, details, metadata });
    },
    ...{ sendMessage: nothing, sendMessageWithContext: nothing, startRead: nothing, halfClose: nothing },
    ...{ cancelWithStatus: nothing, getPeer: () => '', getAuthContext: () => null },
  };
}

/** In the place of the SDK's own, which are the first alone. */
export const temporalCalls: Interceptor[] = [
  makeGrpcRetryInterceptor(defaultGrpcRetryOptions()),
  cancelledAfterClose,
];
