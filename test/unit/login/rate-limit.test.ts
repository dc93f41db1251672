import { expect, test } from 'vitest'
import { clientNetwork } from '../../../src/login/rate-limit.ts'

test.each([
  ['an IPv4 address', '203.0.113.7', '203.0.113.7'],
  ['an IPv6 address', '2001:db8:1:2:3:4:5:6', '2001:0db8:0001:0002::/64'],
  ['a short one', '2001:db8::1', '2001:0db8:0000:0000::/64'],
  ['an address that ends in zeros', '2001:db8:1:2::', '2001:0db8:0001:0002::/64'],
  ['one whose zeros cross the border of the network', '2001:db8:1::6', '2001:0db8:0001:0000::/64'],
  ['loopback', '::1', '0000:0000:0000:0000::/64'],
  ['an IPv4 address mapped into IPv6 (RFC 4291 section 2.5.5.2)', '::ffff:203.0.113.7', '203.0.113.7'],
  ['the same in hexadecimal', '::FFFF:cb00:7107', '203.0.113.7'],
  [
    'one that ends as an IPv4 address, which is two groups',
    '::c:f:560:203.0.113.7',
    '0000:0000:0000:000c::/64',
  ],
  ['a link-local address with a zone', 'fe80::1%eth0', 'fe80:0000:0000:0000::/64'],
  ['no address', 'unknown', 'unknown'],
])('%s counts under its network (CVE-2026-45364)', (_case, address, network) => {
  expect(clientNetwork(address)).toBe(network)
})

test('all addresses of a /64 count as one client, the next network as another', () => {
  const inside = [
    '2001:db8:1:2::',
    '2001:db8:1:2::1',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:0DB8:1:2:0:0:0:9',
  ]
  expect(new Set(inside.map((address) => clientNetwork(address)))).toHaveProperty('size', 1)
  expect(clientNetwork('2001:db8:1:3::1')).not.toBe(clientNetwork('2001:db8:1:2::1'))
})

test.each([':', '::', ':::', '1:2', '1:2:3:4:5:6:7:8:9', 'fe80::1%eth0', ''])(
  '%j, which no network would send, breaks nothing',
  (address) => {
    expect(typeof clientNetwork(address)).toBe('string')
  },
)
