import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { VirtualClock } from '../clock.js';

/** An OAuth client of the simulated organisation, with what its role lets it do and where. */
export interface ClientGrant {
  clientId: string;
  clientSecret: string;
  /** The access key of its user. */
  accessKeyId: string;
  accessKeySecret: string;
  /** Permission strings such as `quality:evaluation:view`. */
  permissions: Set<string>;
  /** Divisions its role is granted in; `all` for every division there is or will be. */
  divisionIds: Set<string> | 'all';
  /** Scopes such as `quality:evaluation:read` that its tokens may have, where a contract knows scopes. */
  scopes: ReadonlySet<string>;
}

/** A token's client, with the scopes of that token. */
export interface SignedIn {
  client: ClientGrant;
  scopes: ReadonlySet<string>;
}

/** A token that was issued. */
interface IssuedToken extends SignedIn {
  expiresAt: number;
}

/** What a bearer token turned out to be. */
export type Bearer = ({ state: 'valid' } & SignedIn) | { state: 'unknown' | 'expired' };

/** The OAuth clients of an organisation and the tokens they hold. */
export class Clients {
  issued = 0;
  readonly #clients = new Map<string, ClientGrant>();
  readonly #permissionsAtStart = new Map<ClientGrant, Set<string>>();
  readonly #tokens = new Map<string, IssuedToken>();

  constructor(
    private readonly clock: VirtualClock,
    clients: readonly ClientGrant[],
  ) {
    for (const client of clients) {
      this.#clients.set(client.clientId, client);
      this.#permissionsAtStart.set(client, client.permissions);
    }
  }

  /** Every client, in the order they were given. */
  all(): readonly ClientGrant[] {
    return [...this.#clients.values()];
  }

  /** The client with an id, if there is one. */
  find(clientId: string): ClientGrant | undefined {
    return this.#clients.get(clientId);
  }

  /** The client whose id and secret these are, if they are anyone's. */
  authenticate(clientId: string, secret: string): ClientGrant | undefined {
    const client = this.#clients.get(clientId);
    return client !== undefined && isSame(secret, client.clientSecret) ? client : undefined;
  }

  /** The client whose access key this is, if it is anyone's. */
  authenticateKey(accessKeyId: string, secret: string): ClientGrant | undefined {
    const client = this.all().find((each) => each.accessKeyId === accessKeyId);
    return client !== undefined && isSame(secret, client.accessKeySecret) ? client : undefined;
  }

  /** Gives a client the permissions that it had at the start. */
  restorePermissions(client: ClientGrant): void {
    client.permissions = this.#permissionsAtStart.get(client) ?? client.permissions;
  }

  /** Issues a token with some of the client's scopes, by default all. */
  issue(client: ClientGrant, lifetimeSeconds: number, scopes: ReadonlySet<string> = client.scopes): string {
    const token = randomBytes(32).toString('base64url');
    this.enter(token, client, lifetimeSeconds, scopes);
    return token;
  }

  /** Makes a token good that a contract has written itself. */
  enter(
    token: string,
    client: ClientGrant,
    lifetimeSeconds: number,
    scopes: ReadonlySet<string> = client.scopes,
  ): void {
    this.#tokens.set(token, { client, scopes, expiresAt: this.clock.elapsed() + lifetimeSeconds * 1000 });
    this.issued += 1;
  }

  /** What a bearer token is worth now. */
  bearer(token: string): Bearer {
    const issued = this.#tokens.get(token);
    if (issued === undefined) return { state: 'unknown' };
    if (this.clock.elapsed() >= issued.expiresAt) return { state: 'expired' };
    return { state: 'valid', client: issued.client, scopes: issued.scopes };
  }

  /** Revokes the tokens of one client, or of all; says how many there were. */
  revoke(clientId?: string): number {
    let revoked = 0;
    for (const [token, issued] of this.#tokens) {
      if (clientId !== undefined && issued.client.clientId !== clientId) continue;
      this.#tokens.delete(token);
      revoked += 1;
    }
    return revoked;
  }
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
