/** What an answer says about the vendor's allowance of requests; a part the vendor does not send is undefined. */
export interface Limits {
  /** Requests a window allows. */
  allowed: number | undefined;
  /** Requests of this window the vendor has counted, this one included, whoever sent them. */
  used: number | undefined;
  /** Requests left in this window. */
  remaining: number | undefined;
  /** Seconds until the window ends, rounded up by the vendor. */
  resetSeconds: number | undefined;
}
