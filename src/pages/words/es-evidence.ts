import type { Lack } from '../denial.ts'
import type { AmbiguousWords, ExpectedWords, LackWords } from './explanation.ts'

/** Completes "La dirección contiene …." */
export const AMBIGUOUS: AmbiguousWords = {
  'a backslash behind the host': 'una barra invertida después del host',
  'a character that has to be percent-encoded': 'un carácter que debe codificarse con porcentaje',
  'a control character': 'un carácter de control',
  'a dot segment': 'un segmento de puntos (“.” o “..”)',
  'a spelling of the prefix that cannot be taken off': 'una grafía del prefijo que no permite quitarlo',
  'a user name before the host': 'un nombre de usuario antes del host',
  'an incomplete percent-encoding': 'una codificación con porcentaje incompleta',
  'an invalid host': 'un host no válido',
  'more ways to read it than can be judged': 'más lecturas posibles de las que se pueden comprobar',
  'percent-encoding that is not valid UTF-8': 'una codificación con porcentaje que no forma UTF-8 válido',
  'something that is not a plain path and query': 'algo que no es una simple ruta con parámetros de consulta',
}

/** Completes "Para el parámetro … se espera …." */
export const EXPECTED: ExpectedWords = {
  'a code of visible characters': 'un código de caracteres visibles',
  'a connection ID, conn_…': 'un ID de conexión SSO (conn_…)',
  'a domain': 'un dominio',
  'a session, or others=1': 'una sesión, u others=1',
  'a signed JWT': 'un JWT firmado',
  'an e-mail address': 'una dirección de correo electrónico',
  'an error code (RFC 6749 section 4.1.2.1)': 'un código de error (RFC 6749, sección 4.1.2.1)',
  'an organization ID, org_…': 'un ID de organización (org_…)',
  elsewhere: '“elsewhere”',
  'login, create, select_account, consent or none': 'login, create, select_account, consent o none',
  'the address of the sign-in service': 'la dirección del servicio de inicio de sesión',
  'the name of a social provider, such as google':
    'el nombre de un proveedor de inicio de sesión social, como google',
  'what a site sent': 'lo que envió un sitio',
  'what the login host sent': 'lo que envió el host de inicio de sesión',
  'what this site sent': 'lo que envió este sitio',
}

const oneOf = (names: readonly string[]): string =>
  new Intl.ListFormat('es', { type: 'disjunction' }).format(names)

const quoted = (name: string): string => `“${name}”`

/** Why a page is not for somebody. */
const LACKS: LackWords = {
  anyOrganization: () => 'Esta página es para miembros de una organización.',
  organizations: (wanted) =>
    wanted ? `Esta página es para miembros de ${oneOf(wanted)}.` : 'Esta página es para otra organización.',
  connections: (wanted) =>
    wanted
      ? `Esta página es para quienes inician sesión con la conexión SSO ${oneOf(wanted.map(quoted))}.`
      : 'Esta página es para quienes inician sesión de otra forma.',
  emails: () => 'Esta página es para ciertas direcciones de correo electrónico.',
  emailDomains: (wanted) =>
    wanted
      ? `Esta página es para direcciones de correo electrónico de ${oneOf(wanted)}.`
      : 'Esta página es para direcciones de correo electrónico de otro dominio.',
  roles: (wanted) =>
    wanted
      ? `Esta página requiere el rol ${oneOf(wanted.map(quoted))}.`
      : 'Esta página requiere un rol que usted no tiene.',
  groups: (wanted) =>
    wanted
      ? `Esta página requiere pertenecer al grupo ${oneOf(wanted.map(quoted))}.`
      : 'Esta página requiere un grupo al que usted no pertenece.',
}

/** What somebody lacks, each sentence once: site and rule may both ask for an organization. */
export function inSentences(lacks: readonly Lack[]): string {
  if (lacks.length === 0) return 'Esta página requiere algo que usted no tiene.'
  return [...new Set(lacks.map(({ kind, wanted }) => LACKS[kind](wanted)))].join(' ')
}
