import type { Lack } from '../denial.ts'
import type { AmbiguousWords, ExpectedWords, LackWords } from './explanation.ts'

/** Completes "O endereço contém …." */
export const AMBIGUOUS: AmbiguousWords = {
  'a backslash behind the host': 'uma barra invertida depois do host',
  'a character that has to be percent-encoded': 'um caractere que precisa de codificação por porcentagem',
  'a control character': 'um caractere de controle',
  'a dot segment': 'um segmento de pontos (“.” ou “..”)',
  'a spelling of the prefix that cannot be taken off': 'uma grafia do prefixo que não pode ser removida',
  'a user name before the host': 'um nome de usuário antes do host',
  'an incomplete percent-encoding': 'uma codificação por porcentagem incompleta',
  'an invalid host': 'um host inválido',
  'more ways to read it than can be judged': 'mais interpretações possíveis do que se pode avaliar',
  'percent-encoding that is not valid UTF-8': 'uma codificação por porcentagem que não é UTF-8 válido',
  'something that is not a plain path and query': 'algo que não é um simples caminho com consulta',
}

/** Completes "O parâmetro … deveria ser …." */
export const EXPECTED: ExpectedWords = {
  'a code of visible characters': 'um código de caracteres visíveis',
  'a connection ID, conn_…': 'um ID de conexão, conn_…',
  'a domain': 'um domínio',
  'a session, or others=1': 'uma sessão, ou others=1',
  'a signed JWT': 'um JWT assinado',
  'an e-mail address': 'um endereço de e-mail',
  'an error code (RFC 6749 section 4.1.2.1)': 'um código de erro (RFC 6749, seção 4.1.2.1)',
  'an organization ID, org_…': 'um ID de organização, org_…',
  elsewhere: '“elsewhere”',
  'login, create, select_account, consent or none': 'login, create, select_account, consent ou none',
  'the address of the sign-in service': 'o endereço do serviço de login',
  'the name of a social provider, such as google': 'o nome de um provedor social, como google',
  'what a site sent': 'o que um site enviou',
  'what the login host sent': 'o que o host de login enviou',
  'what this site sent': 'o que este site enviou',
}

const oneOf = (names: readonly string[]): string =>
  new Intl.ListFormat('pt', { type: 'disjunction' }).format(names)

const quoted = (name: string): string => `“${name}”`

/** Why a page is not for somebody. */
const LACKS: LackWords = {
  anyOrganization: () => 'Esta página é para membros de uma organização.',
  organizations: (wanted) =>
    wanted ? `Esta página é para pessoas de ${oneOf(wanted)}.` : 'Esta página é para outra organização.',
  connections: () => 'Esta página é para quem faz login de outra forma.',
  emails: () => 'Esta página é para determinados endereços de e-mail.',
  emailDomains: (wanted) =>
    wanted
      ? `Esta página é para endereços de e-mail de ${oneOf(wanted)}.`
      : 'Esta página é para endereços de e-mail de outro domínio.',
  roles: (wanted) =>
    wanted
      ? `Esta página exige a função ${oneOf(wanted.map(quoted))}.`
      : 'Esta página exige uma função que você não tem.',
  groups: (wanted) =>
    wanted
      ? `Esta página exige o grupo ${oneOf(wanted.map(quoted))}.`
      : 'Esta página exige um grupo do qual você não faz parte.',
}

/** What somebody lacks, each sentence once: site and rule may both ask for an organization. */
export function inSentences(lacks: readonly Lack[]): string {
  if (lacks.length === 0) return 'Esta página exige algo que você não tem.'
  return [...new Set(lacks.map(({ kind, wanted }) => LACKS[kind](wanted)))].join(' ')
}
