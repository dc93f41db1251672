import { refusals } from './de-refusals.ts'
import type { Words } from './words.ts'

/** All that pages say, in German. */
export function words(): Words {
  return {
    language: 'de',
    direction: 'ltr',
    code: 'Code',
    reference: 'Referenz',
    homePage: 'Startseite',
    backToSite: (host) => `Zurück zu ${host}`,
    signInAgain: 'Erneut anmelden',
    thisSite: 'diese Website',
    refusals: refusals(),
    refusalPage: {
      usualCauses: 'Übliche Ursachen:',
      whatYouCanDo: 'Was Sie tun können',
      whomToAsk: (contact) => ['Kontakt: ', contact],
      giveDetails: 'Geben Sie dort die Details unten an.',
      tryAgain: 'Noch einmal versuchen',
      switchAccount: 'Konto wechseln',
      openSite: 'Öffnen Sie die Website, die Sie verwenden möchten, und melden Sie sich von dort aus an.',
      forScripts: 'Ein Skript öffnet `login_url` als Seite.',
    },
    keepFragment: {
      title: 'Melden Sie sich an, um fortzufahren',
      goOn: 'Weiter zur Anmeldung',
    },
    unsentForm: {
      backAtForm: 'Nach der Anmeldung sind Sie wieder auf der Seite, von der aus Sie gesendet haben.',
      backHome:
        'Nach der Anmeldung sind Sie auf der Startseite. Öffnen Sie von dort aus die Seite mit dem Formular.',
      asItWas: (link) => [
        'Wenn Sie alles unverändert senden möchten: ',
        link('Melden Sie sich in einem anderen Tab an'),
        ', kehren Sie zu diesem zurück, und laden Sie ihn neu.',
      ],
    },
    folded: {
      user: 'Details',
      admin: 'Für Ihre IT-Abteilung',
      developer: 'Für die Entwicklung dieser Website',
      operator: 'Für die Betreiber dieser Website',
    },
    details: {
      line: (label, value) => `${label}: ${value}`,
      time: 'Zeitpunkt',
      site: 'Website',
      loginHost: 'Anmelde-Host',
      account: 'Konto',
      page: 'Seite',
      code: 'Code',
      reference: 'Referenz',
      attribute: 'Fehlendes Attribut',
      callbackUrl: 'Gesendete Callback-URL',
    },
    mail: {
      send: 'Details per E-Mail senden',
      sendToAdmin: 'Details an Ihre IT-Abteilung senden',
      subject: (site) => `Anmeldung nicht möglich: ${site}`,
      body: (site, said, details) =>
        `Guten Tag,\n\nich kann mich nicht anmelden: ${site}\n\nDort steht:\n\n${said}\n\n${details}`,
      subjectOfPage: (page) => `Seite lässt sich nicht öffnen: ${page}`,
      bodyOfPage: (page, who, said, details) =>
        `Guten Tag,\n\nich ${who === undefined ? '' : `bin als ${who} angemeldet und `}kann diese Seite nicht öffnen: ${page}\n\nDort steht:\n\n${said}\n\n${details}`,
    },
    signIn: {
      title: (site) => `Bei ${site} anmelden`,
      check: 'Adresse prüfen',
      email: 'Geschäftliche E-Mail-Adresse',
      incomplete:
        'Das ist keine vollständige E-Mail-Adresse. Geben Sie sie ganz ein, zum Beispiel anna@example.com.',
      submit: 'Weiter',
      continueAs: (who) => `Weiter als ${who}`,
      didYouMean: (address) => ['Meinten Sie ', address, '?'],
      use: (address) => `${address} verwenden`,
      continueWith: (address) => `Weiter mit ${address}`,
      workAddress: (domain) =>
        `Verwenden Sie hier Ihre geschäftliche Adresse: Eine Adresse bei ${domain} gehört meist zu keiner Organisation.`,
      another: 'Oder eine andere Adresse verwenden',
      about:
        'Ihre Adresse führt Sie zur Anmeldeseite Ihrer Organisation. Ein Passwort wird hier nicht abgefragt.',
    },
    signOut: {
      title: 'Von dieser Website abmelden?',
      titleEverywhere: 'Überall abmelden?',
      titleOfAll: 'Von allen Websites abmelden?',
      ends: 'Damit endet Ihre Sitzung auf dieser Website in diesem Browser.',
      endsOfAll:
        'Damit werden Sie in diesem Browser von allen Websites abgemeldet, die Sie mit dieser Anmeldung geöffnet haben.',
      endsEverywhere: (minutes) =>
        `Damit enden alle Ihre Sitzungen, in jedem Browser und auf allen Websites Ihrer Organisation. ${staysReadable(minutes)}`,
      alsoAtService: 'Auch der Anmeldedienst wird gebeten, seine Sitzung zu beenden.',
      ifUnwanted: 'Wenn Sie nur einem Link gefolgt sind und das nicht möchten, bleiben Sie angemeldet.',
      submit: 'Abmelden',
      submitEverywhere: 'Überall abmelden',
      stay: 'Angemeldet bleiben',
    },
    stillSignedIn: {
      title: 'Sie sind weiterhin angemeldet',
      who: (name) => `Sie sind als ${name} angemeldet.`,
    },
    signedOut: {
      title: 'Sie sind abgemeldet',
      titleOfNothing: 'Sie sind nicht angemeldet',
      nothing: 'In diesem Browser haben Sie auf dieser Website keine Sitzung.',
      endedHereAndAtService:
        'Ihre Sitzung auf dieser Website ist beendet, und ihr Anmeldedienst wurde gebeten, seine Sitzung ebenfalls zu beenden.',
      endedOfAllAndAtService: (minutes) =>
        `Sie sind von allen Websites abgemeldet, die Sie mit dieser Anmeldung geöffnet haben, und der Anmeldedienst wurde gebeten, seine Sitzung ebenfalls zu beenden. ${staysReadable(minutes)}`,
      endedOfAllOnly: (minutes) =>
        `Sie sind von allen Websites abgemeldet, die Sie mit dieser Anmeldung geöffnet haben. Die Sitzung beim Anmeldedienst konnte nicht beendet werden. ${staysReadable(minutes)}`,
      endedEverywhereAndAtService: (minutes) =>
        `Alle Ihre Sitzungen sind beendet, in jedem Browser und auf allen Websites Ihrer Organisation, und der Anmeldedienst wurde gebeten, seine Sitzung ebenfalls zu beenden. ${staysReadable(minutes)}`,
      endedEverywhereOnly: (minutes) =>
        `Alle Ihre Sitzungen sind beendet, in jedem Browser und auf allen Websites Ihrer Organisation. Die Sitzung beim Anmeldedienst konnte nicht beendet werden. ${staysReadable(minutes)}`,
      endedHereOnly:
        'Ihre Sitzung auf dieser Website ist beendet. Die Sitzung beim Anmeldedienst konnte nicht beendet werden.',
      endedHereMaybeNotAtLoginHost: (loginHost) =>
        `Sie sind auf dieser Website nicht angemeldet. Vielleicht sind Sie bei ${loginHost} noch angemeldet; dann lässt Sie diese Website beim nächsten Öffnen ohne Rückfrage herein.`,
      endedHereNotAtLoginHost: (loginHost) =>
        `Ihre Sitzung auf dieser Website ist beendet. Bei ${loginHost} sind Sie noch angemeldet; deshalb lässt Sie diese Website beim nächsten Öffnen ohne Rückfrage herein.`,
      othersGoOn: (others, link) => [
        others === 1
          ? 'Eine weitere Ihrer Sitzungen läuft noch, in einem anderen Browser oder auf einer anderen Website dieser Organisation. Melden Sie sich erneut an, und öffnen Sie '
          : `${others} weitere Ihrer Sitzungen laufen noch, in anderen Browsern oder auf anderen Websites dieser Organisation. Melden Sie sich erneut an, und öffnen Sie `,
        link('Ihre Sitzungen'),
        ', um zu beenden, was enden soll.',
      ],
      othersMayGoOn: (link) => [
        'Das Verzeichnis der Sitzungen war nicht erreichbar. Daher laufen vielleicht noch Sitzungen von Ihnen, in anderen Browsern oder auf anderen Websites dieser Organisation. Melden Sie sich erneut an, und öffnen Sie ',
        link('Ihre Sitzungen'),
        ', um zu beenden, was enden soll.',
      ],
      notEnded:
        'Ihre Sitzung beim Identitätsanbieter Ihrer Organisation wurde nicht beendet. Melden Sie sich an einem gemeinsam genutzten Computer auch dort ab.',
    },
    sessions: {
      title: 'Ihre Sitzungen',
      who: (name) =>
        `Sie sind als ${name} angemeldet. Beenden Sie jede Sitzung, die Sie nicht wiedererkennen.`,
      lastActive: (time) => ['Zuletzt aktiv: ', time],
      signedIn: (time) => ['Angemeldet: ', time],
      thisOne: 'diese hier',
      end: 'Beenden',
      endNamed: (device, active) => `Beenden: Sitzung ${device}, zuletzt aktiv: ${active}`,
      endsThisOne: 'Wenn Sie sie beenden, endet auch diese Sitzung hier.',
      endsOthers: (others, where) =>
        others === 1
          ? `Wenn Sie sie beenden, endet auch eine weitere Sitzung${where}, die mit ihr geöffnet wurde.`
          : `Wenn Sie sie beenden, enden auch ${others} weitere Sitzungen${where}, die mit ihr geöffnet wurden.`,
      ended: (sessions, minutes) =>
        `${sessions === 1 ? 'Die Sitzung ist beendet.' : `${sessions} Sitzungen sind beendet.`} ${staysReadable(minutes)}`,
      endOthers: 'Alle anderen beenden',
      signOut: 'Hier abmelden',
      signOutOfAll: 'Von allen Websites abmelden',
    },
    device: {
      unknown: 'Unbekanntes Gerät',
      on: (browser, system) => `${browser} unter ${system}`,
    },
    changeOfIdentity: {
      title: (next) => `Weiter als ${next}?`,
      whatHappened: (now, next, strong) => [
        'Sie sind als ',
        strong(now),
        ' angemeldet. Ein Link von außerhalb dieser Website hat zu einer Anmeldung als ',
        strong(next),
        ' geführt. Noch hat sich nichts geändert.',
      ],
      whatHappenedForSite: (site, now, next, strong) => [
        `${site} hat die Anmeldung einer anderen Person verlangt: Hier sind Sie als `,
        strong(now),
        ' angemeldet, die neue Anmeldung war die von ',
        strong(next),
        '. Noch hat sich nichts geändert.',
      ],
      whatFollowsForSite: (now, next) =>
        `Wenn Sie als ${next} weitermachen, wird ${now} in diesem Browser von allen Websites abgemeldet, die mit jener Anmeldung geöffnet wurden.`,
      whatFollows: (next) =>
        `Fahren Sie nur fort, wenn Sie das Konto wechseln möchten: Von da an geschieht alles, was Sie hier tun, als ${next}.`,
      anotherAccount: (name) => `${name} (anderes Konto)`,
      anotherOrganization: (name) => `${name} (andere Organisation)`,
      stay: (now) => `Als ${now} angemeldet bleiben`,
      submit: (next) => `Weiter als ${next}`,
    },
  }
}

const staysReadable = (minutes: number): string =>
  minutes === 1
    ? 'Seiten anderer Websites und in anderen Browsern können noch bis zu einer Minute lang lesbar bleiben.'
    : `Seiten anderer Websites und in anderen Browsern können noch bis zu ${minutes} Minuten lang lesbar bleiben.`
