/** Of the network and of TLS; errors of the file system have other codes and are none of the storage's. */
const networkCode =
  /^(ECONN\w+|ENOTFOUND|EAI_\w+|E?(SOCKET)?TIMEDOUT|EPIPE|E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL|EPROTO|ERR_STREAM_PREMATURE_CLOSE|ERR_(SSL|TLS)_\w+|\w*CERT\w*|UNABLE_TO_VERIFY\w+)$/;

/** What went wrong on the way to a server, wherever in the chain of causes it is; undefined for anything else. */
export function networkFailure(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, name, message } = at as NodeJS.ErrnoException;
    if (name === 'TimeoutError' || (typeof code === 'string' && networkCode.test(code))) {
      return message === '' ? (code ?? name) : message;
    }
  }
  return undefined;
}
