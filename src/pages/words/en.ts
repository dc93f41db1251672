import type { Language } from '../../request/language.ts'
import { refusals } from './en-refusals.ts'

/**
 * All that pages say, in English. Another language is a module with a function that gives the same type, `Words`: whole sentences, written for that
 * language and not word by word.
 *
 * A sentence with markup in it is a function: it takes what makes the markup, and gives the parts in the order
 * that the language wants.
 */
export function words() {
  return {
    language: 'en' as Language,
    /** Which way it is written, for the attribute `dir`. */
    direction: 'ltr' as 'ltr' | 'rtl',
    code: 'Code',
    reference: 'Reference',
    homePage: 'Home page',
    backToSite: (host: string) => `Back to ${host}`,
    signInAgain: 'Sign in again',
    /** In the place of a name, where the address says none. */
    thisSite: 'this site',
    refusals: refusals(),
    refusalPage: {
      usualCauses: 'Usual causes:',
      whatYouCanDo: 'What you can do',
      /** The contact of the site, a link. */
      whomToAsk: <T>(contact: T): (string | T)[] => ['Whom to ask: ', contact],
      /** Behind that, where the contact is a page and not an address. */
      giveDetails: 'Give them the details below.',
      tryAgain: 'Try again',
      switchAccount: 'Switch account',
      openSite: 'Open the site that you want to use, and sign in from there.',
      forScripts: 'A script opens `login_url` as a page.',
    },
    /** Of a page that goes on by itself, and is seen only where its script does not run. */
    keepFragment: {
      title: 'Sign in to continue',
      goOn: 'Go on to sign in',
    },
    /** To whoever sent a form that was not taken. */
    unsentForm: {
      backAtForm: 'After signing in you are back at the page that you sent it from.',
      backHome: 'After signing in you are on the home page. Open the page with the form from there.',
      asItWas: <T>(link: (label: string) => T): (string | T)[] => [
        'To send it just as it was, ',
        link('sign in in another tab'),
        ', come back to this one, and reload it.',
      ],
    },
    /** What is folded away on the page of an error: for whom it is. */
    folded: {
      user: 'Details',
      admin: 'For your administrator',
      developer: 'For the developers of this site',
      operator: 'For the operators of this site',
    },
    /** What is to be copied from there, one a line. */
    details: {
      line: (label: string, value: string) => `${label}: ${value}`,
      time: 'Time',
      site: 'Site',
      loginHost: 'Sign-in host',
      account: 'Account',
      page: 'Page',
      code: 'Code',
      reference: 'Reference',
      attribute: 'Missing attribute',
      callbackUrl: 'Callback URL that was sent',
    },
    /** An e-mail that is written already, to be sent by whoever cannot go on. */
    mail: {
      send: 'Send the details by e-mail',
      sendToAdmin: 'Send the details to your administrator',
      subject: (site: string) => `I cannot sign in to ${site}`,
      /** @param said what the page says, in whole sentences */
      body: (site: string, said: string, details: string) =>
        `Hello,\n\nI cannot sign in to ${site}. This is what it says:\n\n${said}\n\n${details}`,
      subjectOfPage: (page: string) => `I cannot open ${page}`,
      /** @param who as whom somebody is signed in, where they are */
      bodyOfPage: (page: string, who: string | undefined, said: string, details: string) =>
        `Hello,\n\n${who === undefined ? '' : `I am signed in as ${who}, but `}I cannot open ${page}. This is what it says:\n\n${said}\n\n${details}`,
    },
    signIn: {
      title: (site: string) => `Sign in to ${site}`,
      /** For the tab, where an address is asked for again. */
      check: 'Check your address',
      email: 'Work e-mail',
      incomplete: 'That is not a complete e-mail address. Write it in full, such as jane@example.com.',
      submit: 'Continue',
      continueAs: (who: string) => `Continue as ${who}`,
      didYouMean: <T>(address: T): (string | T)[] => ['Did you mean ', address, '?'],
      use: (address: string) => `Use ${address}`,
      continueWith: (address: string) => `Continue with ${address}`,
      /** To whoever types an address of a mailbox for everybody. */
      workAddress: (domain: string) =>
        `Use your work address here: one of ${domain} usually belongs to no organization.`,
      another: 'Or use another address',
      about: 'Your address finds the sign-in page of your organization. There is no password here.',
    },
    signOut: {
      title: 'Sign out of this site?',
      titleEverywhere: 'Sign out everywhere?',
      titleOfAll: 'Sign out of all sites?',
      ends: 'This ends your session on this site, in this browser.',
      endsOfAll: 'This signs you out of every site that you opened with this sign-in, in this browser.',
      endsEverywhere: (minutes: number) =>
        `This ends all your sessions, in every browser, on all sites of your organization. ${staysReadable(minutes)}`,
      alsoAtService: 'The sign-in service is asked to end its session too.',
      ifUnwanted: 'If you only followed a link and do not want that, stay signed in.',
      submit: 'Sign out',
      submitEverywhere: 'Sign out everywhere',
      stay: 'Stay signed in',
    },
    stillSignedIn: {
      title: 'You are still signed in',
      who: (name: string) => `You are signed in as ${name}.`,
    },
    signedOut: {
      title: 'You are signed out',
      /** To whoever opens the page without having signed out. */
      titleOfNothing: 'You are not signed in',
      nothing: 'There is no session of yours on this site, in this browser.',
      endedHereAndAtService:
        'Your session on this site has ended, and its sign-in service was asked to end its session too.',
      endedOfAllAndAtService: (minutes: number) =>
        `You are signed out of every site that you opened with this sign-in, and the sign-in service was asked to end its session too. ${staysReadable(minutes)}`,
      endedOfAllOnly: (minutes: number) =>
        `You are signed out of every site that you opened with this sign-in. The session at its sign-in service could not be ended. ${staysReadable(minutes)}`,
      endedEverywhereAndAtService: (minutes: number) =>
        `All your sessions have ended, in every browser, on all sites of your organization, and the sign-in service was asked to end its session too. ${staysReadable(minutes)}`,
      endedEverywhereOnly: (minutes: number) =>
        `All your sessions have ended, in every browser, on all sites of your organization. The session at the sign-in service could not be ended. ${staysReadable(minutes)}`,
      endedHereOnly:
        'Your session on this site has ended. The session at its sign-in service could not be ended.',
      endedHereMaybeNotAtLoginHost: (loginHost: string) =>
        `You are not signed in at this site. You may still be signed in at ${loginHost}; then this site lets you in without asking the next time you open it.`,
      endedHereNotAtLoginHost: (loginHost: string) =>
        `Your session on this site has ended. You are still signed in at ${loginHost}, so this site lets you in without asking the next time you open it.`,
      othersGoOn: <T>(others: number, link: (label: string) => T): (string | T)[] => [
        others === 1
          ? 'One more session of yours goes on, in another browser or on another site of this organization. Sign in again and open '
          : `${others} more sessions of yours go on, in other browsers or on other sites of this organization. Sign in again and open `,
        link('your sessions'),
        ' to end what should end.',
      ],
      othersMayGoOn: <T>(link: (label: string) => T): (string | T)[] => [
        'The record of sessions could not be reached, so sessions of yours may go on, in other browsers or on other sites of this organization. Sign in again and open ',
        link('your sessions'),
        ' to end what should end.',
      ],
      notEnded:
        "Not ended: your session at your organization's identity provider. On a shared computer, sign out there too.",
    },
    sessions: {
      title: 'Your sessions',
      who: (name: string) => `Signed in as ${name}. End any session that you do not recognise.`,
      lastActive: <T>(time: T): (string | T)[] => ['Last active ', time],
      signedIn: <T>(time: T): (string | T)[] => ['Signed in ', time],
      thisOne: 'this one',
      end: 'End',
      /** For those who hear the page: begins with `end`. */
      endNamed: (device: string, active: string) => `End the session on ${device}, last active ${active}`,
      endsThisOne: 'Ending it signs you out here, too.',
      /**
       * Of a session by which others were opened, in this browser or in another one.
       *
       * @param where their hosts, with a space before and in brackets
       */
      endsOthers: (others: number, where: string) =>
        others === 1
          ? `Ending it also ends another session${where}, which was opened with it.`
          : `Ending it also ends ${others} other sessions${where}, which were opened with it.`,
      /** After the button was pressed. */
      ended: (sessions: number, minutes: number) =>
        `${sessions === 1 ? 'The session has ended.' : `${sessions} sessions have ended.`} ${staysReadable(minutes)}`,
      endOthers: 'End all others',
      signOut: 'Sign out here',
      signOutOfAll: 'Sign out of all sites',
    },
    device: {
      unknown: 'Unknown device',
      on: (browser: string, system: string) => `${browser} on ${system}`,
    },
    changeOfIdentity: {
      title: (next: string) => `Continue as ${next}?`,
      whatHappened: <T>(now: string, next: string, strong: (name: string) => T): (string | T)[] => [
        'You are signed in as ',
        strong(now),
        '. A link from outside this site led to a sign-in as ',
        strong(next),
        '. Nothing has changed yet.',
      ],
      whatHappenedForSite: <T>(
        site: string,
        now: string,
        next: string,
        strong: (name: string) => T,
      ): (string | T)[] => [
        `${site} asked for somebody else than you are here: you are signed in as `,
        strong(now),
        ', and the sign-in was as ',
        strong(next),
        '. Nothing has changed yet.',
      ],
      whatFollowsForSite: (now: string, next: string) =>
        `If you continue as ${next}, this browser is signed out as ${now} at every site that was opened with that sign-in.`,
      whatFollows: (next: string) =>
        `Continue only if you want to change accounts: from then on, what you do here is done as ${next}.`,
      /** Two people who go by the same name. */
      anotherAccount: (name: string) => `${name} (another account)`,
      anotherOrganization: (name: string) => `${name} (another organization)`,
      stay: (now: string) => `Stay signed in as ${now}`,
      submit: (next: string) => `Continue as ${next}`,
    },
  }
}

const staysReadable = (minutes: number): string =>
  minutes === 1
    ? 'Pages of other sites and in other browsers can stay readable for up to a minute.'
    : `Pages of other sites and in other browsers can stay readable for up to ${minutes} minutes.`
