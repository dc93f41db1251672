import { refusals } from './fr-refusals.ts'
import type { Words } from './words.ts'

/** All that pages say, in French. */
export function words(): Words {
  return {
    language: 'fr',
    direction: 'ltr',
    code: 'Code',
    reference: 'Référence',
    homePage: 'Page d’accueil',
    backToSite: (host) => `Retour à ${host}`,
    signInAgain: 'Se reconnecter',
    thisSite: 'ce site',
    refusals: refusals(),
    refusalPage: {
      usualCauses: 'Causes habituelles\u00a0:',
      whatYouCanDo: 'Que faire\u202f?',
      whomToAsk: (contact) => ['Contact\u00a0: ', contact],
      giveDetails: 'Communiquez-lui les détails ci-dessous.',
      tryAgain: 'Réessayer',
      switchAccount: 'Changer de compte',
      openSite: 'Ouvrez le site que vous voulez utiliser et connectez-vous à partir de là.',
      forScripts: 'Un script ouvre `login_url` comme une page.',
    },
    keepFragment: {
      title: 'Connectez-vous pour continuer',
      goOn: 'Continuer vers la connexion',
    },
    unsentForm: {
      backAtForm: 'Une fois la connexion faite, vous retrouverez la page d’où vient votre envoi.',
      backHome:
        'Une fois la connexion faite, vous arriverez sur la page d’accueil. Ouvrez à partir de là la page du formulaire.',
      asItWas: (link) => [
        'Pour refaire l’envoi à l’identique, ',
        link('connectez-vous dans un autre onglet'),
        ', revenez à celui-ci et actualisez-le.',
      ],
    },
    folded: {
      user: 'Détails',
      admin: 'Pour votre service informatique',
      developer: 'Pour l’équipe de développement de ce site',
      operator: 'Pour les responsables de ce site',
    },
    details: {
      line: (label, value) => `${label}\u00a0: ${value}`,
      time: 'Date et heure',
      site: 'Site',
      loginHost: 'Hôte de connexion',
      account: 'Compte',
      page: 'Page',
      code: 'Code',
      reference: 'Référence',
      attribute: 'Attribut manquant',
      callbackUrl: 'URL de callback envoyée',
    },
    mail: {
      send: 'Envoyer les détails par e-mail',
      sendToAdmin: 'Envoyer les détails à votre service informatique',
      subject: (site) => `Je n’arrive pas à me connecter à ${site}`,
      body: (site, said, details) =>
        `Bonjour,\n\nJe n’arrive pas à me connecter à ${site}. Voici ce qui s’affiche\u00a0:\n\n${said}\n\n${details}`,
      subjectOfPage: (page) => `Je n’arrive pas à ouvrir ${page}`,
      bodyOfPage: (page, who, said, details) =>
        `Bonjour,\n\n${who === undefined ? 'Je' : `Ma session est ouverte en tant que ${who}, mais je`} n’arrive pas à ouvrir ${page}. Voici ce qui s’affiche\u00a0:\n\n${said}\n\n${details}`,
    },
    signIn: {
      title: (site) => `Se connecter à ${site}`,
      check: 'Vérifiez votre adresse',
      email: 'Adresse e-mail professionnelle',
      incomplete:
        'Cette adresse e-mail n’est pas complète. Saisissez-la en entier, par exemple camille@example.com.',
      submit: 'Continuer',
      continueAs: (who) => `Continuer en tant que ${who}`,
      didYouMean: (address) => ['Vouliez-vous dire ', address, '\u202f?'],
      use: (address) => `Utiliser ${address}`,
      continueWith: (address) => `Continuer avec ${address}`,
      workAddress: (domain) =>
        `Utilisez ici votre adresse professionnelle\u00a0: une adresse ${domain} n’appartient en général à aucune organisation.`,
      another: 'Ou utilisez une autre adresse',
      about:
        'Votre adresse permet de trouver la page de connexion de votre organisation. Aucun mot de passe n’est demandé ici.',
    },
    signOut: {
      title: 'Se déconnecter de ce site\u202f?',
      titleEverywhere: 'Se déconnecter partout\u202f?',
      titleOfAll: 'Se déconnecter de tous les sites\u202f?',
      ends: 'Cela ferme votre session sur ce site, dans ce navigateur.',
      endsOfAll:
        'Cela vous déconnecte, dans ce navigateur, de tous les sites que vous avez ouverts avec cette connexion.',
      endsEverywhere: (minutes) =>
        `Cela ferme toutes vos sessions, dans tous les navigateurs, sur tous les sites de votre organisation. ${staysReadable(minutes)}`,
      alsoAtService: 'Il est aussi demandé au service de connexion de fermer sa session.',
      ifUnwanted:
        'Si vous avez juste suivi un lien et ne voulez pas vous déconnecter, gardez votre session ouverte.',
      submit: 'Se déconnecter',
      submitEverywhere: 'Se déconnecter partout',
      stay: 'Garder ma session ouverte',
    },
    stillSignedIn: {
      title: 'Votre session est toujours ouverte',
      who: (name) => `Votre session est ouverte en tant que ${name}.`,
    },
    signedOut: {
      title: 'Déconnexion effectuée',
      titleOfNothing: 'Aucune session n’est ouverte',
      nothing: 'Vous n’avez pas de session sur ce site, dans ce navigateur.',
      endedHereAndAtService:
        'Votre session sur ce site est fermée, et il a été demandé à son service de connexion de fermer aussi la sienne.',
      endedOfAllAndAtService: (minutes) =>
        `Vos sessions sont fermées sur tous les sites que vous avez ouverts avec cette connexion, et il a été demandé au service de connexion de fermer aussi la sienne. ${staysReadable(minutes)}`,
      endedOfAllOnly: (minutes) =>
        `Vos sessions sont fermées sur tous les sites que vous avez ouverts avec cette connexion. La session auprès du service de connexion n’a pas pu être fermée. ${staysReadable(minutes)}`,
      endedEverywhereAndAtService: (minutes) =>
        `Toutes vos sessions sont fermées, dans tous les navigateurs, sur tous les sites de votre organisation, et il a été demandé au service de connexion de fermer aussi la sienne. ${staysReadable(minutes)}`,
      endedEverywhereOnly: (minutes) =>
        `Toutes vos sessions sont fermées, dans tous les navigateurs, sur tous les sites de votre organisation. La session auprès du service de connexion n’a pas pu être fermée. ${staysReadable(minutes)}`,
      endedHereOnly:
        'Votre session sur ce site est fermée. La session auprès de son service de connexion n’a pas pu être fermée.',
      endedHereMaybeNotAtLoginHost: (loginHost) =>
        `Aucune session n’est ouverte sur ce site. Votre session sur ${loginHost} l’est peut-être encore\u202f; dans ce cas, ce site s’ouvrira sans rien vous demander la prochaine fois.`,
      endedHereNotAtLoginHost: (loginHost) =>
        `Votre session sur ce site est fermée. Votre session sur ${loginHost} reste ouverte\u00a0: ce site s’ouvrira donc sans rien vous demander la prochaine fois.`,
      othersGoOn: (others, link) => [
        others === 1
          ? 'Une autre de vos sessions reste ouverte, dans un autre navigateur ou sur un autre site de cette organisation. Reconnectez-vous et ouvrez '
          : `${others} autres de vos sessions restent ouvertes, dans d’autres navigateurs ou sur d’autres sites de cette organisation. Reconnectez-vous et ouvrez `,
        link('la liste de vos sessions'),
        ' pour fermer celles qui doivent l’être.',
      ],
      othersMayGoOn: (link) => [
        'Le registre des sessions n’a pas pu être joint\u00a0: certaines de vos sessions restent peut-être ouvertes, dans d’autres navigateurs ou sur d’autres sites de cette organisation. Reconnectez-vous et ouvrez ',
        link('la liste de vos sessions'),
        ' pour fermer celles qui doivent l’être.',
      ],
      notEnded:
        'Votre session auprès du fournisseur d’identité de votre organisation n’a pas été fermée. Sur un ordinateur partagé, déconnectez-vous là aussi.',
    },
    sessions: {
      title: 'Vos sessions',
      who: (name) =>
        `Votre session est ouverte en tant que ${name}. Fermez toute session que vous ne reconnaissez pas.`,
      lastActive: (time) => ['Dernière activité\u00a0: ', time],
      signedIn: (time) => ['Connexion\u00a0: ', time],
      thisOne: 'celle-ci',
      end: 'Fermer',
      endNamed: (device, active) => `Fermer la session ${device}, dernière activité\u00a0: ${active}`,
      endsThisOne: 'La fermer met aussi fin à la session en cours.',
      endsOthers: (others, where) =>
        others === 1
          ? `La fermer met aussi fin à une autre session${where}, ouverte à partir d’elle.`
          : `La fermer met aussi fin à ${others} autres sessions${where}, ouvertes à partir d’elle.`,
      ended: (sessions, minutes) =>
        `${sessions === 1 ? 'La session est fermée.' : `${sessions} sessions sont fermées.`} ${staysReadable(minutes)}`,
      endOthers: 'Fermer toutes les autres',
      signOut: 'Se déconnecter ici',
      signOutOfAll: 'Se déconnecter de tous les sites',
    },
    device: {
      unknown: 'Appareil inconnu',
      on: (browser, system) => `${browser} sur ${system}`,
    },
    changeOfIdentity: {
      title: (next) => `Passer au compte ${next}\u202f?`,
      whatHappened: (now, next, strong) => [
        'Votre session est ouverte en tant que ',
        strong(now),
        '. Un lien extérieur à ce site a mené à une connexion en tant que ',
        strong(next),
        '. Rien n’a encore changé.',
      ],
      whatHappenedForSite: (site, now, next, strong) => [
        `${site} a demandé la connexion d’une autre personne\u00a0: ici, votre session est ouverte en tant que `,
        strong(now),
        ', et la connexion a été faite en tant que ',
        strong(next),
        '. Rien n’a encore changé.',
      ],
      whatFollowsForSite: (now, next) =>
        `Si vous passez au compte ${next}, la session de ce navigateur en tant que ${now} sera fermée sur tous les sites ouverts avec cette connexion.`,
      whatFollows: (next) =>
        `Continuez seulement si vous voulez changer de compte\u00a0: ensuite, tout ce que vous ferez ici le sera en tant que ${next}.`,
      anotherAccount: (name) => `${name} (autre compte)`,
      anotherOrganization: (name) => `${name} (autre organisation)`,
      stay: (now) => `Garder le compte ${now}`,
      submit: (next) => `Passer au compte ${next}`,
    },
  }
}

const staysReadable = (minutes: number): string =>
  minutes === 1
    ? 'Des pages d’autres sites ou d’autres navigateurs peuvent rester lisibles pendant une minute au plus.'
    : `Des pages d’autres sites ou d’autres navigateurs peuvent rester lisibles pendant ${minutes} minutes au plus.`
