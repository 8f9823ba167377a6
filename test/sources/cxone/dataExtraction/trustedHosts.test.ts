import { expect, test } from 'vitest';
import {
  trustedUrl,
  type Trust,
  type TrustedFor,
} from '../../../../sources/cxone/data-extraction/trustedHosts.js';

const trust: Trust = { connection: 'acme', allowedHosts: ['gateway.example.com'], loopback: false };
const local: Trust = { ...trust, loopback: true };

const url = (text: string, use: TrustedFor, given: Trust) => trustedUrl('The API endpoint', text, use, given);

test.each([
  ['https://api-au1.niceincontact.com', 'token', trust],
  ['https://au1.nice-incontact.com/authentication', 'token', trust],
  ['https://cxone.nicecxone.com', 'token', trust],
  ['https://gateway.example.com/cxone', 'token', trust],
  ['https://bucket.s3.eu-west-1.amazonaws.com/file.csv?X-Amz-Signature=abc', 'file', trust],
  ['https://gateway.example.com/file', 'file', trust],
  ['http://127.0.0.1:8080', 'token', local],
  ['http://localhost:8080/_store/1', 'file', local],
] as const)('%s may be sent a %s', (text, use, given) => {
  expect(url(text, use, given).href).toBe(new URL(text).href);
});

test.each([
  ['https://api-au1.niceincontact.com.example.org', 'token', trust, 'is no host of NICE'],
  ['https://evilniceincontact.com', 'token', trust, 'is no host of NICE'],
  ['https://sub.gateway.example.com', 'token', trust, 'is no host of NICE'],
  ['https://bucket.s3.amazonaws.com', 'token', trust, 'is no host of NICE'],
  ['https://files.example.org/a?signature=secret-1', 'file', trust, 'is no host of NICE'],
  ['http://api-au1.niceincontact.com', 'token', trust, 'is not https'],
  ['http://bucket.s3.amazonaws.com/a?signature=secret-1', 'file', trust, 'is not https'],
  ['http://127.0.0.1:8080', 'token', trust, 'is no host of NICE'],
  ['http://127.0.0.1:8080/a?signature=secret-1', 'file', trust, 'is no host of NICE'],
  ['https://user:secret-1@api-au1.niceincontact.com', 'token', trust, 'carries a user name or password'],
  ['https://user:secret-1@bucket.s3.amazonaws.com/a', 'file', trust, 'carries a user name or password'],
  ['secret-1 is no URL', 'file', trust, 'is not a URL'],
] as const)('%s may not be sent a %s', (text, use, given, why) => {
  const refused = () => url(text, use, given);
  expect(refused).toThrow(expect.objectContaining({ kind: 'InvalidConfig' }));
  expect(refused).toThrow(`The API endpoint of connection acme`);
  expect(refused).toThrow(why);
  expect(refused).not.toThrow(/secret-1/u);
});
