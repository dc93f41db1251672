import type { Explanation, RefusalWords } from './explanation.ts'
import { AMBIGUOUS, EXPECTED, inSentences } from './pt-evidence.ts'
import { scalekitWords } from './pt-scalekit.ts'

const CHECK_THE_LINK =
  'Se você digitou o endereço, verifique se há algum erro de digitação. Se seguiu um link, avise quem o passou a você.'
const SIGN_IN_AGAIN = 'Faça login novamente a partir desta página.'
const OTHER_ACCOUNT = 'Troque para uma conta da organização certa ou fale com quem administra este site.'
const TRY_AGAIN = 'Tente novamente em instantes.'
const TRY_AGAIN_OR_TELL = `${TRY_AGAIN} Se o problema continuar, avise quem administra este site.`
const STILL_SIGNED_IN = 'Sua sessão continua aberta.'

/** With the organization that they belong to, where people call it something. */
const named = (who: string, organization: string | undefined): string =>
  organization === undefined ? who : `${who} (${organization})`

const malformedLink = (technical: string): Explanation => ({
  title: 'Este link não funciona',
  detail: 'Falta alguma coisa nele, ou algo foi alterado no caminho.',
  remedy: CHECK_THE_LINK,
  technical,
})

const ambiguous = (technical: string): Explanation => ({
  title: 'Este endereço é ambíguo',
  detail: 'Ele pode ser interpretado de mais de uma maneira e, por isso, não foi aberto.',
  remedy: CHECK_THE_LINK,
  technical,
})

const startedElsewhere = (): Explanation => ({
  title: 'Este login não foi iniciado aqui',
  detail:
    'Ele foi iniciado em outro navegador ou em outra janela, ficou aberto por mais de dez minutos ou os cookies estão bloqueados.',
  remedy: `Permita os cookies deste site no seu navegador. ${SIGN_IN_AGAIN}`,
})

const tookTooLong = (detail: string): Explanation => ({
  title: 'Este login demorou demais',
  detail,
  remedy: SIGN_IN_AGAIN,
})

const unproven = (): Explanation => ({
  title: 'Não foi possível confirmar quem você é',
  detail: 'O que o serviço de login enviou não pôde ser verificado e, por isso, o login não foi feito.',
  remedy: `${SIGN_IN_AGAIN} Se acontecer de novo, envie os detalhes abaixo a quem administra este site.`,
  technical:
    'A verificação que falhou está no log, sob a referência abaixo. Causas comuns: SCALEKIT_ENVIRONMENT_URL ou SCALEKIT_CLIENT_ID de outro ambiente, ou relógios diferentes.',
})

const unavailable = (detail: string, technical: string): Explanation => ({
  title: 'Indisponível no momento',
  detail,
  remedy: TRY_AGAIN_OR_TELL,
  technical,
})

const unverifiedNotice = ({ check }: { readonly check: string }): Explanation => ({
  title: 'Não foi possível verificar este aviso',
  detail: 'Quem o enviou não conseguiu provar que é o serviço de login.',
  remedy: 'Nada foi feito. Não há nada que você precise fazer aqui no navegador.',
  technical: `A verificação de “${check}” falhou. Compare o segredo e o endereço com os do painel do Scalekit.`,
})

const signInFailed = (words: Omit<Explanation, 'title'>): Explanation => ({
  title: 'Não foi possível fazer login',
  ...words,
})

/** What is said of each refusal. */
export function refusals(): RefusalWords {
  return {
    url_ambiguous: ({ part }) => ambiguous(`O endereço contém ${AMBIGUOUS[part]}.`),
    rules_disagree: () =>
      ambiguous(
        'Cada servidor pode interpretar este endereço de uma maneira, e regras diferentes deste site se aplicam a cada interpretação. O log tem cada interpretação com sua regra, sob a referência abaixo: uma única regra precisa cobrir todas elas.',
      ),
    site_unknown: () => ({
      title: 'Nenhum site está configurado para este host',
      detail: 'O endereço leva até aqui, mas ainda não há nada configurado para ele.',
      remedy:
        'Verifique se há algum erro de digitação no endereço. Se ele estiver certo, avise quem administra o site.',
      technical:
        'Adicione o host a `sites` em gatehouse.config.ts. Com `sitesInKv`, também serve um registro no KV, com a chave `site:` seguida do host em letras minúsculas, sem porta.',
    }),
    site_lookups_limited: () =>
      unavailable(
        'Houve acessos demais a endereços desconhecidos; por isso, este não foi consultado.',
        'Os acessos a hosts sem site ultrapassaram o número que é consultado no KV por minuto.',
      ),
    site_lookup_failed: () =>
      unavailable(
        'Não foi possível ler as configurações deste site.',
        'Não foi possível ler no KV o registro deste host. A causa está no log, sob a referência abaixo.',
      ),
    route_unknown: () => ({
      title: 'Não há nada neste endereço',
      detail: 'O login deste site não tem essa página.',
      remedy: CHECK_THE_LINK,
    }),
    method_not_allowed: ({ allow }) => ({
      title: 'Este endereço não aceita esse tipo de solicitação',
      detail: 'Um formulário ou um script acessou este endereço de uma forma que ele não aceita.',
      remedy: 'Volte à página de onde você veio e tente novamente.',
      technical: `Este endereço só responde a ${allow}.`,
    }),
    parameter_repeated: ({ parameter }) =>
      malformedLink(`O parâmetro “${parameter}” aparece mais de uma vez.`),
    parameter_invalid: ({ parameter, expected }) =>
      malformedLink(`O parâmetro “${parameter}” deveria ser ${EXPECTED[expected]}.`),
    not_a_navigation: () => ({
      title: 'Isto precisa ser aberto em uma página própria',
      detail: 'O navegador solicitou este endereço como parte de outra página.',
      remedy: 'Abra este endereço em uma janela própria.',
      technical:
        'Um script chega até lá com `location.assign(…)`: para um login, com o `login_url` da resposta que recebeu.',
    }),
    rate_limited: () => ({
      title: 'Há tentativas de login demais a partir da sua rede',
      detail: 'Mais pessoas, ou mais abas, tentaram fazer login em um minuto do que este site aceita.',
      remedy: 'Aguarde um minuto e faça login novamente.',
      technical: 'O limite de logins foi atingido: ele é definido por LOGIN_RATE_LIMIT.',
    }),
    request_too_large: ({ part, limit }) => ({
      title: 'Esta solicitação tem dados demais',
      detail: 'Seu navegador enviou mais do que este site consegue ler.',
      remedy: 'Exclua os cookies deste site no seu navegador ou use um link mais curto.',
      technical:
        part === 'address'
          ? `O endereço tem mais de ${limit} bytes.`
          : part === 'headers'
            ? `Os cabeçalhos somam mais de ${limit} bytes.`
            : `O cabeçalho ${part.header} tem mais de ${limit} bytes.`,
    }),
    login_required: ({ unsent }) =>
      unsent
        ? {
            title: 'O que você enviou não foi recebido',
            detail: 'Você não fez login, ou sua sessão terminou; por isso, nada foi aceito.',
            remedy: 'Faça login e envie novamente.',
          }
        : {
            title: 'Faça login para continuar',
            detail: 'Você não fez login, ou sua sessão terminou.',
            remedy: 'Faça login e tente novamente.',
          },
    login_loop: () => ({
      title: 'O login está se repetindo sem parar',
      detail: 'Três logins em menos de um minuto não abriram a página.',
      remedy:
        'Permita os cookies deste site no seu navegador e faça login novamente. Se o problema continuar, envie os detalhes abaixo a quem administra este site.',
      causes: [
        'O navegador não guarda os cookies deste site.',
        'O login foi abandonado.',
        'A página exige um login recente, e foi usado um mais antigo.',
      ],
      technical:
        'O log diz se o navegador enviou uma sessão (`sentSession`) e o que faltou (`why`). Procure por GATEHOUSE_KEYS ou relógios que difiram entre implantações, e por um `maxAge` que nenhum login consiga cumprir.',
    }),
    requirement_unmet: ({ who, organization, lacks, mayBeNew }) => ({
      title: 'Você não tem acesso a esta página',
      detail: `Você entrou como ${named(who, organization)}. ${inSentences(lacks)}`,
      remedy: mayBeNew
        ? 'Se você recebeu uma função ou um grupo há pouco, faça login novamente: isso passa a valer no próximo login. Caso contrário, troque para uma conta que tenha acesso ou fale com quem administra este site.'
        : 'Troque para uma conta que tenha acesso ou fale com quem administra este site.',
      technical: 'O log tem a regra e o que ela aceitaria, sob a referência abaixo.',
      command: '`gatehouse explain` mostra o que as regras decidem sobre uma conta.',
    }),
    foreign_websocket: () => ({
      title: 'Outro site não pode se conectar',
      detail: 'Uma página de outro site tentou abrir uma conexão com este.',
      remedy: 'Abra este site diretamente e tente novamente nele.',
      technical:
        'Uma página de outra origem solicitou um WebSocket. Abra-o a partir de uma página deste site.',
    }),
    foreign_request: () => ({
      title: 'Outro site não pode enviar isto',
      detail:
        'Uma página de outro site enviou algo que poderia fazer alterações aqui. O envio não foi repassado.',
      remedy: 'Abra este site diretamente e tente novamente nele.',
      technical:
        'A solicitação tem o `Origin` de outro site. Envie-a a partir de uma página deste, ou adicione essa origem a `cors`.',
    }),
    upstream_unreachable: () => ({
      title: 'O servidor desta página não responde',
      detail: 'Você tem permissão para entrar, mas não foi possível acessar a página em si.',
      remedy: TRY_AGAIN_OR_TELL,
      technical: 'O upstream desta página não respondeu. A causa está no log, sob a referência abaixo.',
    }),
    state_missing: startedElsewhere,
    code_missing: () => ({
      title: 'Este login está incompleto',
      detail: 'O serviço de login mandou você de volta sem um resultado.',
      remedy: SIGN_IN_AGAIN,
      technical: 'O callback não tem nem `code` nem `error`.',
    }),
    binding_cookie_missing: startedElsewhere,
    transaction_unknown: () => ({
      title: 'Não há mais registro deste login',
      detail: 'Ele já foi usado ou não pôde ser encontrado a tempo.',
      remedy: SIGN_IN_AGAIN,
      technical:
        'O registro deste login já foi usado, ou não pôde ser lido a tempo no KV, duas vezes seguidas.',
    }),
    transaction_unreadable: startedElsewhere,
    transaction_expired: () => tookTooLong('Um login precisa ser concluído em até dez minutos.'),
    transaction_of_other_host: startedElsewhere,
    login_request_missing: () => ({
      title: 'Abra o site que você quer usar',
      detail: 'Aqui se faz login para outros sites, e nenhum deles enviou você.',
      remedy: 'Abra o site diretamente: ele traz você até aqui, e depois você volta para ele.',
    }),
    login_request_invalid: () => ({
      title: 'Este login não foi iniciado por um dos sites daqui',
      detail: 'O link que trouxe você até aqui foi alterado ou é para outro endereço.',
      remedy: 'Abra o site que você quer usar e faça login por lá.',
    }),
    login_request_expired: () => ({
      title: 'Este login demorou demais',
      detail: 'Um login precisa ser concluído em até dez minutos.',
      remedy: 'Volte ao site e faça login por lá.',
    }),
    ticket_unreadable: startedElsewhere,
    ticket_of_other_host: startedElsewhere,
    ticket_of_other_login: startedElsewhere,
    ticket_expired: () => tookTooLong('Depois do login, é preciso voltar a este site em até um minuto.'),
    ticket_repeated: () => ({
      title: 'Este login já foi usado',
      detail: 'Cada login abre este site uma vez, e este já abriu.',
      remedy: SIGN_IN_AGAIN,
    }),
    login_host_session_ended: () => ({
      title: 'Sua sessão foi encerrada nesse meio-tempo',
      detail: 'O login com que este site seria aberto já terminou.',
      remedy: SIGN_IN_AGAIN,
    }),
    issuer_mismatch: unproven,
    scalekit_error: ({ error }) => signInFailed(scalekitWords()[error.code]),
    scalekit_unreachable: () => ({
      title: 'O serviço de login não responde',
      detail: 'Ele não respondeu a tempo, ou a resposta não é válida.',
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'O Scalekit não deu resposta, ou nenhuma que faça sentido. A causa está no log, sob a referência abaixo.',
    }),
    code_rejected: () => ({
      title: 'Este login já foi usado',
      detail: 'Ele já foi usado antes ou demorou demais.',
      remedy: SIGN_IN_AGAIN,
      technical: 'O código de uso único já foi usado antes ou é antigo demais.',
    }),
    client_rejected: ({ error }) => signInFailed(scalekitWords()[error.code]),
    token_response_invalid: unproven,
    id_token_invalid: unproven,
    idp_initiated_invalid: unproven,
    organization_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'Este site é para outra organização',
            detail: `Você entrou como ${named(who, organization)}. Este site é para pessoas de outra organização.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'Essa conta pertence a outra organização',
            detail:
              who === undefined
                ? 'O login funcionou, mas era para outra organização.'
                : `Você entrou como ${named(who, organization)}, mas este login era para outra organização.`,
            remedy: OTHER_ACCOUNT,
          },
    connection_mismatch: ({ who, organization, signedIn }) =>
      who !== undefined && signedIn
        ? {
            title: 'Este site exige outro login',
            detail: `Você entrou como ${named(who, organization)}. Este site é para quem faz login de outra forma.`,
            remedy: OTHER_ACCOUNT,
          }
        : {
            title: 'Você fez login de outra forma',
            detail:
              who === undefined
                ? 'O login funcionou, mas não é do tipo que este site exige.'
                : `Você entrou como ${named(who, organization)}, mas não da forma que este site exige.`,
            remedy: OTHER_ACCOUNT,
          },
    access_withdrawn: ({ cause }) =>
      cause === 'operator_ended'
        ? {
            title: 'Suas sessões foram encerradas enquanto você fazia login',
            detail: 'Quem administra este site acaba de encerrá-las.',
            remedy: `${SIGN_IN_AGAIN} Se acontecer de novo, fale com quem administra este site.`,
          }
        : {
            title: 'Seu acesso foi retirado enquanto você fazia login',
            detail: 'Sua organização, ou o serviço de login deste site, acaba de encerrá-lo.',
            remedy: `${SIGN_IN_AGAIN} Se você não conseguir entrar, fale com a equipe de TI da sua organização.`,
            technical:
              'A pessoa ou o acesso dela foi removido no diretório, ou um logout foi enviado para ela, depois que este login começou.',
          },
    login_declined: ({ message }) => ({
      title: 'Este site não permitiu sua entrada',
      detail: message,
      remedy: 'Troque de conta ou fale com quem administra este site.',
    }),
    session_too_large: ({ bytes, limit }) => ({
      title: 'Sua conta tem dados demais',
      detail: 'Você tem mais grupos ou funções do que este site consegue lembrar.',
      remedy:
        'Você não consegue resolver isso por conta própria: envie os detalhes abaixo à equipe de TI da sua organização.',
      technical: `Nomes, funções e grupos somam ${bytes} bytes; cabem ${limit}. Envie menos grupos ou funções a este aplicativo.`,
    }),
    registry_unreachable: () =>
      unavailable(
        `Não foi possível acessar o registro de sessões. ${STILL_SIGNED_IN}`,
        'O registro de sessões (um Durable Object) não respondeu. A causa está no log, sob a referência abaixo.',
      ),
    session_not_found: () => ({
      title: 'Essa sessão não existe',
      detail: 'Ela já terminou ou não é sua.',
      remedy: 'Recarregue suas sessões.',
    }),
    cross_site_request: () => ({
      title: 'Outro site não pode pedir isto',
      detail: 'Outra página enviou você para cá para mudar algo no seu login. Nada foi alterado.',
      remedy: 'Abra este site diretamente e faça a mudança nele.',
      technical:
        'Só as páginas deste site podem encerrar sessões e trocar de conta (Sec-Fetch-Site, Origin).',
    }),
    portal_without_organization: ({ who }) => ({
      title: 'Sua conta não pertence a nenhuma organização',
      detail: `Você entrou como ${who}. O portal de administração é onde uma organização configura o próprio login.`,
      remedy: 'Troque para uma conta da sua organização.',
    }),
    portal_limited: () => ({
      title: 'O portal de administração foi aberto vezes demais',
      detail: 'Você o abriu, em um minuto, mais vezes do que este site aceita.',
      remedy: 'Aguarde um minuto e abra-o novamente.',
    }),
    management_unreachable: () => ({
      title: 'O portal de administração não responde',
      detail: `Não foi possível abri-lo a tempo. ${STILL_SIGNED_IN}`,
      remedy: TRY_AGAIN_OR_TELL,
      technical:
        'A API de gerenciamento do Scalekit não respondeu. A causa está no log, sob a referência abaixo.',
    }),
    management_limited: () => ({
      title: 'O portal de administração está sobrecarregado',
      detail: `No momento, ele não aceita mais visitantes. ${STILL_SIGNED_IN}`,
      remedy: 'Aguarde um minuto e abra-o novamente.',
    }),
    management_refused: () => ({
      title: 'Não foi possível abrir o portal de administração',
      detail: `O serviço de login não permitiu que este site o abrisse para você. ${STILL_SIGNED_IN}`,
      remedy: 'Envie os detalhes abaixo a quem administra este site.',
      technical:
        'A API de gerenciamento do Scalekit recusou a solicitação. A resposta dela está no log, sob a referência abaixo.',
    }),
    webhook_invalid: unverifiedNotice,
    logout_token_invalid: unverifiedNotice,
    operator_request_malformed: ({ check }) => ({
      title: 'Isto não é uma solicitação de operação',
      detail: `A verificação de “${check}” falhou.`,
      remedy: 'Envie um token assinado, e nada mais, como application/jwt: `gatehouse sessions` faz isso.',
    }),
    operator_request_invalid: ({ check }) => ({
      title: 'Esta solicitação de operação não é confiável',
      detail: `A verificação de “${check}” falhou.`,
      remedy: 'Compare o relógio, o endereço solicitado e a chave com os do Worker.',
    }),
    operator_request_repeated: () => ({
      title: 'Esta solicitação de operação já foi usada',
      detail: 'Cada solicitação vale uma única vez.',
      remedy: 'Assine outra.',
    }),
    body_too_large: ({ limit }) => ({
      title: 'Esta solicitação é grande demais',
      detail: 'Foi enviado mais do que é lido aqui.',
      remedy: 'Envie menos.',
      technical: `Aqui são lidos no máximo ${limit} bytes.`,
    }),
    misconfigured: () => ({
      title: 'Este site não está configurado corretamente',
      detail: 'Ninguém pode entrar até que isso seja corrigido.',
      remedy: 'Envie os detalhes abaixo a quem administra este site.',
      technical: 'A configuração tem problemas. O log lista todos eles, sob a referência abaixo.',
    }),
    fault: () => ({
      title: 'Algo deu errado do nosso lado',
      detail: 'Não foi possível concluir a solicitação.',
      remedy: TRY_AGAIN_OR_TELL,
      technical: 'Ocorreu uma exceção. Ela está no log, sob a referência abaixo.',
    }),
  }
}
