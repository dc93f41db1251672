import type { Lack } from '../denial.ts'
import type { AmbiguousWords, ExpectedWords, LackWords } from './explanation.ts'

/** Completes "アドレスに…があります。" */
export const AMBIGUOUS: AmbiguousWords = {
  'a backslash behind the host': 'ホストの後ろのバックスラッシュ',
  'a character that has to be percent-encoded': 'パーセントエンコードが必要な文字',
  'a control character': '制御文字',
  'a dot segment': 'ドットセグメント (「.」または「..」) ',
  'a spelling of the prefix that cannot be taken off': '取り除くことのできない表記のプレフィックス',
  'a user name before the host': 'ホストの前のユーザー名',
  'an incomplete percent-encoding': '不完全なパーセントエンコーディング',
  'an invalid host': '無効なホスト',
  'more ways to read it than can be judged': '判定しきれないほど多くの解釈の余地',
  'percent-encoding that is not valid UTF-8': '有効な UTF-8 ではないパーセントエンコーディング',
  'something that is not a plain path and query': '通常のパスとクエリではない部分',
}

/** Completes "パラメーター「…」には、…を指定してください。" */
export const EXPECTED: ExpectedWords = {
  'a code of visible characters': '表示可能な文字だけのコード',
  'a connection ID, conn_…': '接続 ID (conn_…) ',
  'a domain': 'ドメイン',
  'a session, or others=1': 'セッション (または others=1) ',
  'a signed JWT': '署名付きの JWT',
  'an e-mail address': 'メールアドレス',
  'an error code (RFC 6749 section 4.1.2.1)': 'RFC 6749 の 4.1.2.1 節のエラーコード',
  'an organization ID, org_…': '組織 ID (org_…) ',
  elsewhere: '「elsewhere」',
  'login, create, select_account, consent or none': 'login、create、select_account、consent、none のいずれか',
  'the address of the sign-in service': 'サインインサービスのアドレス',
  'the name of a social provider, such as google': 'ソーシャルプロバイダーの名前 (google など) ',
  'what a site sent': 'サイトが送った値',
  'what the login host sent': 'サインイン用ホストが送った値',
  'what this site sent': 'このサイトが送った値',
}

const oneOf = (names: readonly string[]): string =>
  new Intl.ListFormat('ja', { type: 'disjunction' }).format(names)

const quoted = (name: string): string => `「${name}」`

/** Why a page is not for somebody. */
const LACKS: LackWords = {
  anyOrganization: () => 'このページを利用できるのは、組織のメンバーだけです。',
  organizations: (wanted) =>
    wanted
      ? `このページを利用できるのは、${oneOf(wanted.map(quoted))}のメンバーだけです。`
      : 'このページは、別の組織向けです。',
  connections: () => 'このページは、別の方法でサインインする人向けです。',
  emails: () => 'このページを利用できるのは、特定のメールアドレスだけです。',
  emailDomains: (wanted) =>
    wanted
      ? `このページを利用できるのは、ドメインが ${oneOf(wanted)} のメールアドレスだけです。`
      : 'このページは、別のドメインのメールアドレス向けです。',
  roles: (wanted) =>
    wanted
      ? `このページを利用するには、ロール${oneOf(wanted.map(quoted))}が必要です。`
      : 'このページの利用に必要なロールが、あなたに割り当てられていません。',
  groups: (wanted) =>
    wanted
      ? `このページを利用するには、グループ${oneOf(wanted.map(quoted))}のメンバーである必要があります。`
      : 'このページの利用に必要なグループに、あなたは入っていません。',
}

/** What somebody lacks, each sentence once: site and rule may both ask for an organization. */
export function inSentences(lacks: readonly Lack[]): string {
  if (lacks.length === 0) return 'このページの利用に必要な条件を、満たしていません。'
  return [...new Set(lacks.map(({ kind, wanted }) => LACKS[kind](wanted)))].join('')
}
