package org.lazaret.quarantine.notice;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Links;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Verdict;

/**
 * Writes the mails about held mail: the notice in its place, the answer to a request, and what administrators are told.
 *
 * <p>All are quiet and cannot loop (RFC 3834): null reverse-path, {@code Auto-Submitted: auto-generated}, a From of their own, and a
 * Message-ID that follows from record and reader, so that a repetition is seen as such. What comes out of the held mail is shown by
 * {@link Shown}; there are no pictures and no references to anything outside but the portal and the operator's own page.
 */
public final class Notices {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int MAX_ATTACHMENTS = 20;
    private static final int MAX_FINDINGS = 10;

    private final Settings.Notice settings;
    private final List<Settings.Administrator> administrators;
    private final Links links;
    private final Mailbox from;

    public Notices(Settings.Notice settings, List<Settings.Administrator> administrators, Links links) {
        this.settings = settings;
        this.administrators = List.copyOf(administrators);
        this.links = links;
        this.from = Mailbox.parse(settings.from());
    }

    /** What happened, as administrators and recipients are told. */
    public enum Event {
        HELD("Mail held"),
        REQUESTED("Release requested"),
        RELEASED("Mail released"),
        DELETED("Held mail deleted"),
        DENIED("Release refused");

        private final String title;

        Event(String title) {
            this.title = title;
        }
    }

    /** The notice in place of a held mail. */
    public Letter held(HeldMail mail, String recipient) {
        String link = links.url(mail, recipient).toString();
        StringBuilder text = new StringBuilder(settings.message()).append("\n\n");
        StringBuilder html = new StringBuilder(paragraph(settings.message()));
        describe(mail, text, html);
        text.append('\n').append(settings.linkText()).append(":\n").append(link).append('\n');
        html.append("<p style=\"margin:24px 0\"><a href=\"").append(Shown.html(link))
            .append("\" style=\"display:inline-block;padding:12px 20px;background:#0b57d0;color:#ffffff;text-decoration:none;border-radius:6px\">")
            .append(Shown.html(settings.linkText())).append("</a></p>\n");
        settings.learnMore().ifPresent(page -> {
            text.append("\nLearn more:\n").append(page).append('\n');
            html.append("<p><a href=\"").append(Shown.html(page.toString())).append("\">Learn more</a></p>\n");
        });
        return letter(Outgoing.Kind.NOTICE, "notice", mail, recipient, settings.subject(), text.toString(), html.toString());
    }

    /**
     * What the sender of a mail is told that was on its way out. It has no link: a link is a recipient's right, and about mail that leaves
     * administrators decide.
     */
    public Letter sender(HeldMail mail, List<String> recipients) {
        String sentence = "A mail that you sent was held because it may be harmful. It was not delivered. An administrator decides what becomes"
            + " of it.";
        StringBuilder text = new StringBuilder(sentence).append("\n\n");
        StringBuilder html = new StringBuilder(paragraph(sentence));
        row("Not delivered to", recipients.stream().limit(MAX_ATTACHMENTS).map(Shown::defanged).collect(Collectors.joining(", "))
            + (recipients.size() > MAX_ATTACHMENTS ? " and " + (recipients.size() - MAX_ATTACHMENTS) + " more" : ""), text, html);
        describe(mail, text, html);
        return letter(Outgoing.Kind.NOTICE, "sender", mail, mail.envelope().sender(), "Held: " + Shown.defanged(mail.subject()), text.toString(),
            html.toString());
    }

    /** What a recipient who asked for a release is told of the administrator's decision. */
    public Letter decision(HeldMail mail, String recipient, boolean granted) {
        String sentence = granted
            ? "An administrator has released the mail that you asked for. It is delivered to you separately."
            : "An administrator has refused to release the mail that you asked for. It was not delivered.";
        StringBuilder text = new StringBuilder(sentence).append("\n\n");
        StringBuilder html = new StringBuilder(paragraph(sentence));
        describe(mail, text, html);
        String subject = (granted ? "Released: " : "Not released: ") + Shown.defanged(mail.subject());
        return letter(Outgoing.Kind.NOTICE, granted ? "granted" : "denied", mail, recipient, subject, text.toString(), html.toString());
    }

    /**
     * What administrators are told, each by the switches they have.
     *
     * @param recipients for whom it happened
     * @param reason     of a request; empty for none
     */
    public List<Letter> administrators(Event event, HeldMail mail, List<String> recipients, Actor actor, String reason) {
        List<Letter> letters = new ArrayList<>();
        String link = links.adminUrl(mail.id()).toString();
        for (Settings.Administrator administrator : administrators) {
            if (event == Event.HELD ? administrator.quarantineNotices() : administrator.releaseNotices()) {
                StringBuilder text = new StringBuilder(event.title).append(".\n\n");
                StringBuilder html = new StringBuilder(paragraph(event.title + "."));
                if (event != Event.HELD) {
                    row("By", Shown.defanged(actor.name()) + " (" + actor.role().name().toLowerCase(Locale.ROOT) + ")", text, html);
                    row("For", recipients.stream().map(Shown::defanged).collect(Collectors.joining(", ")), text, html);
                }
                if (!reason.isEmpty()) {
                    row("Reason", Shown.defanged(reason), text, html);
                }
                row("Recipients", mail.envelope().recipients().stream().limit(MAX_ATTACHMENTS).map(Shown::defanged)
                    .collect(Collectors.joining(", ")), text, html);
                describe(mail, text, html);
                for (Finding finding : mail.verdict().findings().stream().limit(MAX_FINDINGS).toList()) {
                    row("Finding", finding.weight() + " " + finding.rule() + " " + Shown.defanged(finding.where()) + " "
                        + Shown.defanged(finding.evidence()), text, html);
                }
                row("Record", mail.id().value(), text, html);
                String label = event == Event.REQUESTED ? "Decide" : "Look at it";
                text.append('\n').append(label).append(":\n").append(link).append('\n');
                html.append("<p><a href=\"").append(Shown.html(link)).append("\">").append(label).append("</a></p>\n");
                String name = "admin-" + event.name().toLowerCase(Locale.ROOT)
                    + (event == Event.HELD ? "" : "-" + hash(recipients.stream().sorted().collect(Collectors.joining("\n"))));
                letters.add(letter(Outgoing.Kind.ADMINISTRATOR_NOTICE, name, mail, administrator.address(),
                    event.title + ": " + Shown.defanged(mail.subject()), text.toString(), html.toString()));
            }
        }
        return letters;
    }

    private static void describe(HeldMail mail, StringBuilder text, StringBuilder html) {
        row("From", Shown.defanged(mail.from().isEmpty() ? mail.envelope().sender() : mail.from()), text, html);
        row("Subject", Shown.defanged(mail.subject()), text, html);
        row("Received", TIME.format(mail.received()), text, html);
        row("Threat score", mail.verdict().score() + " of 10" + switch (mail.verdict()) {
            case Verdict.Scanned scanned -> "";
            case Verdict.NotScannable notScannable -> ", could not be scanned completely";
            case Verdict.Failed failed -> ", the scan failed";
        }, text, html);
        List<Attachment> attachments = mail.verdict().attachments();
        for (Attachment attachment : attachments.stream().limit(MAX_ATTACHMENTS).toList()) {
            row("Attachment", Shown.defanged(attachment.name().isEmpty() ? "(without a name)" : attachment.name()) + ", " + attachment.size()
                + " bytes, score " + attachment.score(), text, html);
        }
        if (attachments.size() > MAX_ATTACHMENTS) {
            row("Attachments", attachments.size() + " in all", text, html);
        }
    }

    private static void row(String label, String value, StringBuilder text, StringBuilder html) {
        text.append(label).append(": ").append(value).append('\n');
        html.append("<p style=\"margin:4px 0;overflow-wrap:anywhere\"><b>").append(label).append(":</b> ").append(Shown.html(value)).append("</p>\n");
    }

    private static String paragraph(String text) {
        return "<p>" + Shown.html(text).replace("\n", "<br>\n") + "</p>\n";
    }

    private Letter letter(Outgoing.Kind kind, String name, HeldMail mail, String recipient, String subject, String text, String html) {
        String unique = name + "-" + mail.id() + "-" + hash(recipient.toLowerCase(Locale.ROOT));
        String boundary = "lazaret-" + hash(unique + "\n" + text);
        byte[] bytes = new Composer()
            .date(mail.received())
            .mailbox("From", from)
            .address("To", recipient)
            .text("Subject", subject)
            .raw("Message-ID", "<" + unique + "@" + from.domain() + ">")
            .raw("Auto-Submitted", "auto-generated")
            .raw("X-Auto-Response-Suppress", "All")
            .raw("MIME-Version", "1.0")
            .raw("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"")
            .emptyLine()
            .ascii("--" + boundary + "\r\n")
            .part("text/plain", text)
            .ascii("\r\n--" + boundary + "\r\n")
            .part("text/html", page(subject, html))
            .ascii("\r\n--" + boundary + "--\r\n")
            .bytes();
        return new Letter(kind, unique, "", List.of(recipient), bytes);
    }

    private static String page(String title, String body) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + Shown.html(title) + "</title>\n</head>\n"
            + "<body style=\"font-family:sans-serif;font-size:16px;line-height:1.4;max-width:600px;margin:0 auto;padding:16px\">\n"
            + body + "</body>\n</html>\n";
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
