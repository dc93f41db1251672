import type { Explanation, RefusalWords } from './explanation.ts'
import { AMBIGUOUS, EXPECTED, inSentences } from './ja-evidence.ts'
import { scalekitWords } from './ja-scalekit.ts'

const CHECK_THE_LINK =
  'アドレスを入力した場合は、入力ミスがないか確認してください。リンクを開いた場合は、そのリンクを知らせてくれた人に連絡してください。'
const SIGN_IN_AGAIN = 'このページから、もう一度サインインしてください。'
const OTHER_ACCOUNT = '正しい組織のアカウントに切り替えるか、このサイトの運営者に問い合わせてください。'
const TRY_AGAIN = 'しばらくしてから、もう一度お試しください。'
const TRY_AGAIN_OR_TELL = `${TRY_AGAIN}問題が続く場合は、このサイトの運営者に連絡してください。`
const STILL_SIGNED_IN = 'サインインしたままの状態です。'
const CAUSE_IN_LOG = '原因は、下記の参照 ID を使ってログで確認できます。'

/** With the organization that they belong to, where people call it something. */
const named = (who: string, organization: string | undefined): string =>
  organization === undefined ? who : `${who} (${organization})`

const malformedLink = (technical: string): Explanation => ({
  title: 'このリンクは正しくありません',
  detail: '必要なものが欠けているか、途中で書き換えられています。',
  remedy: CHECK_THE_LINK,
  technical,
})

const ambiguous = (technical: string): Explanation => ({
  title: 'このアドレスはあいまいです',
  detail: '何通りにも解釈できるため、開きませんでした。',
  remedy: CHECK_THE_LINK,
  technical,
})

const startedElsewhere = (): Explanation => ({
  title: 'このサインインは、ここで始めたものではありません',
  detail:
    '別のブラウザーまたはウィンドウで始めたか、10 分を超えて開いたままだったか、Cookie がブロックされています。',
  remedy: `ブラウザーで、このサイトの Cookie を許可してください。${SIGN_IN_AGAIN}`,
})

const tookTooLong = (detail: string): Explanation => ({
  title: 'サインインに時間がかかりすぎました',
  detail,
  remedy: SIGN_IN_AGAIN,
})

const unproven = (): Explanation => ({
  title: 'ご本人であることを確認できませんでした',
  detail: 'サインインサービスから届いた内容を検証できなかったため、サインインは行われていません。',
  remedy: `${SIGN_IN_AGAIN}再び発生した場合は、下記の詳細情報をこのサイトの運営者に送ってください。`,
  technical:
    '失敗した検証は、下記の参照 ID を使ってログで確認できます。よくある原因は、SCALEKIT_ENVIRONMENT_URL または SCALEKIT_CLIENT_ID が別の環境のものであること、または時計のずれです。',
})

const unavailable = (detail: string, technical: string): Explanation => ({
  title: '現在ご利用いただけません',
  detail,
  remedy: TRY_AGAIN_OR_TELL,
  technical,
})

const unverifiedNotice = ({ check }: { readonly check: string }): Explanation => ({
  title: 'この通知を検証できませんでした',
  detail: '送信元がサインインサービスであることを確認できませんでした。',
  remedy: '何も処理されていません。ブラウザーで行う操作はありません。',
  technical: `「${check}」の検証に失敗しました。シークレットとアドレスを、Scalekit ダッシュボードのものと照合してください。`,
})

const signInFailed = (words: Omit<Explanation, 'title'>): Explanation => ({
  title: 'サインインできませんでした',
  ...words,
})

/** What is said of each refusal. */
export function refusals(): RefusalWords {
  return {
    url_ambiguous: ({ part }) => ambiguous(`アドレスに${AMBIGUOUS[part]}があります。`),
    rules_disagree: () =>
      ambiguous(
        'このアドレスはサーバーによって解釈が異なり、それぞれの解釈にこのサイトの異なるルールが適用されます。各解釈とそのルールは、下記の参照 ID を使ってログで確認できます。1 つのルールが、すべての解釈を対象にする必要があります。',
      ),
    site_unknown: () => ({
      title: 'このホストにはサイトが設定されていません',
      detail: 'このアドレスはここにつながっていますが、まだ何も設定されていません。',
      remedy:
        'アドレスに入力ミスがないか確認してください。間違いがない場合は、サイトの運営者に連絡してください。',
      technical:
        'gatehouse.config.ts の `sites` に、このホストを追加してください。`sitesInKv` を使う場合は、KV のレコードでも設定できます。キーは `site:` に小文字のホスト名を続けたもので、ポートは付けません。',
    }),
    site_lookups_limited: () =>
      unavailable(
        '未知のアドレスへのアクセスが多すぎたため、このアドレスは照会されませんでした。',
        'サイトのないホストへのアクセスが、1 分間に KV で照会できる数を超えました。',
      ),
    site_lookup_failed: () =>
      unavailable(
        'このサイトの設定を読み取れませんでした。',
        `このホストのレコードを KV から読み取れませんでした。${CAUSE_IN_LOG}`,
      ),
    route_unknown: () => ({
      title: 'このアドレスには何もありません',
      detail: 'このサイトのサインインに、そのようなページはありません。',
      remedy: CHECK_THE_LINK,
    }),
    method_not_allowed: ({ allow }) => ({
      title: 'このアドレスは、この種類のリクエストを受け付けません',
      detail: 'フォームまたはスクリプトが、このアドレスの対応していない方法でアクセスしました。',
      remedy: '元のページに戻って、もう一度お試しください。',
      technical: `このアドレスが受け付けるのは、${allow} だけです。`,
    }),
    parameter_repeated: ({ parameter }) =>
      malformedLink(`パラメーター「${parameter}」が、2 回以上指定されています。`),
    parameter_invalid: ({ parameter, expected }) =>
      malformedLink(`パラメーター「${parameter}」には、${EXPECTED[expected]}を指定してください。`),
    not_a_navigation: () => ({
      title: 'これは単独のページとして開く必要があります',
      detail: 'ブラウザーが、このアドレスを別のページの一部として開こうとしました。',
      remedy: '単独のウィンドウで開いてください。',
      technical:
        'スクリプトからは `location.assign(…)` で移動してください。サインインの場合は、受け取った応答の `login_url` に移動します。',
    }),
    rate_limited: () => ({
      title: 'お使いのネットワークからのサインインが多すぎます',
      detail: 'サインインしようとした人またはタブの数が、このサイトが 1 分間に受け付ける数を超えました。',
      remedy: '1 分待ってから、サインインしてください。',
      technical: 'サインインのレート制限に達しました。制限は LOGIN_RATE_LIMIT で設定します。',
    }),
    request_too_large: ({ part, limit }) => ({
      title: 'このリクエストに含まれるデータが多すぎます',
      detail: 'このサイトが読み取れる量を超えるデータが、ブラウザーから送られました。',
      remedy: 'ブラウザーでこのサイトの Cookie を削除するか、もっと短いリンクを使ってください。',
      technical:
        part === 'address'
          ? `アドレスが ${limit} バイトを超えています。`
          : part === 'headers'
            ? `ヘッダーの合計が ${limit} バイトを超えています。`
            : `${part.header} ヘッダーが ${limit} バイトを超えています。`,
    }),
    login_required: ({ unsent }) =>
      unsent
        ? {
            title: '送信した内容は受け取られませんでした',
            detail: 'サインインしていないか、セッションが終了しているため、何も受け付けられていません。',
            remedy: 'サインインしてから、もう一度送信してください。',
          }
        : {
            title: '続けるにはサインインしてください',
            detail: 'サインインしていないか、セッションが終了しています。',
            remedy: 'サインインしてから、もう一度お試しください。',
          },
    login_loop: () => ({
      title: 'サインインが何度も繰り返されています',
      detail: '1 分以内に 3 回サインインしても、ページを開けませんでした。',
      remedy:
        'ブラウザーでこのサイトの Cookie を許可してから、もう一度サインインしてください。問題が続く場合は、下記の詳細情報をこのサイトの運営者に送ってください。',
      causes: [
        'ブラウザーがこのサイトの Cookie を保存していない。',
        'サインインが途中でやめられた。',
        'ページが最近のサインインを求めているが、古いサインインが使われた。',
      ],
      technical:
        'ブラウザーがセッションを送ったかどうか (`sentSession`) と、何が足りなかったか (`why`) は、ログで確認できます。デプロイの間で GATEHOUSE_KEYS または時計が異なっていないか、どのサインインも満たせない `maxAge` がないかを調べてください。',
    }),
    requirement_unmet: ({ who, organization, lacks, mayBeNew }) => ({
      title: 'このページへのアクセス権がありません',
      detail: `${named(who, organization)} としてサインインしています。${inSentences(lacks)}`,
      remedy: mayBeNew
        ? '最近ロールやグループを割り当てられた場合は、もう一度サインインしてください。次のサインインから有効になります。そうでない場合は、アクセス権のあるアカウントに切り替えるか、このサイトの運営者に問い合わせてください。'
        : 'アクセス権のあるアカウントに切り替えるか、このサイトの運営者に問い合わせてください。',
      technical: 'ルールと、そのルールが受け入れる条件は、下記の参照 ID を使ってログで確認できます。',
      command: 'アカウントがルールでどう判定されるかは、`gatehouse explain` で確認できます。',
    }),
    foreign_websocket: () => ({
      title: '別のサイトからは接続できません',
      detail: '別のサイトのページが、このサイトへの接続を開こうとしました。',
      remedy: 'このサイトを直接開き、そこでもう一度お試しください。',
      technical:
        '別のオリジンのページが WebSocket を開こうとしました。このサイトのページから開いてください。',
    }),
    foreign_request: () => ({
      title: '別のサイトからは送信できません',
      detail:
        '別のサイトのページが、ここで何かを変更する可能性のある内容を送信しました。その内容は転送されていません。',
      remedy: 'このサイトを直接開き、そこでもう一度お試しください。',
      technical:
        'リクエストの `Origin` が、別のサイトのものです。このサイトのページから送信するか、そのオリジンを `cors` に追加してください。',
    }),
    upstream_unreachable: () => ({
      title: 'このページのサーバーが応答しません',
      detail: 'アクセスは許可されていますが、ページ自体に接続できませんでした。',
      remedy: TRY_AGAIN_OR_TELL,
      technical: `このページのアップストリームが応答しませんでした。${CAUSE_IN_LOG}`,
    }),
    state_missing: startedElsewhere,
    code_missing: () => ({
      title: 'このサインインは完了していません',
      detail: 'サインインサービスから、結果がないまま戻されました。',
      remedy: SIGN_IN_AGAIN,
      technical: 'コールバックに、`code` も `error` もありません。',
    }),
    binding_cookie_missing: startedElsewhere,
    transaction_unknown: () => ({
      title: 'このサインインの記録は、もうありません',
      detail: 'すでに使われたか、時間内に見つかりませんでした。',
      remedy: SIGN_IN_AGAIN,
      technical:
        'このサインインのレコードはすでに使われたか、KV から時間内に読み取ることに 2 回続けて失敗しました。',
    }),
    transaction_unreadable: startedElsewhere,
    transaction_expired: () => tookTooLong('サインインは、10 分以内に完了する必要があります。'),
    transaction_of_other_host: startedElsewhere,
    login_request_missing: () => ({
      title: '利用したいサイトを開いてください',
      detail:
        'ここは、ほかのサイトにサインインするための場所です。今回は、そのどのサイトからも来ていません。',
      remedy:
        '利用したいサイトを直接開いてください。そこからここに移動し、サインイン後にそのサイトに戻ります。',
    }),
    login_request_invalid: () => ({
      title: 'このサインインは、ここを利用するサイトから始めたものではありません',
      detail: 'ここへのリンクが書き換えられているか、別のアドレスのためのリンクです。',
      remedy: '利用したいサイトを開き、そこからサインインしてください。',
    }),
    login_request_expired: () => ({
      title: 'サインインに時間がかかりすぎました',
      detail: 'サインインは、10 分以内に完了する必要があります。',
      remedy: 'サイトに戻り、そこからサインインしてください。',
    }),
    ticket_unreadable: startedElsewhere,
    ticket_of_other_host: startedElsewhere,
    ticket_of_other_login: startedElsewhere,
    ticket_expired: () => tookTooLong('サインイン後は、1 分以内にこのサイトに戻る必要があります。'),
    ticket_repeated: () => ({
      title: 'このサインインはすでに使われています',
      detail: '1 回のサインインでこのサイトを開けるのは 1 回だけです。このサインインは、すでに使われました。',
      remedy: SIGN_IN_AGAIN,
    }),
    login_host_session_ended: () => ({
      title: 'サインインの途中でサインアウトされました',
      detail: 'このサイトを開くために使うはずだったサインインは、すでに終了しています。',
      remedy: SIGN_IN_AGAIN,
    }),
    issuer_mismatch: unproven,
    scalekit_error: ({ error }) => signInFailed(scalekitWords()[error.code]),
    scalekit_unreachable: () => ({
      title: 'サインインサービスが応答しません',
      detail: '時間内に有効な応答がありませんでした。',
      remedy: TRY_AGAIN_OR_TELL,
      technical: `Scalekit から応答がなかったか、意味のある応答が得られませんでした。${CAUSE_IN_LOG}`,
    }),
    code_rejected: () => ({
      title: 'このサインインはすでに使われています',
      detail: 'すでに使われたか、時間がかかりすぎました。',
      remedy: SIGN_IN_AGAIN,
      technical: '1 回限りのコードがすでに使われたか、古すぎます。',
    }),
    client_rejected: ({ error }) => signInFailed(scalekitWords()[error.code]),
    token_response_invalid: unproven,
    id_token_invalid: unproven,
    idp_initiated_invalid: unproven,
    organization_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'このサイトは別の組織向けです',
            detail: `${named(who, organization)} としてサインインしています。このサイトは、別の組織の人向けです。`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'そのアカウントは別の組織のものです',
            detail:
              who === undefined
                ? 'サインインはできましたが、今回は別の組織のサインインが必要でした。'
                : `${named(who, organization)} としてサインインしましたが、今回は別の組織のサインインが必要でした。`,
            remedy: OTHER_ACCOUNT,
          },
    connection_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'このサイトには別のサインインが必要です',
            detail: `${named(who, organization)} としてサインインしています。このサイトは、別の方法でサインインする人向けです。`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: '別の方法でサインインしました',
            detail:
              who === undefined
                ? 'サインインはできましたが、このサイトが求める方法ではありませんでした。'
                : `${named(who, organization)} としてサインインしましたが、このサイトが求める方法ではありませんでした。`,
            remedy: OTHER_ACCOUNT,
          },
    access_withdrawn: ({ cause }) =>
      cause === 'operator_ended'
        ? {
            title: 'サインイン中に、あなたのセッションが終了されました',
            detail: 'このサイトの運営者が、たった今セッションを終了しました。',
            remedy: `${SIGN_IN_AGAIN}再び発生した場合は、このサイトの運営者に問い合わせてください。`,
          }
        : {
            title: 'サインイン中に、アクセス権が取り消されました',
            detail: '所属組織、またはこのサイトのサインインサービスが、たった今アクセス権を取り消しました。',
            remedy: `${SIGN_IN_AGAIN}サインインできない場合は、所属組織の IT 管理者に問い合わせてください。`,
            technical:
              'このサインインが始まった後に、このユーザーまたはそのアクセス権がディレクトリで削除されたか、このユーザーのログアウトが送られました。',
          },
    login_declined: ({ message }) => ({
      title: 'このサイトへのアクセスが許可されませんでした',
      detail: message,
      remedy: 'アカウントを切り替えるか、このサイトの運営者に問い合わせてください。',
    }),
    session_too_large: ({ bytes, limit }) => ({
      title: 'アカウントのデータが多すぎます',
      detail: '所属しているグループやロールが、このサイトに記憶できる数を超えています。',
      remedy: 'ご自身では解決できません。下記の詳細情報を、所属組織の IT 管理者に送ってください。',
      technical: `名前、ロール、グループの合計は ${bytes} バイトですが、上限は ${limit} バイトです。このアプリケーションに送るグループまたはロールを減らしてください。`,
    }),
    registry_unreachable: () =>
      unavailable(
        `セッションの記録に接続できませんでした。${STILL_SIGNED_IN}`,
        `セッションのレジストリ (Durable Object) が応答しませんでした。${CAUSE_IN_LOG}`,
      ),
    session_not_found: () => ({
      title: 'そのセッションはありません',
      detail: 'すでに終了しているか、あなたのセッションではありません。',
      remedy: 'セッションの一覧を再読み込みしてください。',
    }),
    cross_site_request: () => ({
      title: '別のサイトからは操作できません',
      detail:
        '別のページからの操作で、あなたのサインインに関する変更のためにここが開かれました。何も変更されていません。',
      remedy: 'このサイトを直接開き、そこで操作してください。',
      technical:
        'セッションの終了とアカウントの切り替えは、このサイトのページからのみ行えます (Sec-Fetch-Site、Origin)。',
    }),
    portal_without_organization: ({ who }) => ({
      title: 'アカウントがどの組織にも所属していません',
      detail: `${who} としてサインインしています。管理ポータルは、組織が自身のサインインを設定する場所です。`,
      remedy: '所属組織のアカウントに切り替えてください。',
    }),
    portal_limited: () => ({
      title: '管理ポータルを開いた回数が多すぎます',
      detail: '開いた回数が、このサイトが 1 分間に受け付ける回数を超えました。',
      remedy: '1 分待ってから、もう一度開いてください。',
    }),
    management_unreachable: () => ({
      title: '管理ポータルが応答しません',
      detail: `時間内に開けませんでした。${STILL_SIGNED_IN}`,
      remedy: TRY_AGAIN_OR_TELL,
      technical: `Scalekit の管理 API から応答がありませんでした。${CAUSE_IN_LOG}`,
    }),
    management_limited: () => ({
      title: '管理ポータルが混み合っています',
      detail: `一時的に、新しいアクセスを受け付けていません。${STILL_SIGNED_IN}`,
      remedy: '1 分待ってから、もう一度開いてください。',
    }),
    management_refused: () => ({
      title: '管理ポータルを開けませんでした',
      detail: `このサイトが管理ポータルを開くことを、サインインサービスが許可しませんでした。${STILL_SIGNED_IN}`,
      remedy: '下記の詳細情報を、このサイトの運営者に送ってください。',
      technical: 'Scalekit の管理 API が拒否しました。その応答は、下記の参照 ID を使ってログで確認できます。',
    }),
    webhook_invalid: unverifiedNotice,
    logout_token_invalid: unverifiedNotice,
    operator_request_malformed: ({ check }) => ({
      title: 'これは運営者リクエストではありません',
      detail: `「${check}」の検証に失敗しました。`,
      remedy:
        '署名付きトークンだけを、application/jwt として送ってください。`gatehouse sessions` はそのように送ります。',
    }),
    operator_request_invalid: ({ check }) => ({
      title: 'この運営者リクエストは信頼できません',
      detail: `「${check}」の検証に失敗しました。`,
      remedy: '時計、要求先のアドレス、鍵を、Worker のものと照合してください。',
    }),
    operator_request_repeated: () => ({
      title: 'この運営者リクエストはすでに使われています',
      detail: 'どのリクエストも、有効なのは 1 回だけです。',
      remedy: '新しいリクエストに署名してください。',
    }),
    body_too_large: ({ limit }) => ({
      title: 'このリクエストは大きすぎます',
      detail: 'ここで読み取れる量を超えるデータが送られました。',
      remedy: '送るデータを減らしてください。',
      technical: `ここで読み取れるのは、最大 ${limit} バイトです。`,
    }),
    misconfigured: () => ({
      title: 'このサイトは正しく設定されていません',
      detail: '修正されるまで、誰もアクセスできません。',
      remedy: '下記の詳細情報を、このサイトの運営者に送ってください。',
      technical: '設定に問題があります。すべての問題は、下記の参照 ID を使ってログで確認できます。',
    }),
    fault: () => ({
      title: 'サーバー側で問題が発生しました',
      detail: 'リクエストを完了できませんでした。',
      remedy: TRY_AGAIN_OR_TELL,
      technical: '例外が発生しました。内容は、下記の参照 ID を使ってログで確認できます。',
    }),
  }
}
