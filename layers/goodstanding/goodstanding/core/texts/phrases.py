"""The phrases of alerts and digests, in German and in English, with named places to fill."""

PHRASES: dict[str, dict[str, str]] = {
    # ---- words -------------------------------------------------------------------------------------------------------
    "status.bad": {"de": "schlecht", "en": "bad"},
    "status.warning": {"de": "Warnung", "en": "warning"},
    "status.good": {"de": "gut", "en": "good"},
    "status.none": {"de": "ohne Zielwert", "en": "no target"},
    "status.unavailable": {"de": "nicht bekannt", "en": "not known"},
    "state.fresh": {"de": "gelesen", "en": "read"},
    "state.empty": {"de": "keine Daten", "en": "no data"},
    "state.stale": {"de": "veraltet", "en": "stale"},
    "state.unavailable": {"de": "fehlt", "en": "missing"},
    "fulfillment.mfn": {"de": "eigener Versand", "en": "own fulfilment"},
    "fulfillment.afn": {"de": "Versand durch Amazon", "en": "FBA"},
    "source.amazon": {"de": "Amazon", "en": "Amazon"},
    "source.computed": {"de": "eigene Berechnung", "en": "our own computation"},
    "source.data_kiosk": {"de": "Amazon (Data Kiosk)", "en": "Amazon (Data Kiosk)"},
    "condition.LESS_THAN": {"de": "unter {target}", "en": "under {target}"},
    "condition.GREATER_THAN": {"de": "über {target}", "en": "over {target}"},
    "condition.EQUALS": {"de": "genau {target}", "en": "exactly {target}"},
    "state.new": {"de": "neu", "en": "new"},
    "none_yet": {"de": "noch nicht beurteilt", "en": "not judged yet"},
    "unknown": {"de": "nicht bekannt", "en": "not known"},
    # ---- one metric --------------------------------------------------------------------------------------------------
    "metric.title": {"de": "{name}, {fulfillment}", "en": "{name}, {fulfillment}"},
    "metric.counts": {
        "de": "{numerator} von {denominator} {counted}",
        "en": "{numerator} of {denominator} {counted}",
    },
    "metric.window": {"de": "{start} bis {end}", "en": "{start} to {end}"},
    "metric.amazon_says": {"de": "{source} (Amazon sagt: {word})", "en": "{source} (Amazon says: {word})"},
    "label.value": {"de": "Wert", "en": "Value"},
    "label.target": {"de": "Ziel", "en": "Target"},
    "label.window": {"de": "Zeitraum", "en": "Window"},
    "label.source": {"de": "Zahl von", "en": "Figure of"},
    "label.before": {"de": "Vorher", "en": "Before"},
    "label.step": {"de": "Was tun", "en": "What to do"},
    "label.reason": {"de": "Grund", "en": "Reason"},
    # ---- alerts ------------------------------------------------------------------------------------------------------
    "alert.head": {
        "de": "Verkäufer {seller_id}, Marktplatz {marketplace}, Lauf vom {day}",
        "en": "Seller {seller_id}, marketplace {marketplace}, run of {day}",
    },
    "alert.foot": {
        "de": "Diese Nachricht kommt einmal; was so bleibt, wiederholt nur die tägliche Übersicht.",
        "en": "This message comes once; what stays so is repeated in the daily digest only.",
    },
    "alert.more": {"de": "+{count} weitere", "en": "+{count} more"},
    "metrics.critical.subject": {
        "de": "{marketplace}: schlecht: {title} {value}",
        "en": "{marketplace}: bad: {title} {value}",
    },
    "metrics.critical.intro": {
        "de": "Der Zielwert ist verfehlt, oder Amazon sagt es:",
        "en": "The target is missed, or Amazon says so:",
    },
    "metrics.warning.subject": {
        "de": "{marketplace}: Warnung: {title} {value}",
        "en": "{marketplace}: warning: {title} {value}",
    },
    "metrics.warning.intro": {
        "de": "Noch kein Verstoß, aber nahe am Zielwert oder von Amazon angemahnt:",
        "en": "No breach yet, but close to the target or warned of by Amazon:",
    },
    "metrics.info.subject": {
        "de": "{marketplace}: erledigt: {title} {value}",
        "en": "{marketplace}: recovered: {title} {value}",
    },
    "metrics.info.intro": {
        "de": "Nicht mehr schlecht und keine Warnung mehr:",
        "en": "No longer bad, and no warning any more:",
    },
    "metrics.sms": {
        "de": "{marketplace}: {title} {value}, Ziel {target}",
        "en": "{marketplace}: {title} {value}, target {target}",
    },
    "metrics.sms_no_target": {"de": "{marketplace}: {title} {value}", "en": "{marketplace}: {title} {value}"},
    "sms.ending": {"de": "Siehe E-Mail.", "en": "See e-mail."},
    "account.subject": {
        "de": "{marketplace}: Kontostatus jetzt {now} (vorher {before})",
        "en": "{marketplace}: account status now {now} (was {before})",
    },
    "account.intro": {
        "de": "Amazon hat den Status dieses Verkäuferkontos geändert: {before} -> {now}.",
        "en": "Amazon changed the status of this seller account: {before} -> {now}.",
    },
    "account.sms": {
        "de": "{marketplace}: Kontostatus jetzt {now} (vorher {before}).",
        "en": "{marketplace}: account status now {now} (was {before}).",
    },
    "account.step.normal": {
        "de": "Nichts weiter: das Konto steht wieder wie es soll.",
        "en": "Nothing more: the account stands as it should again.",
    },
    "account.step.risk": {
        "de": "Heute in Seller Central, Leistung, Kontozustand die genannten Gründe ansehen und beantworten. Die Frist "
        "steht in der Mitteilung von Amazon.",
        "en": "Today, look at the reasons in Seller Central, Performance, Account Health and respond to them. Amazon's "
        "notice states the time you have.",
    },
    "account.step.suspended": {
        "de": "Mitteilung von Amazon lesen. Einen Maßnahmenplan mit Ursachen, Abhilfe und Vorbeugung einreichen; üblich "
        "sind 17 Tage Zeit. Offene Bestellungen trotzdem erfüllen.",
        "en": "Read Amazon's notice. Submit a plan of action with root causes, what was done and what prevents a repeat; "
        "17 days is the usual time. Fulfil open orders all the same.",
    },
    "source.subject": {
        "de": "{marketplace}: Bericht fehlt: {title}",
        "en": "{marketplace}: report missing: {title}",
    },
    "source.intro": {
        "de": "Diese Berichte konnten heute nicht gelesen werden. Was aus ihnen folgt, ist alt oder nicht bekannt:",
        "en": "These reports could not be read today. What follows from them is old or not known:",
    },
    "source.recovered.subject": {
        "de": "{marketplace}: Bericht wieder da: {title}",
        "en": "{marketplace}: report is back: {title}",
    },
    "source.recovered.intro": {
        "de": "Diese Berichte werden wieder gelesen:",
        "en": "These reports are read again:",
    },
    "source.stale": {
        "de": "{title}: {reason}. Der letzte Stand vom {fetched} gilt weiter.",
        "en": "{title}: {reason}. The last one, of {fetched}, stays in force.",
    },
    "source.missing": {"de": "{title}: {reason}.", "en": "{title}: {reason}."},
    "source.back": {"de": "{title}", "en": "{title}"},
    "authorization.subject": {
        "de": "{marketplace}: Amazon verweigert den Zugriff, bitte neu autorisieren",
        "en": "{marketplace}: Amazon refuses access, please authorise again",
    },
    "authorization.intro": {
        "de": "Amazon verweigert diesem Programm den Zugriff auf die Daten dieses Verkäufers. Bis er wieder erteilt ist, "
        "gibt es keine neuen Zahlen und keine Warnungen. Betroffen:",
        "en": "Amazon refuses this program access to this seller's data. Until it is granted again there are no new "
        "figures and no warnings. Concerned:",
    },
    "authorization.sms": {
        "de": "{marketplace}: Amazon verweigert den Zugriff für {seller_id}. Bitte neu autorisieren.",
        "en": "{marketplace}: Amazon refuses access for {seller_id}. Please authorise again.",
    },
    # ---- feedback requests ---------------------------------------------------------------------------------------------
    "requests.head": {
        "de": "Verkäufer {seller_id}, Region {region}, {day}",
        "en": "Seller {seller_id}, region {region}, {day}",
    },
    "requests.authorization.subject": {
        "de": "{region}: Amazon verweigert den Zugriff, Bewertungsanfragen ruhen",
        "en": "{region}: Amazon refuses access, feedback requests are paused",
    },
    "requests.authorization.intro": {
        "de": "Amazon verweigert diesem Programm den Zugriff für diesen Verkäufer. Geplante Bewertungsanfragen bleiben stehen und "
        "gehen weiter, sobald der Zugriff wieder erteilt ist; Fristen laufen weiter ab.",
        "en": "Amazon refuses this program access for this seller. Planned feedback requests stay planned and go on as soon as "
        "access is granted again; their windows keep running out.",
    },
    "requests.authorization.sms": {
        "de": "{region}: Amazon verweigert den Zugriff für {seller_id}. Bitte neu autorisieren.",
        "en": "{region}: Amazon refuses access for {seller_id}. Please authorise again.",
    },
    "requests.drought.subject": {
        "de": "{region}: Amazon bietet keine Bewertungsanfragen mehr an",
        "en": "{region}: Amazon no longer offers feedback requests",
    },
    "requests.drought.intro": {
        "de": "Seit dem {since} bietet Amazon für keine einzige angesehene Bestellung eine Bewertungsanfrage an. Das liegt nicht an den "
        "Bestellungen: Keine wird deshalb aufgegeben, jede wird täglich wieder angesehen, bis ihr Zeitraum endet.",
        "en": "Since {since} Amazon has offered a feedback request for not a single order looked at. That is not the orders' fault: none "
        "is given up because of it, each is looked at again daily until its window ends.",
    },
    "requests.drought.step": {
        "de": "In Seller Central bei einer Bestellung prüfen, ob „Bewertung anfordern“ angeboten wird. Wenn nicht, ist es eine Störung "
        "bei Amazon: abwarten. Wenn doch, die Rolle „Buyer Solicitation“ der Anwendung prüfen.",
        "en": 'In Seller Central, look at an order whether "Request a Review" is offered. If not, it is an outage of Amazon\'s: wait. '
        "If it is, check the application's role Buyer Solicitation.",
    },
    # ---- mailboxes ---------------------------------------------------------------------------------------------------
    "mailbox.head": {"de": "Verkäufer {seller_id}", "en": "Seller {seller_id}"},
    "mailbox.subject": {
        "de": "Postfach nicht lesbar: {seller_id}",
        "en": "Mailbox cannot be read: {seller_id}",
    },
    "mailbox.intro": {
        "de": "Seit {since} kann das Benachrichtigungspostfach nicht gelesen werden. Was inzwischen dort eintrifft, ist hier nicht "
        "bekannt: Fristen von Käufernachrichten können unbemerkt ablaufen. Nichts geht verloren; gelingt es wieder, wird alles nachgeholt.",
        "en": "Since {since} the notification mailbox cannot be read. What arrives there in the meantime is not known here: deadlines of "
        "buyers' messages may pass unnoticed. Nothing is lost; once it works again, everything is caught up on.",
    },
    # ---- deadlines ---------------------------------------------------------------------------------------------------
    "deadline.head": {
        "de": "Verkäufer {seller_id}, Marktplatz {marketplace}",
        "en": "Seller {seller_id}, marketplace {marketplace}",
    },
    "deadline.line": {"de": "{marketplace}: {name}, {left}", "en": "{marketplace}: {name}, {left}"},
    "deadline.line_order": {
        "de": "{marketplace}: {name}, {left}, Bestellung {order}",
        "en": "{marketplace}: {name}, {left}, order {order}",
    },
    "deadline.line_orders": {
        "de": "{marketplace}: {name}, {count} Bestellungen, die erste {left}",
        "en": "{marketplace}: {name}, {count} orders, the first {left}",
    },
    "deadline.left": {"de": "noch {span}", "en": "{span} left"},
    "deadline.now": {"de": "jetzt fällig", "en": "due now"},
    "deadline.overdue": {"de": "{span} überfällig", "en": "{span} overdue"},
    "deadline.order": {"de": "Bestellung", "en": "Order"},
    "deadline.due": {"de": "Fällig", "en": "Due"},
    "deadline.where": {"de": "Wo", "en": "Where"},
    "deadline.unconfirmed": {
        "de": "Diese Frist ist von Amazon nicht bestätigt.",
        "en": "Amazon does not confirm this time limit.",
    },
    "deadline.late": {
        "de": "Diese Nachricht kommt zu spät, sie war für {moment} vorgesehen ({span} früher): Das Programm hat geschlafen oder "
        "wusste noch nichts von dieser Frist.",
        "en": "This message is late, it was meant for {moment} ({span} earlier): the program slept, or did not know of this "
        "deadline yet.",
    },
    "deadline.next": {
        "de": "Die nächste Nachricht zu dieser Frist kommt, wenn nichts geschieht, am {moment}.",
        "en": "Unless something is done, the next message about this deadline comes on {moment}.",
    },
    "deadline.last": {
        "de": "Das ist die letzte Nachricht zu dieser Frist; solange sie offen ist, wiederholt sie die tägliche Übersicht.",
        "en": "This is the last message about this deadline; while it is open, the daily digest repeats it.",
    },
    "deadline.ack": {
        "de": "Jemand kümmert sich darum: goodstanding ack {deadline} --hours 4 --seller {seller_id}",
        "en": "Somebody is at it: goodstanding ack {deadline} --hours 4 --seller {seller_id}",
    },
    "deadline.resolve": {
        "de": "Anderswo beantwortet: goodstanding resolve {thread} --seller {seller_id} (mit --no-response-needed: braucht keine "
        "Antwort)",
        "en": "Answered elsewhere: goodstanding resolve {thread} --seller {seller_id} (with --no-response-needed: needs no answer)",
    },
    # ---- mail --------------------------------------------------------------------------------------------------------
    "mail.head": {"de": "Verkäufer {seller_id}, {day}", "en": "Seller {seller_id}, {day}"},
    "mail.unreadable.subject": {
        "de": "Postfach: eine Mail ist nicht lesbar",
        "en": "Mailbox: a mail cannot be read",
    },
    "mail.unreadable.intro": {
        "de": "Heute kam mindestens eine Mail an, die nicht gelesen werden kann. Sie ist aufbewahrt; eine Frist hat sie nicht gestartet.",
        "en": "At least one mail that cannot be read arrived today. It is kept; it has started no deadline.",
    },
    "mail.unreadable.step": {
        "de": "Heute selbst in das Postfach sehen, ob eine Nachricht eines Käufers dabei ist.",
        "en": "Look into the mailbox yourself today, whether a buyer's message is among them.",
    },
    "mail.refused.subject": {
        "de": "Postfach: eine Mail gibt sich für eine von Amazon aus",
        "en": "Mailbox: a mail pretends to be from Amazon",
    },
    "mail.refused.intro": {
        "de": "Heute kam mindestens eine Mail an, deren Absender nicht echt ist. Ihr wird nichts geglaubt: keine Frist, keine Antwort, "
        "kein Widerspruch und kein Antrag folgt aus ihr.",
        "en": "At least one mail whose sender is not authentic arrived today. Nothing in it is believed: no deadline, no answer, no "
        "opt-out and no claim follows from it.",
    },
    "mail.refused.step": {
        "de": "Keinem Link darin folgen. Ist sie doch echt, leitet jemand so weiter, dass die Signatur verloren geht: die Weiterleitung "
        "in Ordnung bringen.",
        "en": "Follow no link in it. If it is authentic after all, it is forwarded in a way that breaks its signature: mend the "
        "forwarding.",
    },
    "mail.silence.subject": {
        "de": "Postfach: seit ungewöhnlich langer Zeit keine Mail",
        "en": "Mailbox: no mail for unusually long",
    },
    "mail.silence.intro": {
        "de": "Die letzte Mail kam am {since} (UTC) an, länger her als für dieses Postfach üblich. Solange keine ankommt, wird vor keiner "
        "Frist gewarnt.",
        "en": "The last mail arrived at {since} (UTC), longer ago than is usual for this mailbox. While none arrives, nobody is warned of "
        "any deadline.",
    },
    "mail.silence.step": {
        "de": "In Seller Central nach neuen Nachrichten sehen, dann die Weiterleitung oder Abholung des Postfachs prüfen.",
        "en": "Look for new messages in Seller Central, then check how the mailbox is forwarded or collected.",
    },
    "mail.silence.sms": {
        "de": "{seller_id}: seit {since} keine Mail mehr. Postfach und Seller Central ansehen.",
        "en": "{seller_id}: no mail since {since}. Check the mailbox and Seller Central.",
    },
    "requests.standing": {
        "de": "{asked} gestellt ({lately} am letzten Tag), {waiting} warten, {refused} werden nicht gestellt",
        "en": "{asked} asked ({lately} in the last day), {waiting} waiting, {refused} not asked",
    },
    "requests.held": {"de": "zurückgehalten: {reasons}", "en": "held: {reasons}"},
    "requests.refused": {"de": "nicht gestellt: {reasons}", "en": "not asked: {reasons}"},
    "requests.neutral.asked": {
        "de": "Neutralität: später bekannt von {count} gefragten: {known}",
        "en": "neutrality: known later of {count} asked: {known}",
    },
    "requests.neutral.others": {
        "de": "Neutralität: von {count} nicht gefragten: {known}; {verdict}",
        "en": "neutrality: of {count} not asked: {known}; {verdict}",
    },
    "mail.canary.subject": {
        "de": "Postfach: Probemail nicht angekommen",
        "en": "Mailbox: the test mail did not come through",
    },
    "mail.canary.intro": {
        "de": "Die Probemail vom {since} an das eigene Postfach ist nicht angekommen. Nachrichten von Käufern kommen womöglich auch nicht "
        "an; solange das so ist, warnt das Programm vor keiner Frist.",
        "en": "The test mail of {since} to your own mailbox did not come through. Messages of buyers may not come through either; while "
        "this lasts, the program warns of no deadline.",
    },
    "mail.canary.unsent": {
        "de": "Sie konnte gar nicht erst gesendet werden: Amazon SES hat sie nicht angenommen.",
        "en": "It could not even be sent: Amazon SES did not take it.",
    },
    "mail.canary.step": {
        "de": "Nachrichten in Seller Central ansehen; dann den Weg der Mails prüfen: Weiterleitung, Postfach, MX-Eintrag, Abholung. "
        "docs/operations.md sagt, wie.",
        "en": "Look at the messages in Seller Central; then check the way of the mails: forwarding, mailbox, MX record, collector. "
        "docs/operations.md says how.",
    },
    "mail.canary.sms": {
        "de": "{seller_id}: Probemail nicht angekommen. Postfach und Seller Central ansehen.",
        "en": "{seller_id}: test mail did not come through. Check the mailbox and Seller Central.",
    },
    "radar.may_from": {"de": "Antrag möglich ab {moment}", "en": "a claim may come from {moment}"},
    "radar.may_already": {"de": "Antrag möglich seit {moment}", "en": "a claim may come since {moment}"},
    # ---- digest ------------------------------------------------------------------------------------------------------
    "digest.subject": {
        "de": "Konto {seller_id} am {day}: {summary}",
        "en": "Account {seller_id} on {day}: {summary}",
    },
    "digest.head": {"de": "Kontozustand am {day}", "en": "Account health on {day}"},
    "digest.seller": {"de": "Verkäufer {seller_id}, Stand {moment}", "en": "Seller {seller_id}, as of {moment}"},
    "digest.count.bad": {"de": "{count} schlecht", "en": "{count} bad"},
    "digest.count.warning": {"de": "{count} bald schlecht", "en": "{count} about to be"},
    "digest.count.clocks": {"de": "offene Fristen: {count}", "en": "open deadlines: {count}"},
    "digest.count.radar": {"de": "drohende Anträge: {count}", "en": "looming claims: {count}"},
    "digest.count.missing": {"de": "{count} fehlt", "en": "{count} missing"},
    "digest.count.changed": {"de": "{count} heute geändert", "en": "{count} changed today"},
    "digest.all_good": {"de": "alles in Ordnung", "en": "all is well"},
    "digest.section.bad": {"de": "SCHLECHT", "en": "BAD"},
    "digest.section.warning": {"de": "BALD SCHLECHT", "en": "ABOUT TO BE BAD"},
    "digest.section.changed": {"de": "HEUTE GEÄNDERT", "en": "CHANGED TODAY"},
    "digest.section.clocks": {"de": "LAUFENDE FRISTEN", "en": "OPEN CLOCKS"},
    "digest.section.radar": {
        "de": "KÖNNTE EIN A-BIS-Z-ANTRAG WERDEN (jetzt antworten)",
        "en": "MAY BECOME AN A-TO-Z CLAIM (answer now)",
    },
    "digest.section.mail": {"de": "POSTFACH", "en": "MAILBOX"},
    "digest.mail.refused": {
        "de": "Mails, die nicht sind, was sie vorgeben (seit gestern, nichts getan): {count}",
        "en": "mails that are not what they pretend to be (since yesterday, nothing done): {count}",
    },
    "digest.mail.unreadable": {
        "de": "nicht lesbare Mails (seit gestern, keine Frist begonnen): {count}",
        "en": "unreadable mails (since yesterday, no deadline started): {count}",
    },
    "digest.mail.silent": {"de": "seit {since} keine Mail mehr", "en": "no mail since {since}"},
    "digest.section.missing": {"de": "WAS FEHLT", "en": "WHAT IS MISSING"},
    "digest.section.requests": {
        "de": "BEWERTUNGSANFRAGEN (Bestellungen der letzten 60 Tage)",
        "en": "FEEDBACK REQUESTS (orders of the last 60 days)",
    },
    "digest.section.rest": {"de": "JE MARKTPLATZ", "en": "BY MARKETPLACE"},
    "digest.target": {"de": "Ziel {target}", "en": "target {target}"},
    "digest.account_not_normal": {"de": "Kontostatus", "en": "Account status"},
    "digest.change": {"de": "{title}: {before} -> {now}", "en": "{title}: {before} -> {now}"},
    "digest.computed": {"de": "{title} (eigene Berechnung)", "en": "{title} (our own computation)"},
    "digest.rest": {
        "de": "Kontostatus {status}; {bad} schlecht, {warning} Warnung, {good} gut, {unavailable} nicht bekannt",
        "en": "account status {status}; {bad} bad, {warning} warning, {good} good, {unavailable} not known",
    },
    "digest.cut": {"de": "... und {count} weitere", "en": "... and {count} more"},
    "digest.step": {"de": "Als Erstes: {step}", "en": "First of all: {step}"},
}


def say(key: str, language: str, **fields: object) -> str:
    """A phrase with its places filled."""
    return PHRASES[key][language].format(**fields)
