package org.lazaret.quarantine.notice;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.language.CustomText;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.language.Numbers;
import org.lazaret.policy.language.Texts;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Links;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/**
 * Writes the mails about held mail: the notice in its place, the digest of many, the answer to a request, and what administrators are told.
 * Each in its reader's language, with the operator's texts where there are any.
 *
 * <p>All are quiet and cannot loop (RFC 3834): null reverse-path, {@code Auto-Submitted: auto-generated}, {@code X-Auto-Response-Suppress}, a From
 * of their own, and a Message-ID that follows from record and reader, so that a repetition is seen as such. What comes out of the held mail is
 * shown by {@link Shown}; there are no pictures and no references to anything outside but the portal and the operator's own page.
 */
public final class Notices {
    private static final Map<Language, Texts> TEXTS = Texts.load(Notices.class, "texts");
    private static final int MAX_ATTACHMENTS = 20;
    private static final int MAX_FINDINGS = 10;

    private final Settings.Notice settings;
    private final List<Settings.Administrator> administrators;
    private final Language administratorLanguage;
    private final Links links;
    private final ZoneId zone;
    private final Mailbox from;

    /** @param zone that times are told in */
    public Notices(Settings.Notice settings, List<Settings.Administrator> administrators, Language administratorLanguage, Links links, ZoneId zone) {
        this.settings = settings;
        this.administrators = List.copyOf(administrators);
        this.administratorLanguage = administratorLanguage;
        this.links = links;
        this.zone = zone;
        this.from = Mailbox.parse(settings.from());
    }

    /** What happened, as administrators and recipients are told. */
    public enum Event {
        HELD,
        REQUESTED,
        RELEASED,
        DELETED,
        /** A recipient took the deletion back. */
        RESTORED,
        DENIED;

        private String key() {
            return "admin." + Keyword.of(this);
        }
    }

    /** A notice as it would be sent. */
    public record Preview(String subject, String text, String html, byte[] raw) {
        public Preview {
            raw = raw.clone();
        }

        @Override
        public byte[] raw() {
            return raw.clone();
        }
    }

    /**
     * The notice about an invented mail, for looking at settings before they hold.
     *
     * @param validity how long links work
     * @param portal   how recipients reach the portal, without a slash at the end; the link in the preview leads nowhere
     * @throws IllegalArgumentException when the sender is no address
     */
    public static Preview preview(Settings.Notice draft, Duration validity, Language language, URI portal, Clock clock) {
        Links links = new Links(new byte[Links.KEY_BYTES], () -> portal, () -> validity, clock);
        Notices notices = new Notices(draft, List.of(), language, links, clock.getZone());
        return notices.compose(sample(clock.instant()), "alice@example.org", language);
    }

    private static HeldMail sample(Instant now) {
        String recipient = "alice@example.org";
        Verdict verdict = new Verdict.Scanned(Score.of(9.6), List.of(), List.of(
            new Attachment("Invoice-2026-1107.pdf.exe", "application/pdf", "application/x-msdownload", 482_130, "", Score.of(9.6)),
            new Attachment("terms.pdf", "application/pdf", "application/pdf", 120_400, "", Score.of(0))));
        return new HeldMail(new RecordId("0".repeat(32)), new Envelope("billing@northwind.example", List.of(recipient)), now,
            "Invoice 2026-1107", "Northwind Billing <billing@northwind.example>", "", 612_000, "", verdict, Map.of(recipient, State.HELD));
    }

    /** The notice in place of a held mail. */
    public Letter held(HeldMail mail, String recipient) {
        Preview notice = compose(mail, recipient, settings.language(recipient));
        return new Letter(Outgoing.Kind.NOTICE, heldName(mail, recipient), "", List.of(recipient), notice.raw());
    }

    /** The name that {@link #held} gives its letter. */
    public static String heldName(HeldMail mail, String recipient) {
        return unique("notice", mail.id(), recipient);
    }

    private Preview compose(HeldMail mail, String recipient, Language language) {
        Texts t = texts(language);
        Settings.Wording own = settings.wording(language);
        String subject = custom(own.subject().map(text -> fill(text, mail, recipient, t)), t.say("subject"));
        String linkText = custom(own.linkText().map(text -> fill(text, mail, recipient, t)), t.say("link-text"));
        Sheet sheet = new Sheet().paragraph(custom(own.message().map(text -> fill(text, mail, recipient, t)), t.say("message")));
        describe(mail, t, sheet);
        sheet.button(linkText, links.url(mail, recipient).toString());
        learnMore(t, sheet);
        sheet.quiet(t.say("until", date(links.expires(mail), t)) + " " + t.say("personal")).quiet(t.say("automatic"));
        byte[] raw = message(heldName(mail, recipient), mail.received(), recipient, subject, sheet, t);
        return new Preview(subject, sheet.text(), sheet.html(language, subject, settings.organisation()), raw);
    }

    private static String custom(Optional<String> own, String ours) {
        return own.filter(text -> !text.isBlank()).orElse(ours);
    }

    private String fill(CustomText text, HeldMail mail, String recipient, Texts t) {
        return text.fill(placeholder -> switch (placeholder) {
            case RECIPIENT -> Shown.defanged(recipient);
            case SENDER -> sender(mail, t);
            case SUBJECT -> subject(mail, t);
            case ATTACHMENTS -> mail.verdict().attachments().stream().limit(MAX_ATTACHMENTS).map(attachment -> name(attachment, t))
                .collect(Collectors.joining(", "));
            case SCORE -> Numbers.decimal(mail.verdict().score().toString(), t.language());
            case RECEIVED -> date(mail.received(), t);
            case EXPIRES -> date(links.expires(mail), t);
            case ORGANISATION -> settings.organisation();
        });
    }

    /**
     * What a recipient gets in place of many notices: all mails with their links, those with the same attachment together.
     *
     * @param mails held for the recipient, at least one
     */
    public Letter digest(List<HeldMail> mails, String recipient) {
        Texts t = texts(settings.language(recipient));
        String subject = t.say("digest.subject", mails.size());
        Sheet sheet = new Sheet().paragraph(t.say("digest.message"));
        for (Campaigns.Group group : Campaigns.of(mails)) {
            group.attachment().ifPresent(attachment -> {
                sheet.heading(t.say("digest.same", group.mails().size()));
                sheet.row(t.say("mail.attachment"), describe(attachment, t));
            });
            for (HeldMail mail : group.mails()) {
                // The link holds for the address as the mail's envelope spells it.
                String own = mail.envelope().recipients().stream().filter(recipient::equalsIgnoreCase).findFirst().orElse(recipient);
                sheet.item(subject(mail, t), List.of(sender(mail, t), date(mail.received(), t)), t.say("link-text"), links.url(mail, own).toString());
            }
        }
        learnMore(t, sheet);
        sheet.quiet(t.say("personal")).quiet(t.say("automatic"));
        HeldMail first = mails.get(0);
        String name = unique("digest", first.id(), recipient);
        return new Letter(Outgoing.Kind.NOTICE, name, "", List.of(recipient), message(name, last(mails), recipient, subject, sheet, t));
    }

    private static Instant last(List<HeldMail> mails) {
        return mails.stream().map(HeldMail::received).max(Instant::compareTo).orElseThrow();
    }

    /**
     * What the sender of a mail is told that was on its way out. It has no link: a link is a recipient's right, and about mail that leaves
     * administrators decide.
     */
    public Letter sender(HeldMail mail, List<String> recipients) {
        String sender = mail.envelope().sender();
        Texts t = texts(settings.language(sender));
        Sheet sheet = new Sheet().paragraph(t.say("sender"));
        String unreached = recipients.stream().limit(MAX_ATTACHMENTS).map(Shown::defanged).collect(Collectors.joining(", "));
        sheet.row(t.say("sender.to"), unreached);
        if (recipients.size() > MAX_ATTACHMENTS) {
            sheet.quiet(t.say("sender.more", recipients.size() - MAX_ATTACHMENTS));
        }
        describe(mail, t, sheet);
        sheet.quiet(t.say("automatic"));
        String summary = subject(mail, t) + " \u2192 " + unreached + (recipients.size() > MAX_ATTACHMENTS ? ", \u2026" : "");
        return letter(Outgoing.Kind.NOTICE, "sender", mail, sender, t.say("sender.subject", subject(mail, t)), sheet, t, summary);
    }

    /**
     * What a sender gets in place of many notices.
     *
     * @param collected at least one
     * @param at        when the collecting ended
     */
    public Letter senderDigest(List<Collected> collected, String sender, Instant at) {
        Texts t = texts(settings.language(sender));
        Sheet sheet = new Sheet().paragraph(t.say("sender.digest.message"));
        for (Collected one : collected) {
            sheet.item(one.summary());
        }
        sheet.quiet(t.say("automatic"));
        String name = unique("sender-digest-" + at.toEpochMilli(), collected.get(0).record(), sender);
        return new Letter(Outgoing.Kind.NOTICE, name, "", List.of(sender),
            message(name, at, sender, t.say("sender.digest.subject", collected.size()), sheet, t));
    }

    /**
     * What a recipient who asked for a release is told of the administrator's decision.
     *
     * @param reason the administrator's; empty for none
     */
    public Letter decision(HeldMail mail, String recipient, boolean granted, String reason) {
        Texts t = texts(settings.language(recipient));
        String key = granted ? "granted" : "denied";
        Sheet sheet = new Sheet().paragraph(t.say(key));
        if (!reason.isEmpty()) {
            sheet.row(t.say("admin.reason"), Shown.defanged(reason));
        }
        describe(mail, t, sheet);
        sheet.quiet(t.say("automatic"));
        return letter(Outgoing.Kind.NOTICE, key, mail, recipient, t.say(key + ".subject", subject(mail, t)), sheet, t, "");
    }

    /**
     * What administrators are told, each by the switches they have.
     *
     * @param recipients for whom it happened
     * @param reason     of a request; empty for none
     */
    public List<Letter> administrators(Event event, HeldMail mail, List<String> recipients, Actor actor, String reason) {
        Texts t = texts(administratorLanguage);
        String title = t.say(event.key());
        List<Letter> letters = new ArrayList<>();
        for (Settings.Administrator administrator : administrators) {
            if (event == Event.HELD ? administrator.quarantineNotices() : administrator.releaseNotices()) {
                Sheet sheet = new Sheet();
                if (event != Event.HELD) {
                    sheet.row(t.say("admin.by"), Shown.defanged(actor.name()) + " (" + t.say("role." + Keyword.of(actor.role()))
                        + ")");
                    sheet.row(t.say("admin.for"), recipients.stream().map(Shown::defanged).collect(Collectors.joining(", ")));
                }
                if (!reason.isEmpty()) {
                    sheet.row(t.say("admin.reason"), Shown.defanged(reason));
                }
                sheet.row(t.say("admin.recipients"), mail.envelope().recipients().stream().limit(MAX_ATTACHMENTS).map(Shown::defanged)
                    .collect(Collectors.joining(", ")));
                describe(mail, t, sheet);
                for (Finding finding : mail.verdict().findings().stream().limit(MAX_FINDINGS).toList()) {
                    sheet.row(t.say("admin.finding"), finding.weight() + " " + finding.rule() + " " + Shown.defanged(finding.where()) + " "
                        + Shown.defanged(finding.evidence()));
                }
                sheet.row(t.say("admin.record"), mail.id().value());
                sheet.button(t.say(event == Event.REQUESTED ? "admin.decide" : "admin.look"), links.adminUrl(mail.id()).toString());
                sheet.quiet(t.say("automatic"));
                String name = "admin-" + Keyword.of(event)
                    + (event == Event.HELD ? "" : "-" + hash(recipients.stream().sorted().collect(Collectors.joining("\n"))));
                String summary = t.say("admin.subject", title, subject(mail, t));
                letters.add(letter(Outgoing.Kind.ADMINISTRATOR_NOTICE, name, mail, administrator.address(), summary, sheet, t, summary));
            }
        }
        return letters;
    }

    /** What an administrator or a sender was not told at once. */
    public record Collected(RecordId record, String summary) {
    }

    /**
     * What an administrator gets in place of many notices.
     *
     * @param collected at least one
     * @param at        when the collecting ended
     */
    public Letter administratorDigest(List<Collected> collected, String administrator, Instant at) {
        Texts t = texts(administratorLanguage);
        String subject = t.say("admin.digest.subject", collected.size());
        Sheet sheet = new Sheet().paragraph(t.say("admin.digest.message"));
        for (Collected one : collected) {
            sheet.item(one.summary(), List.of(one.record().value()), t.say("admin.look"), links.adminUrl(one.record()).toString());
        }
        sheet.quiet(t.say("automatic"));
        String name = unique("admin-digest-" + at.toEpochMilli(), collected.get(0).record(), administrator);
        return new Letter(Outgoing.Kind.ADMINISTRATOR_NOTICE, name, "", List.of(administrator), message(name, at, administrator, subject, sheet, t));
    }

    private void describe(HeldMail mail, Texts t, Sheet sheet) {
        sheet.row(t.say("mail.from"), sender(mail, t));
        sheet.row(t.say("mail.subject"), subject(mail, t));
        sheet.row(t.say("mail.received"), date(mail.received(), t));
        String key = switch (mail.verdict()) {
            case Verdict.Scanned scanned -> "score";
            case Verdict.NotScannable notScannable -> "score.partial";
            case Verdict.Failed failed -> "score.failed";
        };
        sheet.row(t.say("mail.score"), t.say(key, Numbers.decimal(mail.verdict().score().toString(), t.language())));
        List<Attachment> attachments = mail.verdict().attachments();
        for (Attachment attachment : attachments.stream().limit(MAX_ATTACHMENTS).toList()) {
            sheet.row(t.say("mail.attachment"), describe(attachment, t));
        }
        if (attachments.size() > MAX_ATTACHMENTS) {
            sheet.quiet(t.say("mail.more", attachments.size() - MAX_ATTACHMENTS));
        }
    }

    private static String describe(Attachment attachment, Texts t) {
        return t.say("attachment", name(attachment, t), Numbers.size(attachment.size(), t.language()),
            Numbers.decimal(attachment.score().toString(), t.language()));
    }

    private static String name(Attachment attachment, Texts t) {
        return attachment.name().isEmpty() ? t.say("mail.unnamed") : Shown.defanged(attachment.name());
    }

    private static String subject(HeldMail mail, Texts t) {
        return mail.subject().isBlank() ? t.say("mail.no-subject") : Shown.defanged(mail.subject());
    }

    private static String sender(HeldMail mail, Texts t) {
        String sender = mail.from().isEmpty() ? mail.envelope().sender() : mail.from();
        return sender.isBlank() ? t.say("mail.unknown-sender") : Shown.defanged(sender);
    }

    private void learnMore(Texts t, Sheet sheet) {
        settings.learnMore().ifPresent(page -> sheet.link(t.say("learn-more"), page.toString()));
    }

    private String date(Instant instant, Texts t) {
        return DateTimeFormatter.ofPattern(t.say("date"), t.language().locale()).withZone(zone.equals(ZoneOffset.UTC) ? ZoneId.of("UTC") : zone)
            .format(instant);
    }

    private static Texts texts(Language language) {
        Texts texts = TEXTS.get(language);
        if (texts == null) {
            throw new IllegalStateException("All languages are loaded");
        }
        return texts;
    }

    private Letter letter(Outgoing.Kind kind, String name, HeldMail mail, String reader, String subject, Sheet sheet, Texts t, String summary) {
        String unique = unique(name, mail.id(), reader);
        return new Letter(kind, unique, "", List.of(reader), message(unique, mail.received(), reader, subject, sheet, t), summary);
    }

    private static String unique(String name, RecordId record, String reader) {
        return name + "-" + record + "-" + hash(reader.toLowerCase(Locale.ROOT));
    }

    private byte[] message(String unique, Instant date, String reader, String subject, Sheet sheet, Texts t) {
        String boundary = "lazaret-" + hash(unique + "\n" + sheet.text());
        return new Composer()
            .date(date)
            .mailbox("From", from)
            .address("To", reader)
            .text("Subject", subject)
            .raw("Message-ID", "<" + unique + "@" + from.domain() + ">")
            .raw("Content-Language", t.language().tag())
            .raw("Auto-Submitted", "auto-generated")
            .raw("X-Auto-Response-Suppress", "All")
            .raw("MIME-Version", "1.0")
            .raw("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"")
            .emptyLine()
            .ascii("--" + boundary + "\r\n")
            .part("text/plain", sheet.text())
            .ascii("\r\n--" + boundary + "\r\n")
            .part("text/html", sheet.html(t.language(), subject, settings.organisation()))
            .ascii("\r\n--" + boundary + "--\r\n")
            .bytes();
    }

    private static String hash(String text) {
        byte[] digest = DigestUtils.sha256(text);
        return HexFormat.of().formatHex(digest, 0, 8);
    }
}
