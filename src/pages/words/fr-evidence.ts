import type { Lack } from '../denial.ts'
import type { AmbiguousWords, ExpectedWords, LackWords } from './explanation.ts'

/** Completes "L’adresse contient …." */
export const AMBIGUOUS: AmbiguousWords = {
  'a backslash behind the host': 'une barre oblique inverse après l’hôte',
  'a character that has to be percent-encoded': 'un caractère qui doit être encodé avec «\u00a0%\u00a0»',
  'a control character': 'un caractère de contrôle',
  'a dot segment': 'un segment à points («\u00a0.\u00a0» ou «\u00a0..\u00a0»)',
  'a spelling of the prefix that cannot be taken off':
    'une graphie du préfixe qui ne permet pas de le retirer',
  'a user name before the host': 'un nom d’utilisateur avant l’hôte',
  'an incomplete percent-encoding': 'un encodage «\u00a0%\u00a0» incomplet',
  'an invalid host': 'un hôte non valide',
  'more ways to read it than can be judged': 'plus de lectures possibles qu’on ne peut en vérifier',
  'percent-encoding that is not valid UTF-8':
    'un encodage «\u00a0%\u00a0» qui ne forme pas de l’UTF-8 valide',
  'something that is not a plain path and query':
    'autre chose qu’un simple chemin avec des paramètres de requête',
}

/** Completes "Valeur attendue pour le paramètre …: …." */
export const EXPECTED: ExpectedWords = {
  'a code of visible characters': 'un code composé de caractères visibles',
  'a connection ID, conn_…': 'un ID de connexion SSO (conn_…)',
  'a domain': 'un domaine',
  'a session, or others=1': 'une session, ou others=1',
  'a signed JWT': 'un JWT signé',
  'an e-mail address': 'une adresse e-mail',
  'an error code (RFC 6749 section 4.1.2.1)': 'un code d’erreur (RFC 6749, section 4.1.2.1)',
  'an organization ID, org_…': 'un ID d’organisation (org_…)',
  elsewhere: '«\u00a0elsewhere\u00a0»',
  'login, create, select_account, consent or none': 'login, create, select_account, consent ou none',
  'the address of the sign-in service': 'l’adresse du service de connexion',
  'the name of a social provider, such as google':
    'le nom d’un fournisseur de connexion sociale, par exemple google',
  'what a site sent': 'ce qu’un site a envoyé',
  'what the login host sent': 'ce que l’hôte de connexion a envoyé',
  'what this site sent': 'ce que ce site a envoyé',
}

const oneOf = (names: readonly string[]): string =>
  new Intl.ListFormat('fr', { type: 'disjunction' }).format(names)

const quoted = (name: string): string => `«\u00a0${name}\u00a0»`

/** Why a page is not for somebody. */
const LACKS: LackWords = {
  anyOrganization: () => 'Cette page est réservée aux membres d’une organisation.',
  organizations: (wanted) =>
    wanted
      ? `Cette page est réservée aux membres de l’organisation ${oneOf(wanted)}.`
      : 'Cette page est réservée à une autre organisation.',
  connections: (wanted) =>
    wanted
      ? `Cette page est réservée aux personnes qui passent par la connexion SSO ${oneOf(wanted.map(quoted))}.`
      : 'Cette page est réservée aux personnes qui se connectent autrement.',
  emails: () => 'Cette page est réservée à certaines adresses e-mail.',
  emailDomains: (wanted) =>
    wanted
      ? `Cette page est réservée aux adresses e-mail du domaine ${oneOf(wanted)}.`
      : 'Cette page est réservée aux adresses e-mail d’un autre domaine.',
  roles: (wanted) =>
    wanted
      ? `Cette page demande le rôle ${oneOf(wanted.map(quoted))}.`
      : 'Cette page demande un rôle que vous n’avez pas.',
  groups: (wanted) =>
    wanted
      ? `Cette page demande l’appartenance au groupe ${oneOf(wanted.map(quoted))}.`
      : 'Cette page demande l’appartenance à un groupe dont vous ne faites pas partie.',
}

/** What somebody lacks, each sentence once: site and rule may both ask for an organization. */
export function inSentences(lacks: readonly Lack[]): string {
  if (lacks.length === 0) return 'Cette page demande quelque chose que vous n’avez pas.'
  return [...new Set(lacks.map(({ kind, wanted }) => LACKS[kind](wanted)))].join(' ')
}
