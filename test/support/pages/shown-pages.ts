import type { EpochSeconds } from '../../../src/base/time.ts'
import { minutes } from '../../../src/config.ts'
import { changeOfIdentityPage } from '../../../src/pages/change-of-identity-page.tsx'
import { keepFragmentPage } from '../../../src/pages/keep-fragment-page.tsx'
import { confirmLogoutPage, signedOutPage, stillSignedInPage } from '../../../src/pages/logout-pages.tsx'
import { misconfiguredPage } from '../../../src/pages/misconfigured-page.tsx'
import { sessionsPage } from '../../../src/pages/sessions-page.tsx'
import { signInPage } from '../../../src/pages/sign-in-page.tsx'
import type { SessionSummary } from '../../../src/registry/registered-session.ts'
import type { SessionId } from '../../../src/tokens/session.ts'
import { ann } from '../sample-session.ts'
import { DOCS, FOR_REPORTS, LOGIN_HOST, MOVED, PLAIN, REPORTS, SHOWN_AT } from './places.ts'
import { type ShownPage, shown } from './shown-page.ts'
import { SHOWN_REFUSALS } from './shown-refusals.ts'

const hidden = { return_to: '/handbook/' }
const LONG_DOMAIN = 'engineering.international-widgets-and-gadgets.example'
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const signIn = [
  shown(
    'sign-in/empty',
    'sign in',
    signInPage,
    (page, { words, visit }) => page(visit(), words, { hidden }),
    { isMain: true },
  ),
  shown(
    'sign-in/without-a-brand',
    'sign in at a site without a brand',
    signInPage,
    (page, { words, visit }) => page(visit(PLAIN), words, { hidden }),
  ),
  shown(
    'sign-in/without-its-logo',
    'sign in where the logo is missing',
    signInPage,
    (page, { words, visit }) => page(visit(MOVED), words, { hidden }),
  ),
  shown('sign-in/remembered', 'sign in, with the choice of last time', signInPage, (page, { words, visit }) =>
    page(visit(), words, { hidden, remembered: { domain: 'acme.example', shown: 'acme.example' } }),
  ),
  shown('sign-in/remembered-long', 'the same with a long name', signInPage, (page, { words, visit }) =>
    page(visit(PLAIN), words, { hidden, remembered: { domain: LONG_DOMAIN, shown: LONG_DOMAIN } }),
  ),
  shown('sign-in/mistyped', 'sign in, when the address was none', signInPage, (page, { words, visit }) =>
    page(visit(), words, { hidden, typed: { address: 'ann.lee' } }),
  ),
  shown('sign-in/meant', 'sign in, when the address may be mistyped', signInPage, (page, { words, visit }) =>
    page(visit(), words, {
      hidden,
      typed: { address: 'ann.lee@amce.example', meant: 'ann.lee@acme.example' },
    }),
  ),
  shown(
    'sign-in/meant-public',
    'the same, for a mailbox that everybody can have',
    signInPage,
    (page, { words, visit }) =>
      page(visit(), words, {
        hidden,
        typed: { address: 'ann.lee@gmial.com', meant: 'ann.lee@gmail.com', publicMailbox: 'gmail.com' },
      }),
  ),
  shown(
    'sign-in/public',
    'sign in, when the address is of no organization',
    signInPage,
    (page, { words, visit }) =>
      page(visit(), words, {
        hidden,
        typed: { address: 'ann.lee@gmail.com', publicMailbox: 'gmail.com' },
      }),
  ),
  shown('sign-in/meant-long', 'the same with a long address', signInPage, (page, { words, visit }) => {
    const address = `maximiliane.hollerbach@${LONG_DOMAIN}`
    return page(visit(PLAIN), words, { hidden, typed: { address: `${address}m`, meant: address } })
  }),
  shown('sign-in/login-host', 'sign in at the login host, for a site', signInPage, (page, { words, visit }) =>
    page(visit(LOGIN_HOST), words, { hidden, forSite: FOR_REPORTS }),
  ),
]

const goOn = [
  shown(
    'sign-in/keep-fragment',
    'on the way to sign in, where the script does not run',
    keepFragmentPage,
    // To no address: its script ends there, and the page stays.
    (page, { words, visit }) => page(visit(), words, ''),
    { isPictured: false },
  ),
]

const who = { now: 'ann@acme.example', next: 'max@globex.example' }
const question = { login: 'sealed', stay: '/handbook/' }
const change = [
  shown(
    'change/identity',
    'a link would make you somebody else',
    changeOfIdentityPage,
    (page, { words, visit }) => page(visit(), words, who, question, []),
  ),
  shown(
    'change/identity-for-a-site',
    'the same at the login host, for a site',
    changeOfIdentityPage,
    (page, { words, visit }) =>
      page(
        visit(LOGIN_HOST),
        words,
        { now: `ann@${LONG_DOMAIN}`, next: `max@${LONG_DOMAIN}` },
        { ...question, forSite: FOR_REPORTS },
        [],
      ),
  ),
]

const lifetime = minutes(5)
const loginHost = { name: LOGIN_HOST, logout: `https://${LOGIN_HOST}/auth/logout` }
const signOut = [
  shown('sign-out/confirm', 'whether to sign out', confirmLogoutPage, (page, { words, visit }) =>
    page(visit(), words, { everywhere: false }, lifetime),
  ),
  shown(
    'sign-out/everywhere',
    'whether to sign out everywhere',
    confirmLogoutPage,
    (page, { words, visit }) => page(visit(), words, { everywhere: true }, lifetime),
  ),
  shown(
    'sign-out/all-sites',
    'whether to sign out of all sites',
    confirmLogoutPage,
    (page, { words, visit }) =>
      page(visit(LOGIN_HOST), words, { everywhere: false, from: REPORTS }, lifetime),
  ),
  shown('signed-out/here', 'signed out', signedOutPage, (page, { words, visit }) =>
    page(visit(), words, { ended: true, atScalekit: true, others: 0, lifetime }),
  ),
  shown(
    'signed-out/others',
    'signed out, and other sessions go on',
    signedOutPage,
    (page, { words, visit }) => page(visit(), words, { ended: true, atScalekit: true, others: 3, lifetime }),
    { isMain: true },
  ),
  shown(
    'signed-out/one-other',
    'signed out, and one other session goes on',
    signedOutPage,
    (page, { words, visit }) => page(visit(), words, { ended: true, atScalekit: false, others: 1, lifetime }),
    { isPictured: false },
  ),
  shown(
    'signed-out/unknown-others',
    'signed out, while nobody knows what goes on',
    signedOutPage,
    (page, { words, visit }) =>
      page(visit(), words, { ended: true, atScalekit: false, others: 'unknown', lifetime }),
    { isPictured: false },
  ),
  shown(
    'signed-out/not-at-login-host',
    'signed out here, and not at the login host',
    signedOutPage,
    (page, { words, visit }) =>
      page(visit(REPORTS), words, { ended: true, atScalekit: false, others: 1, lifetime, loginHost }),
  ),
  shown(
    'signed-out/perhaps-not-at-login-host',
    'the same while nobody knows',
    signedOutPage,
    (page, { words, visit }) =>
      page(visit(REPORTS), words, { ended: true, atScalekit: false, others: 'unknown', lifetime, loginHost }),
    { isPictured: false },
  ),
  shown('signed-out/of-all-sites', 'signed out of all sites', signedOutPage, (page, { words, visit }) =>
    page(visit(LOGIN_HOST), words, { ended: true, atScalekit: true, others: 0, lifetime }),
  ),
  shown(
    'signed-out/of-all-sites-only',
    'the same, and not at the sign-in service',
    signedOutPage,
    (page, { words, visit }) =>
      page(visit(LOGIN_HOST), words, { ended: true, atScalekit: false, others: 0, lifetime }),
    { isPictured: false },
  ),
  shown(
    'signed-out/of-all-sites-from-a-site',
    'the same, with the way back',
    signedOutPage,
    (page, { words, visit }) =>
      page(visit(LOGIN_HOST), words, {
        ended: true,
        atScalekit: true,
        others: 0,
        lifetime,
        from: FOR_REPORTS.origin,
      }),
  ),
  shown('signed-out/everywhere', 'signed out everywhere', signedOutPage, (page, { words, visit }) =>
    page(visit(), words, { ended: true, atScalekit: true, everywhere: true, others: 0, lifetime }),
  ),
  shown(
    'signed-out/everywhere-only',
    'the same, and not at the sign-in service',
    signedOutPage,
    (page, { words, visit }) =>
      page(visit(), words, { ended: true, atScalekit: false, everywhere: true, others: 0, lifetime }),
    { isPictured: false },
  ),
  shown('signed-out/by-hand', 'opened without having signed out', signedOutPage, (page, { words, visit }) =>
    page(visit(), words, { ended: false, atScalekit: true, others: 0, lifetime }),
  ),
  shown('signed-out/still-in', 'still signed in', stillSignedInPage, (page, { words, visit }) =>
    page(visit(), words, 'ann@acme.example', []),
  ),
]

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1'
const EDGE =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0'
const CHROMEBOOK =
  'Mozilla/5.0 (X11; CrOS x86_64 15633.0.0) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36'

const ago = (seconds: number): EpochSeconds => (SHOWN_AT - seconds) as EpochSeconds
const sessionOf = (name: string, more: Partial<SessionSummary>): SessionSummary => ({
  id: name as SessionId,
  host: DOCS,
  userAgent: EDGE,
  place: 'Frankfurt am Main, DE',
  openedAt: ago(HOUR),
  lastUsedAt: ago(2 * MINUTE),
  ...more,
})
const here = sessionOf(ann.id, { lastUsedAt: ago(20) })
const phone = sessionOf('phone', { userAgent: IPHONE, lastUsedAt: ago(90 * MINUTE), openedAt: ago(7 * HOUR) })
const sessions = [
  here,
  phone,
  // Two of the same kind: their buttons have to say which is which.
  sessionOf('laptop', { lastUsedAt: ago(30 * HOUR), openedAt: ago(3 * DAY), place: 'Düsseldorf, DE' }),
  sessionOf('long', {
    userAgent: CHROMEBOOK,
    host: `handbook.${LONG_DOMAIN}`,
    place: 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch, GB',
    lastUsedAt: ago(20 * DAY),
    openedAt: ago(29 * DAY),
  }),
  sessionOf('unknown', {
    userAgent: undefined,
    place: undefined,
    lastUsedAt: ago(45 * DAY),
    openedAt: ago(60 * DAY),
  }),
]
/** Of two browsers: what stands on the sign-in of either at the login host ends with it. */
const atLoginHost = [
  sessionOf(ann.id, { host: LOGIN_HOST }),
  sessionOf('docs', { parent: ann.id }),
  sessionOf('login', { host: LOGIN_HOST, userAgent: IPHONE, lastUsedAt: ago(90 * MINUTE) }),
  sessionOf('reports', { host: REPORTS, userAgent: IPHONE, parent: 'login' as SessionId }),
  sessionOf('plain', { host: PLAIN, userAgent: IPHONE, parent: 'login' as SessionId }),
]
const annHere = { ...ann, email: `ann.lee@${LONG_DOMAIN}`, name: 'Ann Lee' }
const ownSessions = [
  shown(
    'sessions/several',
    'your sessions',
    sessionsPage,
    (page, { words, visit }) => page(visit(), words, annHere, sessions),
    {
      isMain: true,
    },
  ),
  shown('sessions/one', 'your only session', sessionsPage, (page, { words, visit }) =>
    page(visit(), words, ann, [here]),
  ),
  shown('sessions/ended', 'your sessions, after ending one', sessionsPage, (page, { words, visit }) =>
    page(visit(), words, ann, [here, phone], { sessions: 1, lifetime }),
  ),
  shown('sessions/at-login-host', 'your sessions at the login host', sessionsPage, (page, { words, visit }) =>
    page(visit(LOGIN_HOST), words, annHere, atLoginHost),
  ),
]

const PROBLEMS = [
  'SCALEKIT_ENVIRONMENT_URL is missing: the Environment URL of your Scalekit dashboard, such as https://acme.scalekit.com',
  'sites["docs.example.com"].rules[2].path: "/team*" has to end with "/*", or be one path',
]
const misconfigured = [
  shown(
    'misconfigured/development',
    'misconfigured, as a developer sees it',
    misconfiguredPage,
    (page, { words, visit }) => page(visit(), words, PROBLEMS, visit().reference, true),
  ),
  shown(
    'misconfigured/production',
    'misconfigured, as everybody sees it',
    misconfiguredPage,
    (page, { words, visit }) => page(visit(), words, [], visit().reference, true),
  ),
]

/** Every page that Gatehouse shows, for pictures and for checks. */
export const SHOWN_PAGES: readonly ShownPage[] = [
  ...signIn,
  ...goOn,
  ...change,
  ...signOut,
  ...ownSessions,
  ...misconfigured,
  ...SHOWN_REFUSALS,
]
