"""The Spanish texts that staff send to users: Latin American, *tú*, without a gender."""

from collections.abc import Mapping

from dashboard.services.texts.placeholders import Words
from dashboard.services.texts.situations import Situation

TEXTS: Mapping[Situation, Words] = {
    Situation.NOT_STARTED: Words(
        "Verifica tu identidad para activar tu cuenta",
        """\
Hola, {first_name}:

Antes de que puedas usar tu cuenta, necesitamos verificar tu identidad. Si nuestra app ya te lo \
pidió, hazlo ahí.

Si todavía no te lo pidió, responde a este mensaje y te ayudaremos a empezar.""",
    ),
    Situation.LINK_FRESH: Words(
        "Tu enlace para verificar tu identidad",
        """\
Hola, {first_name}:

Para activar tu cuenta, necesitas verificar tu identidad. Abre este enlace y sigue los pasos:

{link}

El enlace debería funcionar hasta el {link_until}. Es personal: no lo compartas.

Si la página dice “Session expired” (la sesión expiró), eso no significa que tu enlace haya \
vencido: la página solo estuvo abierta demasiado tiempo. Vuelve a abrir el mismo enlace y podrás \
continuar donde te quedaste.

Si ya completaste todos los pasos, no tienes que hacer nada más por ahora. Si tienes algún \
problema, responde a este mensaje.""",
    ),
    Situation.LINK_EXPIRED: Words(
        "Abre de nuevo tu enlace de verificación",
        """\
Hola, {first_name}:

Tu cuenta todavía no está activa porque falta completar tu verificación de identidad. Intenta \
abrir tu enlace de nuevo. Es posible que todavía funcione:

{link}

Si se abre, sigue los pasos. Es personal: no lo compartas.

Si la página dice “Session expired” (la sesión expiró), quizá solo estuvo abierta demasiado \
tiempo: abre el mismo enlace una vez más. Si sigue sin funcionar, responde a este mensaje y \
veremos cómo puedes continuar. No hace falta que te registres de nuevo.

Si ya completaste todos los pasos, no tienes que hacer nada más por ahora.""",
    ),
    Situation.STARTED_ELSEWHERE: Words(
        "Tu verificación de identidad",
        """\
Hola, {first_name}:

Tu verificación de identidad ya comenzó, probablemente en nuestra app. Si todavía no la \
terminaste, continúa ahí.

Si no la encuentras, responde a este mensaje y veremos cómo puedes continuar. No hace falta que \
te registres de nuevo.

Si ya completaste todos los pasos, no tienes que hacer nada más por ahora.""",
    ),
    Situation.STARTED_LINK_LOST: Words(
        "Tu verificación de identidad",
        """\
Hola, {first_name}:

Iniciamos tu verificación de identidad, pero por el momento no tenemos tu enlace. Si ya te \
enviamos uno, o lo ves en nuestra app, ábrelo y sigue los pasos.

Si no, responde a este mensaje y veremos cómo puedes continuar. No hace falta que te registres de \
nuevo.""",
    ),
    Situation.START_UNKNOWN: Words(
        "Estamos preparando tu verificación de identidad",
        """\
Hola, {first_name}:

Estamos preparando tu verificación de identidad y esperamos una confirmación. Por ahora no \
tienes que hacer nada. Te avisaremos cuál es el siguiente paso.

Si mientras tanto nuestra app te pide verificar tu identidad, puedes hacerlo ahí.""",
    ),
    Situation.CAN_OPERATE: Words(
        "Tu cuenta está activa",
        """\
Hola, {first_name}:

Tu cuenta está activa y ya puedes usarla.

Si algo no funciona, responde a este mensaje y cuéntanos qué estabas haciendo y qué viste.""",
    ),
    Situation.SUSPENDED: Words(
        "Tu cuenta está en pausa",
        """\
Hola, {first_name}:

Nuestro proveedor de pagos puso tu cuenta en pausa y por ahora no puedes usarla. No nos informó \
el motivo. Le estamos preguntando qué pasó y qué pasará con el dinero que tengas en ella. Te \
escribiremos cuando sepamos más.

Por favor, no te registres de nuevo: eso no cambiaría nada. Si tienes alguna pregunta, responde a \
este mensaje.""",
    ),
    Situation.BANNED: Words(
        "Tu cuenta fue cerrada",
        """\
Hola, {first_name}:

Lamentamos informarte que nuestro proveedor de pagos cerró tu cuenta de forma permanente y no \
podemos reabrirla. No nos informó el motivo. Si tienes dinero en ella, responde a este mensaje y \
le preguntaremos qué pasará con él.

Por favor, no te registres de nuevo: eso no cambiaría nada. Si tienes alguna pregunta, responde a \
este mensaje.""",
    ),
    Situation.OTHER: Words(
        "Sobre tu cuenta",
        """\
Hola, {first_name}:

Estamos consultando el estado de tu cuenta y te escribiremos cuando sepamos más.

Si algo no funciona, responde a este mensaje y cuéntanos qué viste.""",
    ),
}
