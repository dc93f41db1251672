import { refusals } from './pt-refusals.ts'
import type { Words } from './words.ts'

/** All that pages say, in Portuguese: of Brazil, and as it can be read in Portugal. */
export function words(): Words {
  return {
    language: 'pt',
    direction: 'ltr',
    code: 'Código',
    reference: 'Referência',
    homePage: 'Página inicial',
    backToSite: (host) => `Voltar para ${host}`,
    signInAgain: 'Entrar novamente',
    thisSite: 'este site',
    refusals: refusals(),
    refusalPage: {
      usualCauses: 'Causas comuns:',
      whatYouCanDo: 'O que você pode fazer',
      whomToAsk: (contact) => ['Com quem falar: ', contact],
      giveDetails: 'Informe os detalhes abaixo.',
      tryAgain: 'Tentar novamente',
      switchAccount: 'Trocar de conta',
      openSite: 'Abra o site que você quer usar e faça login por lá.',
      forScripts: 'Um script abre `login_url` como uma página.',
    },
    keepFragment: {
      title: 'Faça login para continuar',
      goOn: 'Ir para o login',
    },
    unsentForm: {
      backAtForm: 'Depois do login, você volta à página de onde fez o envio.',
      backHome: 'Depois do login, você estará na página inicial. Abra por lá a página com o formulário.',
      asItWas: (link) => [
        'Para enviar tudo exatamente como estava, ',
        link('faça login em outra aba'),
        ', volte a esta e recarregue-a.',
      ],
    },
    folded: {
      user: 'Detalhes',
      admin: 'Para a equipe de TI',
      developer: 'Para quem desenvolve este site',
      operator: 'Para quem administra este site',
    },
    details: {
      line: (label, value) => `${label}: ${value}`,
      time: 'Horário',
      site: 'Site',
      loginHost: 'Host de login',
      account: 'Conta',
      page: 'Página',
      code: 'Código',
      reference: 'Referência',
      attribute: 'Atributo que falta',
      callbackUrl: 'URL de callback enviada',
    },
    mail: {
      send: 'Enviar os detalhes por e-mail',
      sendToAdmin: 'Enviar os detalhes à equipe de TI',
      subject: (site) => `Não consigo entrar em ${site}`,
      body: (site, said, details) =>
        `Olá,\n\nNão consigo entrar em ${site}. A página diz o seguinte:\n\n${said}\n\n${details}`,
      subjectOfPage: (page) => `Não consigo abrir ${page}`,
      bodyOfPage: (page, who, said, details) =>
        `Olá,\n\n${who === undefined ? 'Não' : `Entrei como ${who}, mas não`} consigo abrir ${page}. A página diz o seguinte:\n\n${said}\n\n${details}`,
    },
    signIn: {
      title: (site) => `Entrar em ${site}`,
      check: 'Confira seu endereço de e-mail',
      email: 'E-mail de trabalho',
      incomplete:
        'Esse endereço de e-mail não está completo. Digite-o por inteiro, por exemplo, jane@example.com.',
      submit: 'Continuar',
      continueAs: (who) => `Continuar como ${who}`,
      didYouMean: (address) => ['Você quis dizer ', address, '?'],
      use: (address) => `Usar ${address}`,
      continueWith: (address) => `Continuar com ${address}`,
      workAddress: (domain) =>
        `Use aqui seu e-mail de trabalho: um endereço de ${domain} geralmente não pertence a nenhuma organização.`,
      another: 'Ou use outro endereço',
      about: 'Seu endereço de e-mail encontra a página de login da sua organização. Aqui não se pede senha.',
    },
    signOut: {
      title: 'Sair da sua conta neste site?',
      titleEverywhere: 'Sair da sua conta em todos os lugares?',
      titleOfAll: 'Sair da sua conta em todos os sites?',
      ends: 'Isso encerra sua sessão neste site, neste navegador.',
      endsOfAll: 'Isso encerra, neste navegador, sua sessão em todos os sites que você abriu com este login.',
      endsEverywhere: (minutes) =>
        `Isso encerra todas as suas sessões, em todos os navegadores e em todos os sites da sua organização. ${staysReadable(minutes)}`,
      alsoAtService: 'Também pedimos ao serviço de login que encerre a sessão dele.',
      ifUnwanted: 'Se você apenas seguiu um link e não quer isso, mantenha sua sessão.',
      submit: 'Sair',
      submitEverywhere: 'Sair em todos os lugares',
      stay: 'Manter a sessão',
    },
    stillSignedIn: {
      title: 'Sua sessão continua aberta',
      who: (name) => `Você entrou como ${name}.`,
    },
    signedOut: {
      title: 'Você saiu da sua conta',
      titleOfNothing: 'Nenhuma sessão aberta',
      nothing: 'Você não tem nenhuma sessão neste site, neste navegador.',
      endedHereAndAtService:
        'Sua sessão neste site terminou, e pedimos ao serviço de login que também encerrasse a sessão dele.',
      endedOfAllAndAtService: (minutes) =>
        `Você saiu de todos os sites que abriu com este login, e pedimos ao serviço de login que também encerrasse a sessão dele. ${staysReadable(minutes)}`,
      endedOfAllOnly: (minutes) =>
        `Você saiu de todos os sites que abriu com este login. Não foi possível encerrar a sessão no serviço de login. ${staysReadable(minutes)}`,
      endedEverywhereAndAtService: (minutes) =>
        `Todas as suas sessões foram encerradas, em todos os navegadores e em todos os sites da sua organização, e pedimos ao serviço de login que também encerrasse a sessão dele. ${staysReadable(minutes)}`,
      endedEverywhereOnly: (minutes) =>
        `Todas as suas sessões foram encerradas, em todos os navegadores e em todos os sites da sua organização. Não foi possível encerrar a sessão no serviço de login. ${staysReadable(minutes)}`,
      endedHereOnly:
        'Sua sessão neste site terminou. Não foi possível encerrar a sessão no serviço de login.',
      endedHereMaybeNotAtLoginHost: (loginHost) =>
        `Você não tem uma sessão aberta neste site. Talvez sua sessão continue aberta em ${loginHost}; nesse caso, este site deixará você entrar sem perguntar na próxima vez que o abrir.`,
      endedHereNotAtLoginHost: (loginHost) =>
        `Sua sessão neste site terminou. Sua sessão em ${loginHost} continua aberta; por isso, este site deixará você entrar sem perguntar na próxima vez que o abrir.`,
      othersGoOn: (others, link) => [
        others === 1
          ? 'Mais uma sessão sua continua aberta, em outro navegador ou em outro site desta organização. Faça login novamente e abra '
          : `Mais ${others} sessões suas continuam abertas, em outros navegadores ou em outros sites desta organização. Faça login novamente e abra `,
        link('suas sessões'),
        ' para encerrar o que for preciso.',
      ],
      othersMayGoOn: (link) => [
        'Não foi possível acessar o registro de sessões; por isso, talvez haja sessões suas ainda abertas, em outros navegadores ou em outros sites desta organização. Faça login novamente e abra ',
        link('suas sessões'),
        ' para encerrar o que for preciso.',
      ],
      notEnded:
        'Sua sessão no provedor de identidade da sua organização não foi encerrada. Em um computador compartilhado, saia também por lá.',
    },
    sessions: {
      title: 'Suas sessões',
      who: (name) => `Você entrou como ${name}. Encerre qualquer sessão que não reconheça.`,
      lastActive: (time) => ['Última atividade: ', time],
      signedIn: (time) => ['Login: ', time],
      thisOne: 'esta sessão',
      end: 'Encerrar',
      endNamed: (device, active) => `Encerrar a sessão: ${device}, última atividade ${active}`,
      endsThisOne: 'Se você a encerrar, esta sessão também será encerrada.',
      endsOthers: (others, where) =>
        others === 1
          ? `Se você a encerrar, outra sessão${where}, aberta com ela, também será encerrada.`
          : `Se você a encerrar, outras ${others} sessões${where}, abertas com ela, também serão encerradas.`,
      ended: (sessions, minutes) =>
        `${sessions === 1 ? 'A sessão foi encerrada.' : `${sessions} sessões foram encerradas.`} ${staysReadable(minutes)}`,
      endOthers: 'Encerrar todas as outras',
      signOut: 'Sair aqui',
      signOutOfAll: 'Sair em todos os sites',
    },
    device: {
      unknown: 'Dispositivo desconhecido',
      on: (browser, system) => `${browser} no ${system}`,
    },
    changeOfIdentity: {
      title: (next) => `Continuar como ${next}?`,
      whatHappened: (now, next, strong) => [
        'Você entrou como ',
        strong(now),
        '. Um link de fora deste site levou a um login como ',
        strong(next),
        '. Nada mudou ainda.',
      ],
      whatHappenedForSite: (site, now, next, strong) => [
        `${site} pediu uma conta diferente da que você usa aqui: você entrou como `,
        strong(now),
        ', e o login foi feito como ',
        strong(next),
        '. Nada mudou ainda.',
      ],
      whatFollowsForSite: (now, next) =>
        `Se você continuar como ${next}, a sessão de ${now} será encerrada neste navegador em todos os sites abertos com aquele login.`,
      whatFollows: (next) =>
        `Continue somente se quiser trocar de conta: a partir daí, o que você fizer aqui será feito como ${next}.`,
      anotherAccount: (name) => `${name} (outra conta)`,
      anotherOrganization: (name) => `${name} (outra organização)`,
      stay: (now) => `Manter a sessão de ${now}`,
      submit: (next) => `Continuar como ${next}`,
    },
  }
}

const staysReadable = (minutes: number): string =>
  minutes === 1
    ? 'Páginas de outros sites e em outros navegadores podem continuar legíveis por até um minuto.'
    : `Páginas de outros sites e em outros navegadores podem continuar legíveis por até ${minutes} minutos.`
