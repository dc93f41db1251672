import type { Explanation, RefusalWords } from './explanation.ts'
import { AMBIGUOUS, EXPECTED, inSentences } from './fr-evidence.ts'
import { scalekitWords } from './fr-scalekit.ts'

const CHECK_THE_LINK =
  'Si vous avez saisi l’adresse, vérifiez qu’elle ne contient pas de faute de frappe. Si vous avez suivi un lien, prévenez la personne qui vous l’a donné.'
const SIGN_IN_AGAIN = 'Reconnectez-vous depuis cette page.'
const OTHER_ACCOUNT = 'Passez à un compte de la bonne organisation, ou contactez les responsables de ce site.'
const TRY_AGAIN = 'Réessayez dans un instant.'
const TRY_AGAIN_OR_TELL = `${TRY_AGAIN} Si le problème persiste, signalez-le aux responsables de ce site.`
const STILL_SIGNED_IN = 'Votre session reste ouverte.'

/** With the organization that they belong to, where people call it something. */
const named = (who: string, organization: string | undefined): string =>
  organization === undefined ? who : `${who} (${organization})`

const malformedLink = (technical: string): Explanation => ({
  title: 'Ce lien ne fonctionne pas',
  detail: 'Une partie du lien manque ou a été modifiée en chemin.',
  remedy: CHECK_THE_LINK,
  technical,
})

const ambiguous = (technical: string): Explanation => ({
  title: 'Cette adresse est ambiguë',
  detail: 'Elle peut être lue de plusieurs façons\u00a0: elle n’a donc pas été ouverte.',
  remedy: CHECK_THE_LINK,
  technical,
})

const startedElsewhere = (): Explanation => ({
  title: 'Cette connexion n’a pas été commencée ici',
  detail:
    'Elle a été commencée dans un autre navigateur ou une autre fenêtre, elle est restée ouverte plus de dix minutes, ou les cookies sont bloqués.',
  remedy: `Autorisez les cookies de ce site dans votre navigateur. ${SIGN_IN_AGAIN}`,
})

const tookTooLong = (detail: string): Explanation => ({
  title: 'Cette connexion a pris trop de temps',
  detail,
  remedy: SIGN_IN_AGAIN,
})

const unproven = (): Explanation => ({
  title: 'Votre identité n’a pas pu être confirmée',
  detail: 'Impossible de vérifier la réponse du service de connexion\u00a0: aucune session n’a été ouverte.',
  remedy: `${SIGN_IN_AGAIN} Si cela se reproduit, envoyez les détails ci-dessous aux responsables de ce site.`,
  technical:
    'Le journal indique la vérification qui a échoué, sous la référence ci-dessous. Causes habituelles\u00a0: SCALEKIT_ENVIRONMENT_URL ou SCALEKIT_CLIENT_ID d’un autre environnement, ou des horloges décalées.',
})

const unavailable = (detail: string, technical: string): Explanation => ({
  title: 'Ce service est indisponible pour le moment',
  detail,
  remedy: TRY_AGAIN_OR_TELL,
  technical,
})

const unverifiedNotice = ({ check }: { readonly check: string }): Explanation => ({
  title: 'Cette notification n’a pas pu être vérifiée',
  detail: 'Rien ne prouve qu’elle vient du service de connexion.',
  remedy: 'Rien n’a été fait. Vous n’avez rien à faire ici dans un navigateur.',
  technical: `La vérification «\u00a0${check}\u00a0» a échoué. Comparez le secret et l’adresse avec ceux du tableau de bord Scalekit.`,
})

const signInFailed = (words: Omit<Explanation, 'title'>): Explanation => ({
  title: 'La connexion n’a pas abouti',
  ...words,
})

/** What is said of each refusal. */
export function refusals(): RefusalWords {
  return {
    url_ambiguous: ({ part }) => ambiguous(`L’adresse contient ${AMBIGUOUS[part]}.`),
    rules_disagree: () =>
      ambiguous(
        'Les serveurs lisent cette adresse de plusieurs façons, et des règles différentes de ce site s’y appliquent. Le journal indique chaque lecture avec sa règle, sous la référence ci-dessous\u00a0: une seule règle doit les couvrir toutes.',
      ),
    site_unknown: () => ({
      title: 'Aucun site n’est configuré pour cet hôte',
      detail: 'L’adresse mène ici, mais rien n’y est encore configuré pour elle.',
      remedy:
        'Vérifiez que l’adresse ne contient pas de faute de frappe. Si elle est correcte, prévenez les responsables du site.',
      technical:
        'Ajoutez l’hôte à `sites` dans gatehouse.config.ts. Avec `sitesInKv`, un enregistrement dans KV convient aussi, sous `site:` suivi de l’hôte en minuscules, sans port.',
    }),
    site_lookups_limited: () =>
      unavailable(
        'Trop d’adresses inconnues ont été demandées\u00a0: celle-ci n’a donc pas été recherchée.',
        'Le nombre d’hôtes sans site demandés en une minute dépasse celui des recherches faites dans KV.',
      ),
    site_lookup_failed: () =>
      unavailable(
        'Les paramètres de ce site n’ont pas pu être lus.',
        'L’enregistrement de cet hôte n’a pas pu être lu dans KV. Le journal en indique la cause, sous la référence ci-dessous.',
      ),
    route_unknown: () => ({
      title: 'Il n’y a rien à cette adresse',
      detail: 'Le système de connexion de ce site n’a pas de page de ce nom.',
      remedy: CHECK_THE_LINK,
    }),
    method_not_allowed: ({ allow }) => ({
      title: 'Cette adresse n’accepte pas ce type de requête',
      detail: 'Un formulaire ou un script l’a demandée d’une manière à laquelle elle ne répond pas.',
      remedy: 'Revenez à la page d’où vous venez et réessayez.',
      technical: `Cette adresse répond uniquement à ${allow}.`,
    }),
    parameter_repeated: ({ parameter }) =>
      malformedLink(`Le paramètre «\u00a0${parameter}\u00a0» est présent plusieurs fois.`),
    parameter_invalid: ({ parameter, expected }) =>
      malformedLink(
        `Valeur attendue pour le paramètre «\u00a0${parameter}\u00a0»\u00a0: ${EXPECTED[expected]}.`,
      ),
    not_a_navigation: () => ({
      title: 'Cette adresse doit s’ouvrir dans sa propre page',
      detail: 'Le navigateur l’a demandée comme élément d’une autre page.',
      remedy: 'Ouvrez-la dans une fenêtre à part.',
      technical:
        'Un script y mène avec `location.assign(…)`\u00a0: pour une connexion, avec la `login_url` de la réponse reçue.',
    }),
    rate_limited: () => ({
      title: 'Trop de tentatives de connexion depuis votre réseau',
      detail:
        'En une minute, plus de personnes ou d’onglets ont tenté de se connecter que ce site n’en admet.',
      remedy: 'Attendez une minute, puis reconnectez-vous.',
      technical: 'La limite de connexions a été atteinte\u00a0: LOGIN_RATE_LIMIT la définit.',
    }),
    request_too_large: ({ part, limit }) => ({
      title: 'Cette requête est trop volumineuse',
      detail: 'Votre navigateur a envoyé plus que ce site ne peut lire.',
      remedy: 'Supprimez les cookies de ce site dans votre navigateur, ou utilisez un lien plus court.',
      technical:
        part === 'address'
          ? `L’adresse dépasse ${limit} octets.`
          : part === 'headers'
            ? `L’ensemble des en-têtes dépasse ${limit} octets.`
            : `L’en-tête ${part.header} dépasse ${limit} octets.`,
    }),
    login_required: ({ unsent }) =>
      unsent
        ? {
            title: 'Votre envoi n’a pas été reçu',
            detail: 'Vous n’avez pas de session ouverte, ou elle a pris fin\u00a0: rien n’a été enregistré.',
            remedy: 'Connectez-vous, puis refaites l’envoi.',
          }
        : {
            title: 'Connectez-vous pour continuer',
            detail: 'Vous n’avez pas de session ouverte, ou elle a pris fin.',
            remedy: 'Connectez-vous, puis réessayez.',
          },
    login_loop: () => ({
      title: 'La connexion recommence sans cesse',
      detail: 'Trois connexions en une minute n’ont pas ouvert la page.',
      remedy:
        'Autorisez les cookies de ce site dans votre navigateur, puis reconnectez-vous. Si le problème persiste, envoyez les détails ci-dessous aux responsables de ce site.',
      causes: [
        'Le navigateur ne conserve pas les cookies de ce site.',
        'La connexion a été abandonnée.',
        'La page demande une connexion récente, et une plus ancienne a été utilisée.',
      ],
      technical:
        'Le journal indique si le navigateur a envoyé une session (`sentSession`) et ce qui manquait (`why`). Vérifiez si GATEHOUSE_KEYS ou les horloges diffèrent d’un déploiement à l’autre, et si un `maxAge` n’est satisfait par aucune connexion.',
    }),
    requirement_unmet: ({ who, organization, lacks, mayBeNew }) => ({
      title: 'Vous n’avez pas accès à cette page',
      detail: `Votre session est ouverte en tant que ${named(who, organization)}. ${inSentences(lacks)}`,
      remedy: mayBeNew
        ? 'Si un rôle ou un groupe vient de vous être attribué, reconnectez-vous\u00a0: il ne compte qu’à partir de la prochaine connexion. Sinon, passez à un compte qui y a accès, ou contactez les responsables de ce site.'
        : 'Passez à un compte qui y a accès, ou contactez les responsables de ce site.',
      technical: 'Le journal indique la règle et ce qu’elle accepterait, sous la référence ci-dessous.',
      command: '`gatehouse explain` montre ce que les règles donnent pour un compte.',
    }),
    foreign_websocket: () => ({
      title: 'Un autre site n’a pas le droit de se connecter',
      detail: 'Une page d’un autre site a essayé d’établir une liaison avec celui-ci.',
      remedy: 'Ouvrez directement ce site et réessayez à partir de là.',
      technical: 'Une page d’une autre origine a demandé un WebSocket. Ouvrez-le depuis une page de ce site.',
    }),
    foreign_request: () => ({
      title: 'Un autre site n’a pas le droit d’envoyer cela',
      detail:
        'Une page d’un autre site a envoyé quelque chose qui pourrait modifier des données ici. Cet envoi n’a pas été transmis.',
      remedy: 'Ouvrez directement ce site et réessayez à partir de là.',
      technical:
        'La requête porte l’en-tête `Origin` d’un autre site. Envoyez-la depuis une page de ce site, ou ajoutez cette origine à `cors`.',
    }),
    upstream_unreachable: () => ({
      title: 'Le serveur de cette page ne répond pas',
      detail: 'Vous y avez accès, mais la page elle-même n’a pas pu être jointe.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'Le serveur en amont de cette page n’a pas répondu. Le journal en indique la cause, sous la référence ci-dessous.',
    }),
    state_missing: startedElsewhere,
    code_missing: () => ({
      title: 'Cette connexion est incomplète',
      detail: 'Le service de connexion n’a renvoyé aucun résultat.',
      remedy: SIGN_IN_AGAIN,
      technical: 'Le callback ne contient ni `code` ni `error`.',
    }),
    binding_cookie_missing: startedElsewhere,
    transaction_unknown: () => ({
      title: 'Cette connexion n’est plus connue',
      detail: 'Elle a déjà été utilisée, ou n’a pas pu être retrouvée à temps.',
      remedy: SIGN_IN_AGAIN,
      technical:
        'L’enregistrement de cette connexion a été utilisé, ou n’a pas pu être lu à temps dans KV, deux fois de suite.',
    }),
    transaction_unreadable: startedElsewhere,
    transaction_expired: () => tookTooLong('Une connexion doit être terminée dans les dix minutes.'),
    transaction_of_other_host: startedElsewhere,
    login_request_missing: () => ({
      title: 'Ouvrez le site que vous voulez utiliser',
      detail: 'On se connecte ici pour d’autres sites, et aucun d’eux n’est à l’origine de votre visite.',
      remedy: 'Ouvrez directement le site\u00a0: il vous mène ici, puis vous y revenez.',
    }),
    login_request_invalid: () => ({
      title: 'Cette connexion n’a pas été commencée par un site autorisé',
      detail: 'Le lien qui mène ici a été modifié, ou il est destiné à une autre adresse.',
      remedy: 'Ouvrez le site que vous voulez utiliser et connectez-vous à partir de là.',
    }),
    login_request_expired: () => ({
      ...tookTooLong('Une connexion doit être terminée dans les dix minutes.'),
      remedy: 'Revenez au site et connectez-vous à partir de là.',
    }),
    ticket_unreadable: startedElsewhere,
    ticket_of_other_host: startedElsewhere,
    ticket_of_other_login: startedElsewhere,
    ticket_expired: () => tookTooLong('Le retour vers ce site doit se faire dans la minute.'),
    ticket_repeated: () => ({
      title: 'Cette connexion a déjà été utilisée',
      detail: 'Chaque connexion ouvre ce site une seule fois, et celle-ci l’a déjà fait.',
      remedy: SIGN_IN_AGAIN,
    }),
    login_host_session_ended: () => ({
      title: 'Votre session a été fermée entre-temps',
      detail: 'La connexion avec laquelle ce site devait être ouvert a pris fin.',
      remedy: SIGN_IN_AGAIN,
    }),
    issuer_mismatch: unproven,
    scalekit_error: ({ error }) => signInFailed(scalekitWords()[error.code]),
    scalekit_unreachable: () => ({
      title: 'Le service de connexion ne répond pas',
      detail: 'Il n’a pas répondu à temps, ou sa réponse est inutilisable.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'Scalekit n’a pas répondu, ou sa réponse n’a pas de sens. Le journal en indique la cause, sous la référence ci-dessous.',
    }),
    code_rejected: () => ({
      title: 'Cette connexion a déjà été utilisée',
      detail: 'Elle a servi auparavant, ou elle a pris trop de temps.',
      remedy: SIGN_IN_AGAIN,
      technical: 'Le code à usage unique a déjà été utilisé, ou il est trop ancien.',
    }),
    client_rejected: ({ error }) => signInFailed(scalekitWords()[error.code]),
    token_response_invalid: unproven,
    id_token_invalid: unproven,
    idp_initiated_invalid: unproven,
    organization_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'Ce site est réservé à une autre organisation',
            detail: `Votre session est ouverte en tant que ${named(who, organization)}. Ce site est réservé aux membres d’une autre organisation.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'Ce compte appartient à une autre organisation',
            detail:
              who === undefined
                ? 'La connexion a réussi, mais elle était destinée à une autre organisation.'
                : `La connexion a été faite en tant que ${named(who, organization)}, mais elle était destinée à une autre organisation.`,
            remedy: OTHER_ACCOUNT,
          },
    connection_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'Ce site demande une autre façon de se connecter',
            detail: `Votre session est ouverte en tant que ${named(who, organization)}. Ce site est réservé aux personnes qui se connectent autrement.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'La connexion a été faite d’une autre façon',
            detail:
              who === undefined
                ? 'La connexion a réussi, mais pas de la façon que ce site demande.'
                : `La connexion a été faite en tant que ${named(who, organization)}, mais pas de la façon que ce site demande.`,
            remedy: OTHER_ACCOUNT,
          },
    access_withdrawn: ({ cause }) =>
      cause === 'operator_ended'
        ? {
            title: 'Vos sessions ont été fermées pendant la connexion',
            detail: 'Les responsables de ce site viennent de les fermer.',
            remedy: `${SIGN_IN_AGAIN} Si cela se reproduit, contactez les responsables de ce site.`,
          }
        : {
            title: 'Votre accès a été retiré pendant la connexion',
            detail: 'Votre organisation, ou le service de connexion de ce site, vient d’y mettre fin.',
            remedy: `${SIGN_IN_AGAIN} Si l’accès vous est encore refusé, contactez le service informatique de votre organisation.`,
            technical:
              'Après le début de cette connexion, la personne ou son accès a été retiré de l’annuaire, ou une déconnexion a été envoyée pour elle.',
          },
    login_declined: ({ message }) => ({
      title: 'Ce site vous a refusé l’accès',
      detail: message,
      remedy: 'Changez de compte, ou contactez les responsables de ce site.',
    }),
    session_too_large: ({ bytes, limit }) => ({
      title: 'Votre compte contient trop de données',
      detail: 'Vous appartenez à plus de groupes ou de rôles que ce site ne peut en mémoriser.',
      remedy:
        'Vous ne pouvez pas résoudre ce problème vous-même\u00a0: envoyez les détails ci-dessous au service informatique de votre organisation.',
      technical: `Les noms, rôles et groupes demandent ensemble ${bytes} octets, et la limite est de ${limit}. Envoyez moins de groupes ou de rôles à cette application.`,
    }),
    registry_unreachable: () =>
      unavailable(
        `Le registre des sessions n’a pas pu être joint. ${STILL_SIGNED_IN}`,
        'Le registre des sessions (un Durable Object) n’a pas répondu. Le journal en indique la cause, sous la référence ci-dessous.',
      ),
    session_not_found: () => ({
      title: 'Cette session n’existe pas',
      detail: 'Elle a pris fin, ou ce n’est pas la vôtre.',
      remedy: 'Actualisez la page de vos sessions.',
    }),
    cross_site_request: () => ({
      title: 'Un autre site n’a pas le droit de demander cela',
      detail: 'Vous venez d’une autre page, qui voulait modifier votre connexion. Rien n’a été modifié.',
      remedy: 'Ouvrez directement ce site et faites-le à partir de là.',
      technical:
        'Seules les pages de ce site permettent de fermer des sessions et de changer de compte (Sec-Fetch-Site, Origin).',
    }),
    portal_without_organization: ({ who }) => ({
      title: 'Votre compte n’appartient à aucune organisation',
      detail: `Votre session est ouverte en tant que ${who}. Le portail d’administration permet à une organisation de configurer sa propre connexion.`,
      remedy: 'Passez à un compte de votre organisation.',
    }),
    portal_limited: () => ({
      title: 'Le portail d’administration a été ouvert trop souvent',
      detail: 'Vous l’avez ouvert plus souvent en une minute que ce site ne l’accepte.',
      remedy: 'Attendez une minute, puis ouvrez-le de nouveau.',
    }),
    management_unreachable: () => ({
      title: 'Le portail d’administration ne répond pas',
      detail: `Il n’a pas pu être ouvert à temps. ${STILL_SIGNED_IN}`,
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'L’API de gestion de Scalekit n’a pas répondu. Le journal en indique la cause, sous la référence ci-dessous.',
    }),
    management_limited: () => ({
      title: 'Le portail d’administration est saturé',
      detail: `Pour le moment, il n’accueille plus personne. ${STILL_SIGNED_IN}`,
      remedy: 'Attendez une minute, puis ouvrez-le de nouveau.',
    }),
    management_refused: () => ({
      title: 'Le portail d’administration n’a pas pu être ouvert',
      detail: `Le service de connexion n’a pas permis à ce site de l’ouvrir pour vous. ${STILL_SIGNED_IN}`,
      remedy: 'Envoyez les détails ci-dessous aux responsables de ce site.',
      technical:
        'L’API de gestion de Scalekit a refusé. Le journal contient sa réponse, sous la référence ci-dessous.',
    }),
    webhook_invalid: unverifiedNotice,
    logout_token_invalid: unverifiedNotice,
    operator_request_malformed: ({ check }) => ({
      title: 'Ce n’est pas une requête d’exploitation',
      detail: `La vérification «\u00a0${check}\u00a0» a échoué.`,
      remedy: 'Envoyez un jeton signé, et rien d’autre, en application/jwt, comme `gatehouse sessions`.',
    }),
    operator_request_invalid: ({ check }) => ({
      title: 'Cette requête d’exploitation n’est pas fiable',
      detail: `La vérification «\u00a0${check}\u00a0» a échoué.`,
      remedy: 'Comparez l’horloge, l’adresse demandée et la clé avec celles du Worker.',
    }),
    operator_request_repeated: () => ({
      title: 'Cette requête d’exploitation a déjà été utilisée',
      detail: 'Chaque requête ne compte qu’une fois.',
      remedy: 'Signez-en une autre.',
    }),
    body_too_large: ({ limit }) => ({
      title: 'Cette requête est trop volumineuse',
      detail: 'L’envoi dépasse ce qui est lu ici.',
      remedy: 'Envoyez-en moins.',
      technical: `La limite de lecture est ici de ${limit} octets.`,
    }),
    misconfigured: () => ({
      title: 'Ce site n’est pas configuré correctement',
      detail: 'Personne n’y a accès tant que ce n’est pas corrigé.',
      remedy: 'Envoyez les détails ci-dessous aux responsables de ce site.',
      technical:
        'La configuration a des problèmes. Le journal les énumère tous, sous la référence ci-dessous.',
    }),
    fault: () => ({
      title: 'Un problème est survenu de notre côté',
      detail: 'La requête n’a pas pu aboutir.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'Une exception s’est produite. Elle se trouve dans le journal, sous la référence ci-dessous.',
    }),
  }
}
