import { AMBIGUOUS, EXPECTED, inSentences } from './en-evidence.ts'
import { scalekitWords } from './en-scalekit.ts'
import type { Explanation, RefusalWords } from './explanation.ts'

const CHECK_THE_LINK =
  'If you typed the address, check it for a slip. If you followed a link, tell whoever gave it to you.'
const SIGN_IN_AGAIN = 'Sign in again from this page.'
const OTHER_ACCOUNT = 'Switch to an account of the right organization, or ask whoever runs this site.'
const TRY_AGAIN = 'Try again in a moment.'
const TRY_AGAIN_OR_TELL = `${TRY_AGAIN} If it keeps happening, tell whoever runs this site.`
const STILL_SIGNED_IN = 'You are still signed in.'

/** With the organization that they belong to, where people call it something. */
const named = (who: string, organization: string | undefined): string =>
  organization === undefined ? who : `${who} (${organization})`

const malformedLink = (technical: string): Explanation => ({
  title: 'This link does not work',
  detail: 'Something in it is missing, or was changed on the way.',
  remedy: CHECK_THE_LINK,
  technical,
})

const ambiguous = (technical: string): Explanation => ({
  title: 'This address is ambiguous',
  detail: 'It can be read in more than one way, so it was not opened.',
  remedy: CHECK_THE_LINK,
  technical,
})

const startedElsewhere = (): Explanation => ({
  title: 'This sign-in was not started here',
  detail:
    'It was started in another browser or window, it was left open for more than ten minutes, or cookies are blocked.',
  remedy: `Allow cookies for this site in your browser. ${SIGN_IN_AGAIN}`,
})

const tookTooLong = (detail: string): Explanation => ({
  title: 'This sign-in took too long',
  detail,
  remedy: SIGN_IN_AGAIN,
})

const unproven = (): Explanation => ({
  title: 'The proof of who you are did not check out',
  detail: 'What the sign-in service sent could not be verified, so nobody was signed in.',
  remedy: `${SIGN_IN_AGAIN} If it happens again, send the details below to whoever runs this site.`,
  technical:
    'The log has the check that failed, under the reference below. Usual causes: SCALEKIT_ENVIRONMENT_URL or SCALEKIT_CLIENT_ID of another environment, or clocks that are apart.',
})

const unavailable = (detail: string, technical: string): Explanation => ({
  title: 'This is not available right now',
  detail,
  remedy: TRY_AGAIN_OR_TELL,
  technical,
})

const unverifiedNotice = ({ check }: { readonly check: string }): Explanation => ({
  title: 'This notice could not be verified',
  detail: 'Whoever sent it could not show that they are the sign-in service.',
  remedy: 'Nothing was done. There is nothing for you to do in a browser here.',
  technical: `The check of its ${check} failed. Compare the secret and the address with those in the Scalekit dashboard.`,
})

const signInFailed = (words: Omit<Explanation, 'title'>): Explanation => ({
  title: 'Signing in did not work',
  ...words,
})

/** What is said of each refusal. */
export function refusals(): RefusalWords {
  return {
    url_ambiguous: ({ part }) => ambiguous(`The address has ${AMBIGUOUS[part]} in it.`),
    rules_disagree: () =>
      ambiguous(
        'Servers read this address in more than one way, and different rules of this site cover those. The log has each reading with its rule, under the reference below: one rule has to cover all of them.',
      ),
    site_unknown: () => ({
      title: 'No site is configured for this host',
      detail: 'The address leads here, and nothing is set up for it yet.',
      remedy: 'Check the address for a slip. If it is right, tell whoever runs the site.',
      technical:
        'Add the host to `sites` in gatehouse.config.ts. With `sitesInKv` a record in KV does as well, under `site:` and the host in lower case, without a port.',
    }),
    site_lookups_limited: () =>
      unavailable(
        'Too many unknown addresses were asked for, so this one was not looked up.',
        'More hosts without a site were asked for than are looked up in KV within a minute.',
      ),
    site_lookup_failed: () =>
      unavailable(
        'The settings of this site could not be read.',
        'The record of this host could not be read from KV. The log has the cause, under the reference below.',
      ),
    route_unknown: () => ({
      title: 'There is nothing at this address',
      detail: 'The sign-in of this site has no such page.',
      remedy: CHECK_THE_LINK,
    }),
    method_not_allowed: ({ allow }) => ({
      title: 'This address does not accept that kind of request',
      detail: 'A form or a script asked for it in a way that it does not answer.',
      remedy: 'Go back to the page that you came from, and try again.',
      technical: `This address answers ${allow} only.`,
    }),
    parameter_repeated: ({ parameter }) =>
      malformedLink(`The parameter “${parameter}” is there more than once.`),
    parameter_invalid: ({ parameter, expected }) =>
      malformedLink(`The parameter “${parameter}” should be ${EXPECTED[expected]}.`),
    not_a_navigation: () => ({
      title: 'This needs a page of its own',
      detail: 'The browser asked for this address as part of another page.',
      remedy: 'Open it in a window of its own.',
      technical:
        'A script leads there by `location.assign(…)`: for a login with the `login_url` of the answer that it got.',
    }),
    rate_limited: () => ({
      title: 'Too many sign-ins from your network',
      detail: 'More people, or more tabs, tried to sign in within a minute than this site accepts.',
      remedy: 'Wait a minute, then sign in again.',
      technical: 'The rate limit of logins was reached: LOGIN_RATE_LIMIT sets it.',
    }),
    request_too_large: ({ part, limit }) => ({
      title: 'This request carries too much',
      detail: 'Your browser sent more than this site can read.',
      remedy: 'Delete the cookies of this site in your browser, or use a shorter link.',
      technical:
        part === 'address'
          ? `The address is longer than ${limit} bytes.`
          : part === 'headers'
            ? `The headers together are longer than ${limit} bytes.`
            : `The ${part.header} header is longer than ${limit} bytes.`,
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
      remedy:
        'Allow cookies for this site in your browser, then sign in again. If it keeps happening, send the details below to whoever runs this site.',
      causes: [
        'The browser does not keep the cookies of this site.',
        'The sign-in was given up.',
        'The page asks for a recent sign-in, and an older one was used.',
      ],
      technical:
        'The log says whether the browser sent a session (`sentSession`), and what was missing (`why`). Look for GATEHOUSE_KEYS or clocks that differ between deployments, and for a `maxAge` that no sign-in meets.',
    }),
    requirement_unmet: ({ who, organization, lacks, mayBeNew }) => ({
      title: 'You do not have access to this page',
      detail: `You are signed in as ${named(who, organization)}. ${inSentences(lacks)}`,
      remedy: mayBeNew
        ? 'If a role or group was given to you a short while ago, sign in again: it counts from the next sign-in. Otherwise switch to an account that has access, or ask whoever runs this site.'
        : 'Switch to an account that has access, or ask whoever runs this site.',
      technical: 'The log has the rule, and what it would accept, under the reference below.',
      command: '`gatehouse explain` shows what the rules make of an account.',
    }),
    foreign_websocket: () => ({
      title: 'Another site may not connect',
      detail: 'A page of another site tried to open a connection to this one.',
      remedy: 'Open this site itself, and try again there.',
      technical: 'A page of another origin asked for a WebSocket. Open it from a page of this site.',
    }),
    foreign_request: () => ({
      title: 'Another site may not send this',
      detail: 'A page of another site sent something that could change things here. It was not passed on.',
      remedy: 'Open this site itself, and try again there.',
      technical:
        'The request has the `Origin` of another site. Send it from a page of this one, or add that origin to `cors`.',
    }),
    upstream_unreachable: () => ({
      title: 'The server of this page does not answer',
      detail: 'You are let in, but the page itself could not be reached.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'The upstream of this page did not answer. The log has the cause, under the reference below.',
    }),
    state_missing: startedElsewhere,
    code_missing: () => ({
      title: 'This sign-in is incomplete',
      detail: 'The sign-in service sent you back without a result.',
      remedy: SIGN_IN_AGAIN,
      technical: 'The callback has neither a `code` nor an `error`.',
    }),
    binding_cookie_missing: startedElsewhere,
    transaction_unknown: () => ({
      title: 'This sign-in is not known any more',
      detail: 'It was used already, or it could not be found in time.',
      remedy: SIGN_IN_AGAIN,
      technical: 'The record of this login was used, or could not be read from KV in time, twice in a row.',
    }),
    transaction_unreadable: startedElsewhere,
    transaction_expired: () => tookTooLong('A sign-in has to be finished within ten minutes.'),
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
    ticket_expired: () => tookTooLong('The way back to this site has to be taken within a minute.'),
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
    scalekit_error: ({ error }) => signInFailed(scalekitWords()[error.code]),
    scalekit_unreachable: () => ({
      title: 'The sign-in service does not answer',
      detail: 'It gave no answer in time, or none that this site can use.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'Scalekit gave no answer, or none that makes sense. The log has the cause, under the reference below.',
    }),
    code_rejected: () => ({
      title: 'This sign-in has been used already',
      detail: 'It was used before, or it took too long.',
      remedy: SIGN_IN_AGAIN,
      technical: 'The one-time code was used before, or is too old.',
    }),
    client_rejected: ({ error }) => signInFailed(scalekitWords()[error.code]),
    token_response_invalid: unproven,
    id_token_invalid: unproven,
    idp_initiated_invalid: unproven,
    organization_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'This site is for another organization',
            detail: `You are signed in as ${named(who, organization)}. This site is for people of another organization.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'That account belongs to another organization',
            detail:
              who === undefined
                ? 'The sign-in worked, but it was for another organization.'
                : `You signed in as ${named(who, organization)}, but this sign-in was for another organization.`,
            remedy: OTHER_ACCOUNT,
          },
    connection_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'This site takes another sign-in',
            detail: `You are signed in as ${named(who, organization)}. This site is for people who sign in another way.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'You signed in another way',
            detail:
              who === undefined
                ? 'The sign-in worked, but it was for people who sign in another way.'
                : `You signed in as ${named(who, organization)}, but this sign-in was for people who sign in another way.`,
            remedy: OTHER_ACCOUNT,
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
            technical:
              'The person or their access was removed in the directory, or a logout was sent for them, after this sign-in began.',
          },
    login_declined: ({ message }) => ({
      title: 'This site did not let you in',
      detail: message,
      remedy: 'Switch account, or ask whoever runs this site.',
    }),
    session_too_large: ({ bytes, limit }) => ({
      title: 'Your account carries too much data',
      detail: 'You belong to more groups or roles than this site can remember.',
      remedy:
        'You cannot put this right yourself: send the details below to the IT administrator of your organization.',
      technical: `Names, roles and groups together need ${bytes} bytes; ${limit} fit. Send fewer groups or roles to this application.`,
    }),
    registry_unreachable: () =>
      unavailable(
        `The record of sessions could not be reached. ${STILL_SIGNED_IN}`,
        'The registry of sessions (a Durable Object) did not answer. The log has the cause, under the reference below.',
      ),
    session_not_found: () => ({
      title: 'There is no such session',
      detail: 'It has ended, or it is not yours.',
      remedy: 'Reload your sessions.',
    }),
    cross_site_request: () => ({
      title: 'Another site may not ask for this',
      detail: 'Another page sent you here to change something about your sign-in. Nothing was changed.',
      remedy: 'Open this site itself, and do it there.',
      technical:
        'Sessions are ended, and accounts changed, from pages of this site only (Sec-Fetch-Site, Origin).',
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
      detail: `It could not be opened in time. ${STILL_SIGNED_IN}`,
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'Scalekit’s management API gave no answer. The log has the cause, under the reference below.',
    }),
    management_limited: () => ({
      title: 'The admin portal is busy',
      detail: `It takes no more visitors for a moment. ${STILL_SIGNED_IN}`,
      remedy: 'Wait a minute, then open it again.',
    }),
    management_refused: () => ({
      title: 'The admin portal could not be opened',
      detail: `The sign-in service did not let this site open it for you. ${STILL_SIGNED_IN}`,
      remedy: 'Send the details below to whoever runs this site.',
      technical: 'Scalekit’s management API refused. The log has its answer, under the reference below.',
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
      detail: 'More was sent than is read here.',
      remedy: 'Send less.',
      technical: `At most ${limit} bytes are read here.`,
    }),
    misconfigured: () => ({
      title: 'This site is not set up correctly',
      detail: 'Nobody is let in until that is put right.',
      remedy: 'Send the details below to whoever runs this site.',
      technical: 'The configuration has problems. The log lists all of them, under the reference below.',
    }),
    fault: () => ({
      title: 'Something went wrong on our side',
      detail: 'The request could not be finished.',
      remedy: TRY_AGAIN_OR_TELL,
      technical: 'An exception was thrown. The log has it, under the reference below.',
    }),
  }
}
