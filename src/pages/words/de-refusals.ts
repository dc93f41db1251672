import { AMBIGUOUS, EXPECTED, inSentences } from './de-evidence.ts'
import { scalekitWords } from './de-scalekit.ts'
import type { Explanation, RefusalWords } from './explanation.ts'

const CHECK_THE_LINK =
  'Wenn Sie die Adresse selbst eingegeben haben, prüfen Sie sie auf Tippfehler. Wenn Sie einem Link gefolgt sind, geben Sie dort Bescheid, wo Sie ihn gefunden haben.'
const SIGN_IN_AGAIN = 'Melden Sie sich über diese Seite erneut an.'
const OTHER_ACCOUNT =
  'Wechseln Sie zu einem Konto der richtigen Organisation, oder fragen Sie die Betreiber dieser Website.'
const TRY_AGAIN = 'Versuchen Sie es gleich noch einmal.'
const TRY_AGAIN_OR_TELL = `${TRY_AGAIN} Wenn das weiterhin passiert, geben Sie den Betreibern dieser Website Bescheid.`
const STILL_SIGNED_IN = 'Sie sind weiterhin angemeldet.'

/** With the organization that they belong to, where people call it something. */
const named = (who: string, organization: string | undefined): string =>
  organization === undefined ? who : `${who} (${organization})`

const malformedLink = (technical: string): Explanation => ({
  title: 'Dieser Link funktioniert nicht',
  detail: 'Ein Teil davon fehlt oder wurde unterwegs verändert.',
  remedy: CHECK_THE_LINK,
  technical,
})

const ambiguous = (technical: string): Explanation => ({
  title: 'Diese Adresse ist nicht eindeutig',
  detail: 'Sie lässt sich auf mehr als eine Weise lesen und wurde deshalb nicht geöffnet.',
  remedy: CHECK_THE_LINK,
  technical,
})

const startedElsewhere = (): Explanation => ({
  title: 'Diese Anmeldung wurde nicht hier begonnen',
  detail:
    'Sie wurde in einem anderen Browser oder Fenster begonnen, blieb länger als zehn Minuten offen, oder Cookies sind blockiert.',
  remedy: `Lassen Sie in Ihrem Browser Cookies für diese Website zu. ${SIGN_IN_AGAIN}`,
})

const tookTooLong = (detail: string): Explanation => ({
  title: 'Diese Anmeldung hat zu lange gedauert',
  detail,
  remedy: SIGN_IN_AGAIN,
})

const unproven = (): Explanation => ({
  title: 'Ihre Identität konnte nicht bestätigt werden',
  detail: 'Was der Anmeldedienst gesendet hat, ließ sich nicht überprüfen. Deshalb wurde niemand angemeldet.',
  remedy: `${SIGN_IN_AGAIN} Wenn das wieder passiert, senden Sie die Details unten an die Betreiber dieser Website.`,
  technical:
    'Welche Prüfung fehlgeschlagen ist, steht im Protokoll unter der Referenz unten. Übliche Ursachen: SCALEKIT_ENVIRONMENT_URL oder SCALEKIT_CLIENT_ID gehört zu einer anderen Umgebung, oder Uhren gehen auseinander.',
})

const unavailable = (detail: string, technical: string): Explanation => ({
  title: 'Das ist gerade nicht verfügbar',
  detail,
  remedy: TRY_AGAIN_OR_TELL,
  technical,
})

const unverifiedNotice = ({ check }: { readonly check: string }): Explanation => ({
  title: 'Diese Mitteilung konnte nicht überprüft werden',
  detail: 'Wer sie gesendet hat, konnte sich nicht als der Anmeldedienst ausweisen.',
  remedy: 'Es wurde nichts verändert. Im Browser gibt es hier für Sie nichts zu tun.',
  technical: `Die Prüfung „${check}“ ist fehlgeschlagen. Vergleichen Sie das Secret und die Adresse mit denen im Scalekit-Dashboard.`,
})

const signInFailed = (words: Omit<Explanation, 'title'>): Explanation => ({
  title: 'Die Anmeldung hat nicht geklappt',
  ...words,
})

/** What is said of each refusal. */
export function refusals(): RefusalWords {
  return {
    url_ambiguous: ({ part }) => ambiguous(`Die Adresse enthält ${AMBIGUOUS[part]}.`),
    rules_disagree: () =>
      ambiguous(
        'Server lesen diese Adresse auf mehr als eine Weise, und für die Lesarten gelten verschiedene Regeln dieser Website. Jede Lesart steht mit ihrer Regel im Protokoll unter der Referenz unten: Eine einzige Regel muss für alle gelten.',
      ),
    site_unknown: () => ({
      title: 'Für diesen Host ist keine Website konfiguriert',
      detail: 'Die Adresse führt hierher, aber hier ist noch nichts für sie eingerichtet.',
      remedy: 'Prüfen Sie die Adresse auf Tippfehler. Stimmt sie, informieren Sie die Betreiber der Website.',
      technical:
        'Fügen Sie den Host in gatehouse.config.ts zu `sites` hinzu. Mit `sitesInKv` genügt auch ein Eintrag in KV unter `site:` und dem Host in Kleinbuchstaben, ohne Port.',
    }),
    site_lookups_limited: () =>
      unavailable(
        'Es wurden zu viele unbekannte Adressen aufgerufen. Deshalb wurde diese nicht nachgeschlagen.',
        'Es wurden mehr Hosts ohne Website aufgerufen, als innerhalb einer Minute in KV nachgeschlagen werden.',
      ),
    site_lookup_failed: () =>
      unavailable(
        'Die Einstellungen dieser Website konnten nicht gelesen werden.',
        'Der Eintrag dieses Hosts konnte nicht aus KV gelesen werden. Die Ursache steht im Protokoll unter der Referenz unten.',
      ),
    route_unknown: () => ({
      title: 'Unter dieser Adresse gibt es nichts',
      detail: 'Zur Anmeldung dieser Website gehört keine solche Seite.',
      remedy: CHECK_THE_LINK,
    }),
    method_not_allowed: ({ allow }) => ({
      title: 'Diese Adresse nimmt solche Anfragen nicht an',
      detail: 'Ein Formular oder ein Skript hat sie auf eine Weise aufgerufen, auf die sie nicht antwortet.',
      remedy: 'Gehen Sie zurück zu der Seite, von der Sie gekommen sind, und versuchen Sie es noch einmal.',
      technical: `Diese Adresse antwortet nur auf ${allow}.`,
    }),
    parameter_repeated: ({ parameter }) =>
      malformedLink(`Der Parameter „${parameter}“ kommt mehr als einmal vor.`),
    parameter_invalid: ({ parameter, expected }) =>
      malformedLink(`Für den Parameter „${parameter}“ wird ${EXPECTED[expected]} erwartet.`),
    not_a_navigation: () => ({
      title: 'Das braucht eine eigene Seite',
      detail: 'Der Browser hat diese Adresse als Teil einer anderen Seite aufgerufen.',
      remedy: 'Öffnen Sie sie in einem eigenen Fenster.',
      technical:
        'Ein Skript führt mit `location.assign(…)` dorthin: bei einer Anmeldung mit der `login_url` aus der Antwort, die es erhalten hat.',
    }),
    rate_limited: () => ({
      title: 'Zu viele Anmeldungen aus Ihrem Netzwerk',
      detail: 'In einer Minute wollten sich mehr Personen oder Tabs anmelden, als diese Website zulässt.',
      remedy: 'Warten Sie eine Minute, und melden Sie sich dann erneut an.',
      technical: 'Die Obergrenze für Anmeldungen wurde erreicht: LOGIN_RATE_LIMIT legt sie fest.',
    }),
    request_too_large: ({ part, limit }) => ({
      title: 'Diese Anfrage enthält zu viel',
      detail: 'Ihr Browser hat mehr gesendet, als diese Website lesen kann.',
      remedy: 'Löschen Sie in Ihrem Browser die Cookies dieser Website, oder nutzen Sie einen kürzeren Link.',
      technical:
        part === 'address'
          ? `Die Adresse ist länger als ${limit} Byte.`
          : part === 'headers'
            ? `Die Header sind zusammen länger als ${limit} Byte.`
            : `Der Header „${part.header}“ ist länger als ${limit} Byte.`,
    }),
    login_required: ({ unsent }) =>
      unsent
        ? {
            title: 'Ihre Eingaben sind nicht angekommen',
            detail:
              'Sie sind nicht angemeldet, oder Ihre Sitzung ist beendet. Daher wurde nichts angenommen.',
            remedy: 'Melden Sie sich an, und senden Sie Ihre Eingaben noch einmal.',
          }
        : {
            title: 'Melden Sie sich an, um fortzufahren',
            detail: 'Sie sind nicht angemeldet, oder Ihre Sitzung ist beendet.',
            remedy: 'Melden Sie sich an, und versuchen Sie es dann noch einmal.',
          },
    login_loop: () => ({
      title: 'Die Anmeldung beginnt immer wieder von vorn',
      detail: 'Drei Anmeldungen innerhalb einer Minute haben die Seite nicht geöffnet.',
      remedy:
        'Lassen Sie in Ihrem Browser Cookies für diese Website zu, und melden Sie sich dann erneut an. Wenn das weiterhin passiert, senden Sie die Details unten an die Betreiber dieser Website.',
      causes: [
        'Der Browser behält die Cookies dieser Website nicht.',
        'Die Anmeldung wurde abgebrochen.',
        'Die Seite verlangt eine neue Anmeldung, und es wurde eine ältere verwendet.',
      ],
      technical:
        'Im Protokoll steht, ob der Browser eine Sitzung gesendet hat (`sentSession`) und was gefehlt hat (`why`). Achten Sie auf GATEHOUSE_KEYS oder Uhren, die sich zwischen Deployments unterscheiden, und auf ein `maxAge`, das keine Anmeldung erfüllt.',
    }),
    requirement_unmet: ({ who, organization, lacks, mayBeNew }) => ({
      title: 'Sie haben keinen Zugriff auf diese Seite',
      detail: `Sie sind als ${named(who, organization)} angemeldet. ${inSentences(lacks)}`,
      remedy: mayBeNew
        ? 'Wenn Sie eine Rolle oder Gruppe erst vor Kurzem erhalten haben, melden Sie sich erneut an: Sie gilt ab der nächsten Anmeldung. Wechseln Sie sonst zu einem Konto, das Zugriff hat, oder fragen Sie die Betreiber dieser Website.'
        : 'Wechseln Sie zu einem Konto, das Zugriff hat, oder fragen Sie die Betreiber dieser Website.',
      technical: 'Die Regel und was sie erlauben würde, stehen im Protokoll unter der Referenz unten.',
      command: '`gatehouse explain` zeigt, was die Regeln für ein Konto ergeben.',
    }),
    foreign_websocket: () => ({
      title: 'Eine andere Website darf sich nicht verbinden',
      detail: 'Eine Seite einer anderen Website hat versucht, eine Verbindung zu dieser aufzubauen.',
      remedy: 'Öffnen Sie diese Website selbst, und versuchen Sie es dort noch einmal.',
      technical:
        'Eine Seite eines anderen Origins wollte einen WebSocket öffnen. Öffnen Sie ihn von einer Seite dieser Website aus.',
    }),
    foreign_request: () => ({
      title: 'Eine andere Website darf das nicht senden',
      detail:
        'Eine Seite einer anderen Website hat etwas gesendet, das hier etwas ändern könnte. Es wurde nicht weitergegeben.',
      remedy: 'Öffnen Sie diese Website selbst, und versuchen Sie es dort noch einmal.',
      technical:
        'Die Anfrage trägt den `Origin` einer anderen Website. Senden Sie sie von einer Seite dieser Website aus, oder fügen Sie den Origin zu `cors` hinzu.',
    }),
    upstream_unreachable: () => ({
      title: 'Der Server dieser Seite antwortet nicht',
      detail: 'Sie haben Zugriff, aber die Seite selbst war nicht erreichbar.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'Der Upstream dieser Seite hat nicht geantwortet. Die Ursache steht im Protokoll unter der Referenz unten.',
    }),
    state_missing: startedElsewhere,
    code_missing: () => ({
      title: 'Diese Anmeldung ist unvollständig',
      detail: 'Der Anmeldedienst hat Sie ohne Ergebnis zurückgeschickt.',
      remedy: SIGN_IN_AGAIN,
      technical: 'Der Callback enthält weder `code` noch `error`.',
    }),
    binding_cookie_missing: startedElsewhere,
    transaction_unknown: () => ({
      title: 'Diese Anmeldung ist nicht mehr bekannt',
      detail: 'Sie wurde bereits verwendet oder konnte nicht rechtzeitig gefunden werden.',
      remedy: SIGN_IN_AGAIN,
      technical:
        'Der Eintrag dieser Anmeldung wurde bereits verwendet oder konnte zweimal nacheinander nicht rechtzeitig aus KV gelesen werden.',
    }),
    transaction_unreadable: startedElsewhere,
    transaction_expired: () =>
      tookTooLong('Eine Anmeldung muss innerhalb von zehn Minuten abgeschlossen sein.'),
    transaction_of_other_host: startedElsewhere,
    login_request_missing: () => ({
      title: 'Öffnen Sie die Website, die Sie verwenden möchten',
      detail: 'Hier meldet man sich für andere Websites an, und keine davon hat Sie hergeschickt.',
      remedy: 'Öffnen Sie die Website selbst: Sie führt Sie hierher, und danach kommen Sie zu ihr zurück.',
    }),
    login_request_invalid: () => ({
      title: 'Diese Anmeldung stammt nicht von einer Website, die hierher gehört',
      detail: 'Der Link, der Sie hergeführt hat, wurde verändert oder gilt für eine andere Adresse.',
      remedy: 'Öffnen Sie die Website, die Sie verwenden möchten, und melden Sie sich von dort aus an.',
    }),
    login_request_expired: () => ({
      ...tookTooLong('Eine Anmeldung muss innerhalb von zehn Minuten abgeschlossen sein.'),
      remedy: 'Gehen Sie zurück zur Website, und melden Sie sich von dort aus an.',
    }),
    ticket_unreadable: startedElsewhere,
    ticket_of_other_host: startedElsewhere,
    ticket_of_other_login: startedElsewhere,
    ticket_expired: () => tookTooLong('Der Weg zurück zu dieser Website ist nur eine Minute lang offen.'),
    ticket_repeated: () => ({
      title: 'Diese Anmeldung wurde bereits verwendet',
      detail: 'Jede Anmeldung öffnet diese Website nur einmal, und diese hat es schon getan.',
      remedy: SIGN_IN_AGAIN,
    }),
    login_host_session_ended: () => ({
      title: 'Sie wurden inzwischen abgemeldet',
      detail: 'Die Anmeldung, mit der diese Website geöffnet werden sollte, ist beendet.',
      remedy: SIGN_IN_AGAIN,
    }),
    issuer_mismatch: unproven,
    scalekit_error: ({ error }) => signInFailed(scalekitWords()[error.code]),
    scalekit_unreachable: () => ({
      title: 'Der Anmeldedienst antwortet nicht',
      detail: 'Er hat nicht rechtzeitig oder nicht brauchbar geantwortet.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'Scalekit hat nicht oder nicht sinnvoll geantwortet. Die Ursache steht im Protokoll unter der Referenz unten.',
    }),
    code_rejected: () => ({
      title: 'Diese Anmeldung wurde bereits verwendet',
      detail: 'Sie wurde schon einmal verwendet oder hat zu lange gedauert.',
      remedy: SIGN_IN_AGAIN,
      technical: 'Der Einmalcode wurde bereits verwendet oder ist zu alt.',
    }),
    client_rejected: ({ error }) => signInFailed(scalekitWords()[error.code]),
    token_response_invalid: unproven,
    id_token_invalid: unproven,
    idp_initiated_invalid: unproven,
    organization_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'Diese Website ist für eine andere Organisation',
            detail: `Sie sind als ${named(who, organization)} angemeldet. Diese Website ist für Personen einer anderen Organisation.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'Dieses Konto gehört zu einer anderen Organisation',
            detail:
              who === undefined
                ? 'Die Anmeldung hat geklappt, aber sie war für eine andere Organisation.'
                : `Sie haben sich als ${named(who, organization)} angemeldet, aber diese Anmeldung war für eine andere Organisation.`,
            remedy: OTHER_ACCOUNT,
          },
    connection_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'Diese Website verlangt eine andere Anmeldung',
            detail: `Sie sind als ${named(who, organization)} angemeldet. Diese Website ist für Personen, die sich auf anderem Weg anmelden.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'Sie haben sich auf einem anderen Weg angemeldet',
            detail:
              who === undefined
                ? 'Die Anmeldung hat geklappt, aber nicht auf dem Weg, den diese Website verlangt.'
                : `Sie haben sich als ${named(who, organization)} angemeldet, aber nicht auf dem Weg, den diese Website verlangt.`,
            remedy: OTHER_ACCOUNT,
          },
    access_withdrawn: ({ cause }) =>
      cause === 'operator_ended'
        ? {
            title: 'Ihre Sitzungen wurden während der Anmeldung beendet',
            detail: 'Die Betreiber dieser Website haben sie gerade beendet.',
            remedy: `${SIGN_IN_AGAIN} Wenn das wieder passiert, fragen Sie die Betreiber dieser Website.`,
          }
        : {
            title: 'Ihr Zugriff wurde während der Anmeldung entzogen',
            detail: 'Ihre Organisation oder der Anmeldedienst dieser Website hat ihn gerade beendet.',
            remedy: `${SIGN_IN_AGAIN} Wenn Sie dann keinen Zugriff haben, fragen Sie die IT-Abteilung Ihrer Organisation.`,
            technical:
              'Nach Beginn dieser Anmeldung wurde die Person oder ihr Zugriff aus dem Verzeichnis entfernt, oder es wurde eine Abmeldung für sie gesendet.',
          },
    login_declined: ({ message }) => ({
      title: 'Diese Website hat Ihnen den Zugriff verweigert',
      detail: message,
      remedy: 'Wechseln Sie das Konto, oder fragen Sie die Betreiber dieser Website.',
    }),
    session_too_large: ({ bytes, limit }) => ({
      title: 'Ihr Konto enthält zu viele Daten',
      detail: 'Sie gehören zu mehr Gruppen oder Rollen, als diese Website sich merken kann.',
      remedy:
        'Sie können das nicht selbst beheben: Senden Sie die Details unten an die IT-Abteilung Ihrer Organisation.',
      technical: `Namen, Rollen und Gruppen brauchen zusammen ${bytes} Byte; ${limit} sind möglich. Senden Sie weniger Gruppen oder Rollen an diese Anwendung.`,
    }),
    registry_unreachable: () =>
      unavailable(
        `Das Verzeichnis der Sitzungen war nicht erreichbar. ${STILL_SIGNED_IN}`,
        'Das Sitzungsverzeichnis (ein Durable Object) hat nicht geantwortet. Die Ursache steht im Protokoll unter der Referenz unten.',
      ),
    session_not_found: () => ({
      title: 'Diese Sitzung gibt es nicht',
      detail: 'Sie ist beendet oder gehört nicht Ihnen.',
      remedy: 'Laden Sie Ihre Sitzungen neu.',
    }),
    cross_site_request: () => ({
      title: 'Eine andere Website darf das nicht verlangen',
      detail: 'Eine andere Seite hat Sie hergeschickt, um Ihre Anmeldung zu ändern. Geändert wurde nichts.',
      remedy: 'Öffnen Sie diese Website selbst, und erledigen Sie es dort.',
      technical:
        'Sitzungen werden nur von Seiten dieser Website aus beendet und Konten nur von dort aus gewechselt (Sec-Fetch-Site, Origin).',
    }),
    portal_without_organization: ({ who }) => ({
      title: 'Ihr Konto gehört zu keiner Organisation',
      detail: `Sie sind als ${who} angemeldet. Im Admin-Portal richtet eine Organisation ihre eigene Anmeldung ein.`,
      remedy: 'Wechseln Sie zu einem Konto Ihrer Organisation.',
    }),
    portal_limited: () => ({
      title: 'Das Admin-Portal wurde zu oft geöffnet',
      detail: 'Sie haben es innerhalb einer Minute öfter geöffnet, als diese Website zulässt.',
      remedy: 'Warten Sie eine Minute, und öffnen Sie es dann noch einmal.',
    }),
    management_unreachable: () => ({
      title: 'Das Admin-Portal antwortet nicht',
      detail: `Es konnte nicht rechtzeitig geöffnet werden. ${STILL_SIGNED_IN}`,
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'Die Management-API von Scalekit hat nicht geantwortet. Die Ursache steht im Protokoll unter der Referenz unten.',
    }),
    management_limited: () => ({
      title: 'Das Admin-Portal ist ausgelastet',
      detail: `Es nimmt gerade niemanden mehr auf. ${STILL_SIGNED_IN}`,
      remedy: 'Warten Sie eine Minute, und öffnen Sie es dann noch einmal.',
    }),
    management_refused: () => ({
      title: 'Das Admin-Portal konnte nicht geöffnet werden',
      detail: `Der Anmeldedienst hat nicht zugelassen, dass diese Website es für Sie öffnet. ${STILL_SIGNED_IN}`,
      remedy: 'Senden Sie die Details unten an die Betreiber dieser Website.',
      technical:
        'Die Management-API von Scalekit hat abgelehnt. Ihre Antwort steht im Protokoll unter der Referenz unten.',
    }),
    webhook_invalid: unverifiedNotice,
    logout_token_invalid: unverifiedNotice,
    operator_request_malformed: ({ check }) => ({
      title: 'Das ist keine Betreiberanfrage',
      detail: `Die Prüfung „${check}“ ist fehlgeschlagen.`,
      remedy:
        'Senden Sie ein signiertes Token und sonst nichts, als application/jwt, wie `gatehouse sessions`.',
    }),
    operator_request_invalid: ({ check }) => ({
      title: 'Dieser Betreiberanfrage wird nicht vertraut',
      detail: `Die Prüfung „${check}“ ist fehlgeschlagen.`,
      remedy: 'Vergleichen Sie die Uhr, die aufgerufene Adresse und den Schlüssel mit denen des Workers.',
    }),
    operator_request_repeated: () => ({
      title: 'Diese Betreiberanfrage wurde bereits verwendet',
      detail: 'Jede Anfrage gilt nur einmal.',
      remedy: 'Signieren Sie eine neue.',
    }),
    body_too_large: ({ limit }) => ({
      title: 'Diese Anfrage ist zu groß',
      detail: 'Es wurde mehr gesendet, als hier gelesen wird.',
      remedy: 'Senden Sie weniger.',
      technical: `Hier werden höchstens ${limit} Byte gelesen.`,
    }),
    misconfigured: () => ({
      title: 'Diese Website ist nicht richtig eingerichtet',
      detail: 'Solange das nicht behoben ist, erhält niemand Zugriff.',
      remedy: 'Senden Sie die Details unten an die Betreiber dieser Website.',
      technical: 'Die Konfiguration enthält Fehler. Alle stehen im Protokoll unter der Referenz unten.',
    }),
    fault: () => ({
      title: 'Bei uns ist etwas schiefgegangen',
      detail: 'Die Anfrage konnte nicht abgeschlossen werden.',
      remedy: TRY_AGAIN_OR_TELL,
      technical: 'Es ist eine Ausnahme aufgetreten. Sie steht im Protokoll unter der Referenz unten.',
    }),
  }
}
