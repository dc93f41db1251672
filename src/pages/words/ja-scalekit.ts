import type { ScalekitWords } from './explanation.ts'

const SIGN_IN_AGAIN = 'もう一度サインインしてください。'
const SEND_TO_SITE = 'ご自身では解決できません。下記の詳細情報を、このサイトの運営者に送ってください。'
const SEND_TO_ADMIN = 'ご自身では解決できません。下記の詳細情報を、所属組織の IT 管理者に送ってください。'

/** The site asks the sign-in service for something that this does not do for it. */
const ofSite = (technical: string) => ({
  detail: 'このサイトとサインインサービスの連携に問題があります。',
  remedy: SEND_TO_SITE,
  technical,
})

/** The single sign-on of a customer is not set up as it has to be. */
const ofSetup = (technical: string) => ({
  detail: '所属組織のシングルサインオンが正しく動作していません。',
  remedy: SEND_TO_ADMIN,
  technical,
})

const tooLate = {
  detail: '所属組織からのサインインの応答が、期限までに届きませんでした。',
  remedy: `${SIGN_IN_AGAIN}再び発生した場合は、下記の詳細情報を所属組織の IT 管理者に送ってください。`,
  technical:
    'ID プロバイダーの応答が遅すぎたか、ID プロバイダーの時計がずれています。時計を確認してください。',
}

const badCredentials = ofSite(
  'サインインサービスが、このサイトの資格情報を受け入れません。SCALEKIT_CLIENT_ID と SCALEKIT_CLIENT_SECRET を確認してください。',
)

const unsupported = ofSite(
  'サインインサービスが、この種類のリクエストに対応していません。SCALEKIT_ENVIRONMENT_URL が Scalekit の環境を指しているか確認してください。',
)

const wrongAcsUrl = ofSetup(
  'ID プロバイダーに設定されている ACS URL が間違っています。ID プロバイダー側で修正してください。',
)

/** What is said of each of Scalekit's error codes. */
export function scalekitWords(): ScalekitWords {
  return {
    // Of the person
    access_denied: {
      detail: 'サインインがキャンセルされたか、拒否されました。',
      remedy: 'もう一度サインインし、アクセスの許可を求められたら許可してください。',
      technical:
        'キャンセルの操作がなかった場合は、ID プロバイダーが拒否しています。このユーザーにアプリケーションの利用が許可されているか、ID プロバイダーで確認してください。',
    },
    login_required: { detail: 'サインインサービスにサインインしていません。', remedy: SIGN_IN_AGAIN },
    user_login_required: { detail: 'サインインが必要です。', remedy: SIGN_IN_AGAIN },
    authentication_not_completed: {
      detail: '所属組織でのサインインが完了していません。',
      remedy: 'もう一度サインインし、最後まで進めてください。',
    },
    invalid_state: { detail: 'サインインに時間がかかりすぎました。', remedy: SIGN_IN_AGAIN },
    invalid_grant: {
      detail: 'このサインインはすでに使われたか、時間がかかりすぎました。',
      remedy: SIGN_IN_AGAIN,
    },

    // Of the sign-in service
    server_error: {
      detail: 'サインインサービスで内部エラーが発生しました。',
      remedy:
        'しばらくしてから、もう一度お試しください。問題が続く場合は、このサイトの運営者に連絡してください。',
      technical:
        'Scalekit が内部エラーを報告しました。続く場合は、下記の時刻を添えて Scalekit のサポートに問い合わせてください。',
    },
    temporarily_unavailable: {
      detail: 'サインインサービスが混み合っているか、メンテナンス中です。',
      remedy: '数分待ってから、もう一度お試しください。',
      technical:
        'Scalekit が、一時的に利用できないと応答しました。続く場合は、Scalekit のサポートに問い合わせてください。',
    },
    unknown: {
      detail: 'サインインサービスがエラーを報告しました。',
      remedy: `${SIGN_IN_AGAIN}問題が続く場合は、このサイトの運営者に連絡してください。`,
      technical:
        'Scalekit が、文書に記載のないエラーを報告しました。そのコードは、下記の参照 ID を使ってログで確認できます。',
    },

    // Of the site
    invalid_request: ofSite(
      'サインインのリクエストの形式が正しくありません。サインインを開始したリンクのパラメーターを確認してください。',
    ),
    unauthorized_client: ofSite(
      'このアプリケーションには、この方法でのサインインが許可されていません。Scalekit ダッシュボードで、認可コードグラントを許可してください。',
    ),
    unsupported_response_type: unsupported,
    unsupported_grant_type: unsupported,
    invalid_scope: ofSite(
      'サインインのリクエストが、アプリケーションに許可されていないスコープを求めています。Scalekit ダッシュボードで、openid、email、profile を許可してください。',
    ),
    invalid_redirect_uri: ofSite(
      '戻り先のアドレスが登録されていません。下記のコールバック URL を、一字一句そのまま Scalekit ダッシュボードのリダイレクト URL に追加してください。',
    ),
    invalid_connection_selector: {
      detail: 'サインインの際に、所属組織が指定されていませんでした。',
      remedy:
        'トップページを開き、そこからサインインしてください。この画面に戻ってしまう場合は、下記の詳細情報をこのサイトの運営者に送ってください。',
      technical:
        'サインインのリクエストに、組織も接続も指定されていません。サイトに `organization` または `connection` を設定するか、`login_hint` を送ってください。',
    },
    invalid_organization_id: ofSite(
      'サインインのリクエストに、存在しない組織が指定されています。設定、またはサインインを開始したリンクの組織 ID を確認してください。',
    ),
    invalid_connection_id: ofSite(
      'サインインのリクエストに、存在しない接続が指定されています。設定、またはサインインを開始したリンクの接続 ID を確認してください。',
    ),
    invalid_client: badCredentials,
    unauthorized: badCredentials,
    application_not_active: ofSite(
      'このアプリケーションは、サインインサービスで無効になっています。Scalekit ダッシュボードで有効にしてください。',
    ),

    // Of the customer's single sign-on
    no_active_connections: {
      detail: '所属組織には、有効なシングルサインオン接続がありません。',
      remedy: SEND_TO_ADMIN,
      technical: '組織に有効な接続がありません。管理ポータルで、接続を設定するか有効にしてください。',
    },
    connection_not_active: {
      detail: '所属組織のシングルサインオン接続は、無効になっています。',
      remedy: SEND_TO_ADMIN,
      technical: '接続はありますが、無効になっています。管理ポータルで有効にしてください。',
    },
    no_configured_connections: {
      detail: '所属組織のシングルサインオンは、まだ設定されていません。',
      remedy: SEND_TO_ADMIN,
      technical: '接続の設定が途中のままです。管理ポータルで設定を完了してください。',
    },
    domain_not_found: {
      detail: 'そのメールアドレスのドメインに登録されている組織はありません。',
      remedy:
        'メールアドレスに入力ミスがないか確認し、もう一度サインインしてください。間違いがない場合は、下記の詳細情報を所属組織の IT 管理者に送ってください。',
      technical:
        'このメールアドレスのドメインを持つ組織がありません。組織に、そのドメインを登録してください。',
    },
    invalid_user_domain: {
      detail: 'お使いのメールアドレスのドメインは、ここでは許可されていません。',
      remedy: SEND_TO_ADMIN,
      technical:
        'ID プロバイダーから、組織に登録されていないドメインのメールアドレスが送られてきました。組織に、そのドメインを登録してください。',
    },
    user_not_active: {
      detail: 'お使いのアカウントは有効ではありません。',
      remedy: SEND_TO_ADMIN,
      technical: 'このユーザーのアカウントは有効ではありません。組織のディレクトリで有効にしてください。',
    },
    mandatory_attribute_missing: {
      detail: '所属組織のサインインから届いた、あなたについての情報が不足しています。',
      remedy: SEND_TO_ADMIN,
      technical:
        'ID プロバイダーから、必須の属性が送られてきませんでした。接続の属性マッピングを修正してください。',
    },
    invalid_id_token: ofSetup(
      'ID プロバイダーから送られた ID トークンが無効です。接続のクライアント ID と発行者 (issuer) を確認してください。',
    ),
    failed_to_exchange_token: ofSetup(
      'ID プロバイダーがトークンの発行を拒否しました。接続のクライアントシークレットを確認してください。',
    ),
    user_info_retrieve_failed: ofSetup(
      'ID プロバイダーからプロファイルを読み取れませんでした。接続のクライアントシークレットを確認してください。',
    ),
    invalid_saml_metadata: ofSetup(
      'ID プロバイダーの SAML メタデータが無効です。接続のメタデータ URL を修正してください。',
    ),
    invalid_saml_response: ofSetup(
      'ID プロバイダーから送られた SAML 応答に問題があります。双方で接続の設定を確認してください。',
    ),
    malformed_saml_response: ofSetup(
      'ID プロバイダーから送られた SAML 応答に問題があり、読み取れません。双方で接続の設定を確認してください。',
    ),
    invalid_saml_request: ofSetup(
      'ID プロバイダーが SAML リクエストを拒否しました。双方で接続の設定を確認してください。',
    ),
    invalid_saml_form_params: ofSetup(
      'ID プロバイダーから送られた SAML フォームに問題があります。双方で接続の設定を確認してください。',
    ),
    invalid_status: ofSetup(
      'ID プロバイダーが失敗を報告しました。その内容は、ID プロバイダー自身のログで確認できます。',
    ),
    signature_validation_failed: ofSetup(
      'ID プロバイダーの応答の署名が正しくありません。接続の証明書と ACS URL を確認してください。',
    ),
    invalid_acs_url: wrongAcsUrl,
    invalid_assertion_url: wrongAcsUrl,
    assertion_expired: tooLate,
    response_expired: tooLate,
  }
}
