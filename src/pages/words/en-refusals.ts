import type { Lack } from '../denial.ts'
import type { Explanation, RefusalWords } from './explanation.ts'

const CORRECT_THE_LINK = 'Correct the link.'
const SIGN_IN_AGAIN = 'Sign in again from this page.'
const SWITCH_TO_RIGHT_ACCOUNT =
  'Switch to an account of the right organization, or ask whoever runs this site.'
const TRY_AGAIN = 'Try again in a moment.'
const TRY_AGAIN_OR_TELL = `${TRY_AGAIN} If it lasts, tell whoever runs this site.`

const or = (names: readonly string[]): string => names.join(' or ')

const LACKS: { readonly [K in Lack['kind']]: (wanted: Lack['wanted']) => string } = {
  anyOrganization: () => 'This page is for members of an organization.',
  organizations: (wanted) =>
    wanted ? `This page is for the organization ${or(wanted)}.` : 'This page is for another organization.',
  connections: (wanted) =>
    wanted
      ? `This page is for the connection ${or(wanted)}.`
      : 'This page is for sign-ins through another connection.',
  emails: () => 'This page is for certain e-mail addresses.',
  emailDomains: (wanted) =>
    wanted
      ? `This page is for e-mail addresses at ${or(wanted)}.`
      : 'This page is for e-mail addresses of another domain.',
  roles: (wanted) =>
    wanted ? `This page needs the role ${or(wanted)}.` : 'This page needs a role that you do not have.',
  groups: (wanted) =>
    wanted ? `This page needs the group ${or(wanted)}.` : 'This page needs a group that you are not in.',
}

/** Each sentence once: site and rule may both ask for an organization. */
const inSentences = (lacks: readonly Lack[]): string =>
  lacks.length === 0
    ? 'This page asks for something that you do not have.'
    : [...new Set(lacks.map(({ kind, wanted }) => LACKS[kind](wanted)))].join(' ')

const signedInAs = (who: string | undefined): string =>
  who === undefined ? 'The sign-in worked' : `You signed in as ${who}`

const malformedLink = (detail: string): Explanation => ({
  title: 'This link is malformed',
  detail,
  remedy: CORRECT_THE_LINK,
})

const startedElsewhere = (): Explanation => ({
  title: 'This sign-in was not started here',
  detail:
    'It was started in another browser or window, it was left open for more than ten minutes, or cookies are blocked.',
  remedy: `Allow cookies for this site. ${SIGN_IN_AGAIN}`,
})

const unproven = (): Explanation => ({
  title: 'The proof of who you are did not check out',
  detail: 'What the sign-in service sent could not be verified, so nobody was signed in.',
  remedy: `${SIGN_IN_AGAIN} If it happens again, give the reference below to whoever runs this site.`,
})

const unverifiedNotice = ({ check }: { readonly check: string }): Explanation => ({
  title: 'This notice could not be verified',
  detail: `The check of its ${check} failed.`,
  remedy: 'Compare secret and address with the Scalekit dashboard.',
})

/** What is said of each refusal. */
export const REFUSALS: RefusalWords = {
  url_ambiguous: ({ part }) => ({
    title: 'This address is ambiguous',
    detail: `It contains ${part}.`,
    remedy: CORRECT_THE_LINK,
  }),
  rules_disagree: () => ({
    title: 'This address is ambiguous',
    detail: 'Servers read it in more than one way, and this site treats those differently.',
    remedy: `${CORRECT_THE_LINK} If it has to be like this, give the reference below to whoever runs this site.`,
  }),
  site_unknown: () => ({
    title: 'No site is configured for this host',
    detail: 'The configuration of Gatehouse does not have it.',
    remedy:
      'Add the host to `sites` in gatehouse.config.ts. With `sitesInKv` a record in KV does as well, under `site:` and the host in lower case, without a port.',
  }),
  site_lookups_limited: () => ({
    title: 'This is not available right now',
    detail: 'Too many hosts were asked for that are not known, so this one was not looked up.',
    remedy: TRY_AGAIN,
  }),
  site_lookup_failed: () => ({
    title: 'This is not available right now',
    detail: 'The settings of this site could not be read.',
    remedy: TRY_AGAIN,
  }),
  route_unknown: () => ({
    title: 'There is nothing at this address',
    detail: 'Sign-in has no such page.',
    remedy: CORRECT_THE_LINK,
  }),
  method_not_allowed: ({ allow }) => ({
    title: 'This address does not accept that kind of request',
    detail: `It answers ${allow} only.`,
    remedy: 'Open it as a page.',
  }),
  parameter_repeated: ({ parameter }) =>
    malformedLink(`The parameter “${parameter}” is there more than once.`),
  parameter_invalid: ({ parameter, expected }) =>
    malformedLink(`The parameter “${parameter}” should be ${expected}.`),
  not_a_navigation: () => ({
    title: 'This needs a page of its own',
    detail: 'The browser asked for this address as part of another page.',
    remedy:
      'Open it in a window. A script does so by `location.assign(…)`, for a login with its `login_url`.',
  }),
  rate_limited: () => ({
    title: 'Too many sign-ins from your network',
    detail: 'More came within a minute than this site accepts.',
    remedy: 'Wait a minute, then sign in again.',
  }),
  request_too_large: ({ part, limit }) => ({
    title: 'This request carries too much',
    detail: `Its ${part} is longer than ${limit} bytes.`,
    remedy: 'Delete the cookies of this site, or use a shorter link.',
  }),
  login_required: ({ unsent }) =>
    unsent
      ? {
          title: 'What you sent was not received',
          detail: 'You are not signed in, or your session has ended, so nothing was taken.',
          remedy: 'Sign in, then send it again.',
        }
      : {
          title: 'Sign in to continue',
          detail: 'You are not signed in, or your session has ended.',
          remedy: 'Sign in, then try again.',
        },
  login_loop: () => ({
    title: 'Signing in keeps starting over',
    detail: 'Three sign-ins within a minute did not open the page.',
    remedy: 'Allow cookies for this site, then sign in again. If it lasts, tell whoever runs this site.',
    causes: [
      'The browser does not keep the cookies of this site.',
      'The sign-in was given up.',
      'The page asks for a recent sign-in, and an older one was used.',
    ],
  }),
  requirement_unmet: ({ who, lacks }) => ({
    title: 'You do not have access to this page',
    detail: `You are signed in as ${who}. ${inSentences(lacks)}`,
    remedy: 'Switch account, or ask whoever runs this site.',
  }),
  foreign_websocket: () => ({
    title: 'Another site may not connect',
    detail: 'A page of another origin asked for a WebSocket.',
    remedy: 'Open it from a page of this site.',
  }),
  foreign_request: () => ({
    title: 'Another site may not send this',
    detail: 'A page of another origin sent something that could change things here. It was not passed on.',
    remedy: 'Send it from a page of this site.',
  }),
  upstream_unreachable: () => ({
    title: 'The server of this page does not answer',
    detail: 'It could not be reached.',
    remedy: TRY_AGAIN_OR_TELL,
  }),
  state_missing: startedElsewhere,
  code_missing: () => ({
    title: 'This sign-in is incomplete',
    detail: 'It carries neither a code nor an error.',
    remedy: SIGN_IN_AGAIN,
  }),
  binding_cookie_missing: startedElsewhere,
  transaction_unknown: () => ({
    title: 'This sign-in is not known any more',
    detail: 'It was used already, or its record did not arrive in time, twice in a row.',
    remedy: SIGN_IN_AGAIN,
  }),
  transaction_unreadable: startedElsewhere,
  transaction_expired: () => ({
    title: 'This sign-in took too long',
    detail: 'A sign-in has ten minutes.',
    remedy: SIGN_IN_AGAIN,
  }),
  transaction_of_other_host: startedElsewhere,
  login_request_missing: () => ({
    title: 'Open the site that you want to use',
    detail: 'People sign in here for other sites, and none of those sent you.',
    remedy: 'Open the site itself: it leads you here, and you come back to it.',
  }),
  login_request_invalid: () => ({
    title: 'This sign-in was not started by a site that belongs here',
    detail: 'The link that led you here was altered, or is for another address.',
    remedy: 'Open the site that you want to use, and sign in from there.',
  }),
  login_request_expired: () => ({
    title: 'This sign-in took too long',
    detail: 'A sign-in has to be finished within ten minutes.',
    remedy: 'Go back to the site, and sign in from there.',
  }),
  ticket_unreadable: startedElsewhere,
  ticket_of_other_host: startedElsewhere,
  ticket_of_other_login: startedElsewhere,
  ticket_expired: () => ({
    title: 'This sign-in took too long',
    detail: 'The way back to this site has to be taken within a minute.',
    remedy: SIGN_IN_AGAIN,
  }),
  ticket_repeated: () => ({
    title: 'This sign-in was used already',
    detail: 'Each sign-in opens this site once, and this one has.',
    remedy: SIGN_IN_AGAIN,
  }),
  login_host_session_ended: () => ({
    title: 'You were signed out meanwhile',
    detail: 'The sign-in that this site was to be opened with has ended.',
    remedy: SIGN_IN_AGAIN,
  }),
  issuer_mismatch: unproven,
  scalekit_error: ({ error: { meaning, remedy } }) => ({
    title: 'Signing in did not work',
    detail: meaning,
    remedy,
  }),
  scalekit_unreachable: () => ({
    title: 'The sign-in service does not answer',
    detail: 'It could not be reached in time.',
    remedy: TRY_AGAIN_OR_TELL,
  }),
  code_rejected: () => ({
    title: 'This sign-in has been used already',
    detail: 'The one-time code was used before, or is too old.',
    remedy: SIGN_IN_AGAIN,
  }),
  client_rejected: ({ error: { meaning, remedy } }) => ({
    title: 'Signing in did not work',
    detail: meaning,
    remedy,
  }),
  token_response_invalid: unproven,
  id_token_invalid: unproven,
  idp_initiated_invalid: unproven,
  organization_mismatch: ({ who, signedIn }) =>
    signedIn
      ? {
          title: 'This site is for another organization',
          detail: `You are signed in as ${who}. This site is for people of another organization.`,
          remedy: SWITCH_TO_RIGHT_ACCOUNT,
        }
      : {
          title: 'That account belongs to another organization',
          detail: `${signedInAs(who)}, but this sign-in was for another organization.`,
          remedy: SWITCH_TO_RIGHT_ACCOUNT,
        },
  connection_mismatch: ({ who, signedIn }) =>
    signedIn
      ? {
          title: 'This site takes another sign-in',
          detail: `You are signed in as ${who}. This site is for people who sign in another way.`,
          remedy: SWITCH_TO_RIGHT_ACCOUNT,
        }
      : {
          title: 'That account came by another way',
          detail: `${signedInAs(who)}, but this sign-in was to come by another way.`,
          remedy: SWITCH_TO_RIGHT_ACCOUNT,
        },
  access_withdrawn: ({ cause }) =>
    cause === 'operator_ended'
      ? {
          title: 'Your sessions were ended while you signed in',
          detail: 'Whoever runs this site has just ended them.',
          remedy: `${SIGN_IN_AGAIN} If it happens again, ask whoever runs this site.`,
        }
      : {
          title: 'Your access was withdrawn while you signed in',
          detail: 'Your organization, or this site’s sign-in service, has just ended it.',
          remedy: `${SIGN_IN_AGAIN} If it does not let you in, ask the IT administrator of your organization.`,
        },
  login_declined: ({ message }) => ({
    title: 'This site did not let you in',
    detail: message,
    remedy: 'Switch account, or ask whoever runs this site.',
  }),
  session_too_large: ({ bytes, limit }) => ({
    title: 'Your account carries too much data',
    detail: `Names, roles and groups together need ${bytes} bytes; ${limit} fit.`,
    remedy: 'Ask your administrator to send fewer groups or roles to this application.',
  }),
  registry_unreachable: () => ({
    title: 'This is not available right now',
    detail: 'The record of sessions could not be reached. You are still signed in.',
    remedy: TRY_AGAIN,
  }),
  session_not_found: () => ({
    title: 'There is no such session',
    detail: 'It has ended, or it is not yours.',
    remedy: 'Reload your sessions.',
  }),
  cross_site_request: () => ({
    title: 'Another site may not ask for this',
    detail: 'Sessions are ended from pages of this site only.',
    remedy: 'Open your sessions on this site.',
  }),
  portal_without_organization: ({ who }) => ({
    title: 'Your account belongs to no organization',
    detail: `You are signed in as ${who}. The admin portal is where an organization sets up its own sign-in.`,
    remedy: 'Switch to an account of your organization.',
  }),
  portal_limited: () => ({
    title: 'The admin portal was opened too often',
    detail: 'You opened it more often within a minute than this site accepts.',
    remedy: 'Wait a minute, then open it again.',
  }),
  management_unreachable: () => ({
    title: 'The admin portal does not answer',
    detail: 'It could not be opened in time. You are still signed in.',
    remedy: TRY_AGAIN_OR_TELL,
  }),
  management_limited: () => ({
    title: 'The admin portal is busy',
    detail: 'It takes no more visitors for a moment. You are still signed in.',
    remedy: 'Wait a minute, then open it again.',
  }),
  management_refused: () => ({
    title: 'The admin portal could not be opened',
    detail: 'The sign-in service did not let this site open it for you. You are still signed in.',
    remedy: 'Tell whoever runs this site: the log has the reason under the reference below.',
  }),
  webhook_invalid: unverifiedNotice,
  logout_token_invalid: unverifiedNotice,
  operator_request_malformed: ({ check }) => ({
    title: 'This is no operator request',
    detail: `The check of its ${check} failed.`,
    remedy: 'Send a signed token, and nothing else, as application/jwt: `gatehouse sessions` does.',
  }),
  operator_request_invalid: ({ check }) => ({
    title: 'This operator request is not believed',
    detail: `The check of its ${check} failed.`,
    remedy: 'Compare the clock, the address that was asked, and the key with the Worker’s.',
  }),
  operator_request_repeated: () => ({
    title: 'This operator request was used already',
    detail: 'Each request counts once.',
    remedy: 'Sign another one.',
  }),
  body_too_large: ({ limit }) => ({
    title: 'This request is too large',
    detail: `At most ${limit} bytes are read here.`,
    remedy: 'Send less.',
  }),
  misconfigured: () => ({
    title: 'This site is not set up correctly',
    detail: 'Nobody is let in until the problems of its configuration are fixed.',
    remedy: 'Tell whoever runs this site: the log has the problems under the reference below.',
  }),
  fault: () => ({
    title: 'Something went wrong on our side',
    detail: 'The request could not be finished.',
    remedy: TRY_AGAIN_OR_TELL,
  }),
}
