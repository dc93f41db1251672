/**
 * Shows on a static page who is signed in, by asking Gatehouse. What the markup can say:
 *
 *   data-when="signed-in signed-out"   seen in these states only; the third is `unavailable`
 *   data-field="user.email"            filled from the session; `person` is the best name there is, `organization` what
 *                                      people call it, `roles` those that a rule of this site asks for
 *   data-time="expires_at"             a <time>, filled from the session
 *   data-sign-in                       a link that comes back to this very address
 *   data-host                          a link to another host of this machine, which listens where this one does
 *   data-query, data-query="quarter"   the query of the address, or one value of it
 *
 * The state itself is on <html data-session>. Text goes in by textContent alone: the names are other people's words.
 */

const all = (selector) => document.querySelectorAll(selector)

async function askForSession() {
  try {
    const response = await fetch('/auth/session', {
      headers: { accept: 'application/json' },
      cache: 'no-store',
      signal: AbortSignal.timeout(10_000),
    })
    if (response.status === 401) return { state: 'signed-out', session: {} }
    if (response.ok) return { state: 'signed-in', session: await response.json() }
  } catch (reason) {
    console.info('No answer from /auth/session:', reason)
  }
  return { state: 'unavailable', session: {} }
}

/** Those of the simulator; Gatehouse tells pages the ID. */
const ORGANIZATIONS = {
  org_20000000000000001: 'Test Organization',
  org_20000000000000002: 'Acme',
  org_20000000000000003: 'Globex',
}

function fieldOf(session, path) {
  if (path === 'organization') return ORGANIZATIONS[session.organization_id] ?? 'one without a name here'
  if (path === 'roles') return session.user?.roles?.join(', ') || 'none that opens a door here'
  if (path === 'person') return session.user?.name || session.user?.email || session.user?.sub
  return path.split('.').reduce((value, key) => value?.[key], session)
}

/** A time is an ISO 8601 text or, as in a JWT, seconds since 1970. */
function showTime(element, value) {
  const time = new Date(typeof value === 'number' ? value * 1000 : (value ?? Number.NaN))
  const known = !Number.isNaN(time.getTime())
  element.dateTime = known ? time.toISOString() : ''
  element.textContent = known
    ? time.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
    : 'not given'
}

async function showSession() {
  const { state, session } = await askForSession()
  for (const element of all('[data-field]')) {
    element.textContent = fieldOf(session, element.dataset.field) ?? 'not given'
  }
  for (const element of all('[data-time]')) showTime(element, session[element.dataset.time])
  for (const element of all('[data-when]')) {
    element.hidden = !element.dataset.when.split(' ').includes(state)
  }
  document.documentElement.dataset.session = state
}

function showAddress() {
  for (const link of all('[data-host]')) link.port = location.port
  for (const link of all('[data-sign-in]')) {
    const login = new URL(link.href)
    login.searchParams.set('return_to', location.pathname + location.search)
    link.href = login.pathname + login.search
  }

  const query = new URLSearchParams(location.search)
  for (const element of all('[data-query]')) {
    const name = element.dataset.query
    element.textContent = (name ? query.get(name) : location.search) || 'none'
  }
  for (const row of all('[data-quarter]')) {
    row.classList.toggle('asked', row.dataset.quarter === query.get('quarter'))
  }
}

showAddress()
await showSession()

// A page the browser kept and brings back by "Back" still shows the session of then.
addEventListener('pageshow', async (event) => {
  if (event.persisted) await showSession()
})
