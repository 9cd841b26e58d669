package org.lazaret.mailets.webadmin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.TreeSet;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.verdict.VerdictCodec;
import org.lazaret.portal.preview.Preview;
import org.lazaret.portal.preview.SafeHtml;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.LegalHold;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Verdict;

/** Held mail as JSON, for {@link MailRoutes}. */
final class MailJson {
    private MailJson() {
    }

    /** What lists show of a mail. */
    static ObjectNode fill(ObjectNode node, HeldMail mail) {
        node.put("id", mail.id().value())
            .put("received", mail.received().toString())
            .put("sender", mail.envelope().sender());
        ArrayNode recipients = node.putArray("recipients");
        mail.envelope().recipients().forEach(recipient -> recipients.addObject()
            .put("address", recipient)
            .put("state", Keyword.of(mail.states().getOrDefault(recipient, State.EXPIRED))));
        node.put("from", mail.from())
            .put("subject", mail.subject())
            .put("messageId", mail.messageId())
            .put("size", mail.size())
            .put("sha256", mail.sha256())
            .put("score", BigDecimal.valueOf(mail.verdict().score().tenths(), 1))
            .put("outcome", switch (mail.verdict()) {
                case Verdict.Scanned scanned -> "scanned";
                case Verdict.NotScannable notScannable -> "not-scannable";
                case Verdict.Failed failed -> "failed";
            });
        ArrayNode attachments = node.putArray("attachments");
        mail.verdict().attachments().forEach(attachment -> attachments.add(attachment.name()));
        return node;
    }

    /** All that is known of a mail. */
    static String write(HeldMail mail, Optional<LegalHold> hold) {
        ObjectNode node = fill(Body.MAPPER.createObjectNode(), mail);
        try {
            node.set("verdict", Body.MAPPER.readTree(VerdictCodec.toJson(mail.verdict())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The codec writes JSON", e);
        }
        hold.ifPresent(one -> fill(node.putObject("hold"), one));
        return node.toString();
    }

    static String write(LegalHold hold) {
        return fill(Body.MAPPER.createObjectNode(), hold).toString();
    }

    private static ObjectNode fill(ObjectNode node, LegalHold hold) {
        return node.put("since", hold.since().toString()).put("author", hold.author()).put("reason", hold.reason());
    }

    static String write(Preview preview) {
        return Body.MAPPER.createObjectNode()
            .put("to", preview.to())
            .put("date", preview.date())
            .put("text", preview.text())
            .put("html", preview.html().isBlank() ? "" : SafeHtml.document(preview.html()))
            .put("complete", preview.complete())
            .toString();
    }

    /** What came of a decision. */
    static ObjectNode fill(ObjectNode node, Outcome.Done done) {
        node.put("outcome", "done").put("state", Keyword.of(done.state()));
        ArrayNode recipients = node.putArray("recipients");
        new TreeSet<>(done.recipients()).forEach(recipients::add);
        return node;
    }

    /** What came of a repeated one. */
    static ObjectNode fill(ObjectNode node, Outcome.Already already) {
        return node.put("outcome", "already").put("state", Keyword.of(already.state()));
    }
}
