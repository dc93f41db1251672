import type { Lack } from '../denial.ts'
import type { AmbiguousWords, ExpectedWords, LackWords } from './explanation.ts'

/** Completes "Die Adresse enthält …." */
export const AMBIGUOUS: AmbiguousWords = {
  'a backslash behind the host': 'einen umgekehrten Schrägstrich hinter dem Host',
  'a character that has to be percent-encoded': 'ein Zeichen, das prozentkodiert sein muss',
  'a control character': 'ein Steuerzeichen',
  'a dot segment': 'ein Punktsegment („.“ oder „..“)',
  'a spelling of the prefix that cannot be taken off':
    'eine Schreibweise des Präfixes, die sich nicht entfernen lässt',
  'a user name before the host': 'einen Benutzernamen vor dem Host',
  'an incomplete percent-encoding': 'eine unvollständige Prozentkodierung',
  'an invalid host': 'einen ungültigen Host',
  'more ways to read it than can be judged': 'mehr mögliche Lesarten, als sich prüfen lassen',
  'percent-encoding that is not valid UTF-8': 'eine Prozentkodierung, die kein gültiges UTF-8 ergibt',
  'something that is not a plain path and query': 'etwas, das kein einfacher Pfad mit Query ist',
}

/** Completes "Für den Parameter … wird … erwartet." */
export const EXPECTED: ExpectedWords = {
  'a code of visible characters': 'ein Code aus sichtbaren Zeichen',
  'a connection ID, conn_…': 'eine Verbindungs-ID (conn_…)',
  'a domain': 'eine Domain',
  'a session, or others=1': 'eine Sitzung oder others=1',
  'a signed JWT': 'ein signiertes JWT',
  'an e-mail address': 'eine E-Mail-Adresse',
  'an error code (RFC 6749 section 4.1.2.1)': 'ein Fehlercode (RFC 6749, Abschnitt 4.1.2.1)',
  'an organization ID, org_…': 'eine Organisations-ID (org_…)',
  elsewhere: '„elsewhere“',
  'login, create, select_account, consent or none': 'login, create, select_account, consent oder none',
  'the address of the sign-in service': 'die Adresse des Anmeldedienstes',
  'the name of a social provider, such as google': 'der Name eines Social-Login-Anbieters wie google',
  'what a site sent': 'ein von einer Website gesendeter Wert',
  'what the login host sent': 'der vom Anmelde-Host gesendete Wert',
  'what this site sent': 'der von dieser Website gesendete Wert',
}

const oneOf = (names: readonly string[]): string =>
  new Intl.ListFormat('de', { type: 'disjunction' }).format(names)

const quoted = (name: string): string => `„${name}“`

/** Why a page is not for somebody. */
const LACKS: LackWords = {
  anyOrganization: () => 'Diese Seite ist nur für Mitglieder einer Organisation.',
  organizations: (wanted) =>
    wanted
      ? `Diese Seite ist für Mitglieder von ${oneOf(wanted)}.`
      : 'Diese Seite ist für eine andere Organisation.',
  connections: (wanted) =>
    wanted
      ? `Diese Seite ist für Personen, die sich über die Verbindung ${oneOf(wanted.map(quoted))} anmelden.`
      : 'Diese Seite ist für Personen, die sich auf anderem Weg anmelden.',
  emails: () => 'Diese Seite ist nur für bestimmte E-Mail-Adressen.',
  emailDomains: (wanted) =>
    wanted
      ? `Diese Seite ist für E-Mail-Adressen bei ${oneOf(wanted)}.`
      : 'Diese Seite ist für E-Mail-Adressen einer anderen Domain.',
  roles: (wanted) =>
    wanted
      ? `Für diese Seite ist die Rolle ${oneOf(wanted.map(quoted))} erforderlich.`
      : 'Für diese Seite ist eine Rolle erforderlich, die Sie nicht haben.',
  groups: (wanted) =>
    wanted
      ? `Für diese Seite ist die Gruppe ${oneOf(wanted.map(quoted))} erforderlich.`
      : 'Für diese Seite ist eine Gruppe erforderlich, zu der Sie nicht gehören.',
}

/** What somebody lacks, each sentence once: site and rule may both ask for an organization. */
export function inSentences(lacks: readonly Lack[]): string {
  if (lacks.length === 0) return 'Für diese Seite ist etwas erforderlich, das Sie nicht haben.'
  return [...new Set(lacks.map(({ kind, wanted }) => LACKS[kind](wanted)))].join(' ')
}
