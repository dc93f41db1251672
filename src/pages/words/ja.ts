import { refusals } from './ja-refusals.ts'
import type { Words } from './words.ts'

/** All that pages say, in Japanese. */
export function words(): Words {
  return {
    language: 'ja',
    direction: 'ltr',
    code: 'コード',
    reference: '参照 ID',
    homePage: 'トップページ',
    backToSite: (host) => `${host} に戻る`,
    signInAgain: 'もう一度サインイン',
    thisSite: 'このサイト',
    refusals: refusals(),
    refusalPage: {
      usualCauses: 'よくある原因:',
      whatYouCanDo: '対処方法',
      whomToAsk: (contact) => ['問い合わせ先: ', contact],
      giveDetails: '問い合わせの際は、下記の詳細情報を伝えてください。',
      tryAgain: 'もう一度試す',
      switchAccount: 'アカウントを切り替える',
      openSite: '利用したいサイトを開き、そこからサインインしてください。',
      forScripts: 'スクリプトでは、`login_url` をページとして開いてください。',
    },
    keepFragment: {
      title: '続けるにはサインインしてください',
      goOn: 'サインインに進む',
    },
    unsentForm: {
      backAtForm: 'サインインすると、送信元のページに戻ります。',
      backHome:
        'サインインすると、トップページに移動します。そこから、フォームのあるページを開いてください。',
      asItWas: (link) => [
        '内容をそのまま送信するには、',
        link('別のタブでサインイン'),
        'してから、このタブに戻って再読み込みしてください。',
      ],
    },
    folded: {
      user: '詳細情報',
      admin: 'IT 管理者向けの情報',
      developer: 'このサイトの開発者向けの情報',
      operator: 'このサイトの運営者向けの情報',
    },
    details: {
      line: (label, value) => `${label}: ${value}`,
      time: '時刻',
      site: 'サイト',
      loginHost: 'サインイン用ホスト',
      account: 'アカウント',
      page: 'ページ',
      code: 'コード',
      reference: '参照 ID',
      attribute: '不足している属性',
      callbackUrl: '送信されたコールバック URL',
    },
    mail: {
      send: '詳細情報をメールで送る',
      sendToAdmin: '詳細情報を IT 管理者に送る',
      subject: (site) => `${site} にサインインできません`,
      body: (site, said, details) =>
        `お世話になっております。\n\n${site} にサインインできません。次のように表示されます。\n\n${said}\n\n${details}`,
      subjectOfPage: (page) => `${page} を開けません`,
      bodyOfPage: (page, who, said, details) =>
        `お世話になっております。\n\n${who === undefined ? '' : `${who} としてサインインしていますが、`}${page} を開けません。次のように表示されます。\n\n${said}\n\n${details}`,
    },
    signIn: {
      title: (site) => `${site} にサインイン`,
      check: 'メールアドレスを確認してください',
      email: '仕事用メールアドレス',
      incomplete: 'メールアドレスが完全ではありません。jane@example.com のように、すべて入力してください。',
      submit: '続ける',
      continueAs: (who) => `${who} で続ける`,
      didYouMean: (address) => ['もしかして、', address, ' ですか？'],
      use: (address) => `${address} を使う`,
      continueWith: (address) => `${address} のまま続ける`,
      workAddress: (domain) =>
        `ここでは、仕事用のメールアドレスを入力してください。${domain} のアドレスは通常、どの組織のものでもありません。`,
      another: 'または、別のアドレスを使う',
      about:
        'メールアドレスから、所属組織のサインインページを探します。ここでパスワードを入力することはありません。',
    },
    signOut: {
      title: 'このサイトからサインアウトしますか？',
      titleEverywhere: 'すべての場所からサインアウトしますか？',
      titleOfAll: 'すべてのサイトからサインアウトしますか？',
      ends: 'このサイトでの、このブラウザーのセッションが終了します。',
      endsOfAll: 'このサインインで開いたすべてのサイトから、このブラウザーでサインアウトします。',
      endsEverywhere: (minutes) =>
        `すべてのブラウザーと、所属組織のすべてのサイトで、あなたのセッションがすべて終了します。${staysReadable(minutes)}`,
      alsoAtService: 'サインインサービスにも、セッションの終了を依頼します。',
      ifUnwanted:
        'リンクを開いただけで、サインアウトするつもりがない場合は、サインインしたままにしてください。',
      submit: 'サインアウト',
      submitEverywhere: 'すべての場所からサインアウト',
      stay: 'サインインしたままにする',
    },
    stillSignedIn: {
      title: 'まだサインインしています',
      who: (name) => `${name} としてサインインしています。`,
    },
    signedOut: {
      title: 'サインアウトしました',
      titleOfNothing: 'サインインしていません',
      nothing: 'このブラウザーには、このサイトでのあなたのセッションはありません。',
      endedHereAndAtService:
        'このサイトでのセッションは終了しました。サインインサービスにも、セッションの終了を依頼しました。',
      endedOfAllAndAtService: (minutes) =>
        `このサインインで開いたすべてのサイトからサインアウトしました。サインインサービスにも、セッションの終了を依頼しました。${staysReadable(minutes)}`,
      endedOfAllOnly: (minutes) =>
        `このサインインで開いたすべてのサイトからサインアウトしました。サインインサービスでのセッションは、終了できませんでした。${staysReadable(minutes)}`,
      endedEverywhereAndAtService: (minutes) =>
        `すべてのブラウザーと、所属組織のすべてのサイトで、あなたのセッションはすべて終了しました。サインインサービスにも、セッションの終了を依頼しました。${staysReadable(minutes)}`,
      endedEverywhereOnly: (minutes) =>
        `すべてのブラウザーと、所属組織のすべてのサイトで、あなたのセッションはすべて終了しました。サインインサービスでのセッションは、終了できませんでした。${staysReadable(minutes)}`,
      endedHereOnly:
        'このサイトでのセッションは終了しました。サインインサービスでのセッションは、終了できませんでした。',
      endedHereMaybeNotAtLoginHost: (loginHost) =>
        `このサイトにはサインインしていません。${loginHost} にはまだサインインしている可能性があります。その場合、次にこのサイトを開くと、確認なしで入れます。`,
      endedHereNotAtLoginHost: (loginHost) =>
        `このサイトでのセッションは終了しました。${loginHost} にはまだサインインしているため、次にこのサイトを開くと、確認なしで入れます。`,
      othersGoOn: (others, link) => [
        `ほかのブラウザー、またはこの組織のほかのサイトで、あなたのセッションがあと ${others} 件続いています。もう一度サインインして、`,
        link('セッションの一覧'),
        'で不要なものを終了してください。',
      ],
      othersMayGoOn: (link) => [
        'セッションの記録に接続できなかったため、ほかのブラウザー、またはこの組織のほかのサイトで、あなたのセッションが続いている可能性があります。もう一度サインインして、',
        link('セッションの一覧'),
        'で不要なものを終了してください。',
      ],
      notEnded:
        '所属組織の ID プロバイダーでのセッションは、終了していません。共有のコンピューターでは、そこからもサインアウトしてください。',
    },
    sessions: {
      title: 'セッションの一覧',
      who: (name) => `${name} としてサインインしています。心当たりのないセッションは、終了してください。`,
      lastActive: (time) => ['最終利用: ', time],
      signedIn: (time) => ['サインイン: ', time],
      thisOne: '現在のセッション',
      end: '終了',
      endNamed: (device, active) => `終了: ${device} のセッション (最終利用: ${active})`,
      endsThisOne: 'これを終了すると、現在のセッションも終了します。',
      endsOthers: (others, where) =>
        `これを終了すると、これを使って開いたほかのセッション ${others} 件${where === '' ? '' : `${where} `}も終了します。`,
      ended: (sessions, minutes) => `セッションを ${sessions} 件終了しました。${staysReadable(minutes)}`,
      endOthers: 'ほかのセッションをすべて終了',
      signOut: 'ここからサインアウト',
      signOutOfAll: 'すべてのサイトからサインアウト',
    },
    device: {
      unknown: '不明なデバイス',
      on: (browser, system) => `${system} の ${browser}`,
    },
    changeOfIdentity: {
      title: (next) => `${next} として続けますか？`,
      whatHappened: (now, next, strong) => [
        '現在、',
        strong(now),
        ' としてサインインしています。このサイトの外からのリンクにより、',
        strong(next),
        ' としてのサインインが行われました。まだ何も変更されていません。',
      ],
      whatHappenedForSite: (site, now, next, strong) => [
        `${site} が、ここでの現在のユーザーとは別のユーザーを求めました。現在は `,
        strong(now),
        ' としてサインインしていますが、今回のサインインは ',
        strong(next),
        ' として行われました。まだ何も変更されていません。',
      ],
      whatFollowsForSite: (now, next) =>
        `${next} として続けると、このブラウザーでは、${now} としてのサインインで開いたすべてのサイトからサインアウトします。`,
      whatFollows: (next) =>
        `アカウントを切り替えたい場合にだけ、続けてください。それ以降ここで行う操作は、${next} として行われます。`,
      anotherAccount: (name) => `${name} (別のアカウント)`,
      anotherOrganization: (name) => `${name} (別の組織)`,
      stay: (now) => `${now} のままにする`,
      submit: (next) => `${next} として続ける`,
    },
  }
}

const staysReadable = (minutes: number): string =>
  `ほかのサイトやほかのブラウザーのページは、最大 ${minutes} 分間、引き続き閲覧できることがあります。`
